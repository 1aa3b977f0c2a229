//! Whose events are told.

use std::convert::Infallible;
use std::str::FromStr;

/// Which pipelines are watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Watch {
    /// Every pipeline of the account, in the function's region.
    All,
    /// These.
    Named(Vec<String>),
}

impl Watch {
    /// Whether events of `pipeline` are told.
    pub(crate) fn includes(&self, pipeline: &str) -> bool {
        match self {
            Self::All => true,
            Self::Named(names) => names.iter().any(|name| name == pipeline),
        }
    }
}

/// `*`, or names with commas between them.
impl FromStr for Watch {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let names: Vec<String> =
            text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
        let all = names.is_empty() || names.iter().any(|name| name == "*");
        Ok(if all { Self::All } else { Self::Named(names) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pipelines_are_watched_by_name_or_all() {
        for (text, shop, other) in [
            ("shop", true, false),
            ("blog, shop ,", true, false),
            ("Shop", false, false),
            ("shop-2", false, false),
            ("*", true, true),
            ("blog,*", true, true),
            (" , ", true, true),
        ] {
            let watch: Watch = text.parse().unwrap();
            assert_eq!((watch.includes("shop"), watch.includes("other")), (shop, other), "{text:?}");
        }
    }
}
