//! An environment of one instance: a folder with the settings that a host would have in /etc.

use std::path::{Path, PathBuf};

use super::context::RunContext;
use crate::deploy::Instance;
use crate::port::ReservedPort;
use crate::process::RUN_MARKER;

/// A host of an environment.
#[derive(Debug)]
pub struct Host {
    /// The port its shop listens on.
    pub port: ReservedPort,
    /// What the host's root folder would be.
    root: PathBuf,
}

impl Host {
    /// Makes the host: a port of its own and its settings in `etc/storefront.env`.
    pub(super) fn create(environment: &str, folder: &Path) -> std::io::Result<Self> {
        let port = ReservedPort::take()?;
        let root = folder.join(format!("instances/{environment}-1"));
        let data = root.join("var/lib/storefront");
        std::fs::create_dir_all(root.join("etc"))?;
        std::fs::create_dir_all(&data)?;
        let settings = format!(
            "HOST=127.0.0.1\nPORT={}\nDATABASE_URL=sqlite://{}\n",
            port.number(),
            data.join("shop.db").display()
        );
        std::fs::write(root.join("etc/storefront.env"), settings)?;
        Ok(Self { port, root })
    }

    /// The host as CodeDeploy finds it: by its tag `Environment`.
    pub(super) fn instance(&self, environment: &str, context: &RunContext) -> Instance {
        Instance {
            name: format!("{environment}-1"),
            tags: [("Environment".to_owned(), environment.to_owned())].into(),
            root: self.root.clone(),
            environment: [(RUN_MARKER.to_owned(), context.id().to_owned())].into(),
        }
    }
}
