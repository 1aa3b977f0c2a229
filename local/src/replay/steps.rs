//! The steps of a replay, whichever kind the event is of.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{ReplayError, ReplayOptions, Shop, Verdict, running, text};
use crate::standin::Invocation;
use crate::standin::aws::Aws;

/// A replay under way: of which file, with what, and who is told.
pub(super) struct Replay<'r, W, P> {
    pub(super) path: &'r Path,
    pub(super) options: &'r ReplayOptions,
    pub(super) out: &'r mut W,
    pub(super) progress: &'r mut P,
}

impl<W: Write, P: FnMut(&str)> Replay<'_, W, P> {
    /// The binary of the function in this package.
    pub(super) async fn function(&mut self, package: &str) -> Result<PathBuf, ReplayError> {
        self.options.function(package, self.progress).await
    }

    /// A running shop.
    pub(super) async fn shop(&mut self) -> Result<Shop, ReplayError> {
        self.options.shop(self.progress).await
    }

    /// Says what the event is.
    pub(super) fn event(&mut self, what: &str) -> io::Result<()> {
        text::event(self.out, self.path, what)
    }

    /// Says something of what is about to happen.
    pub(super) fn fact(&mut self, name: &str, text: &str) -> io::Result<()> {
        text::fact(self.out, name, text)
    }

    /// Says which site is tested, and as what.
    pub(super) fn site(&mut self, shop: &Shop, role: &str) -> io::Result<()> {
        text::site(self.out, shop.url(), role)
    }

    /// Sends the event, and gives how the invocation ended and what the function logged.
    pub(super) async fn invoke(
        &mut self,
        (binary, name): (PathBuf, &str),
        environment: BTreeMap<String, String>,
        aws: &Aws,
        event: &[u8],
    ) -> Result<(Invocation, String), ReplayError> {
        (self.progress)("running the function");
        running::invoke(binary, name, environment, aws, event).await
    }

    /// Says how it ended.
    pub(super) fn end(self, aws: &Aws, verdict: Verdict, log: &str) -> Result<Verdict, ReplayError> {
        text::ending(self.out, aws, &verdict, log)?;
        Ok(verdict)
    }
}
