//! Which checks a lifecycle event is for.

use std::collections::BTreeMap;

/// The tag of each lifecycle event of CodeDeploy and each stage of ECS, where the configuration says nothing else. What
/// comes before customers see the new version shares one tag, and what comes after shares another.
const DEFAULTS: [(&str, &str); 13] = [
    ("BeforeInstall", "before-install"),
    ("AfterInstall", "after-install"),
    ("AfterAllowTestTraffic", "before-traffic"),
    ("BeforeAllowTraffic", "before-traffic"),
    ("AfterAllowTraffic", "after-traffic"),
    ("RECONCILE_SERVICE", "reconcile-service"),
    ("PRE_SCALE_UP", "pre-scale-up"),
    ("POST_SCALE_UP", "post-scale-up"),
    ("TEST_TRAFFIC_SHIFT", "before-traffic"),
    ("POST_TEST_TRAFFIC_SHIFT", "before-traffic"),
    ("PRE_PRODUCTION_TRAFFIC_SHIFT", "before-traffic"),
    ("PRODUCTION_TRAFFIC_SHIFT", "after-traffic"),
    ("POST_PRODUCTION_TRAFFIC_SHIFT", "after-traffic"),
];

/// Tags by lifecycle event.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tags(pub(crate) BTreeMap<String, Vec<String>>);

impl Tags {
    /// The tags of the checks for `lifecycle_event`, or nothing for one that is not known.
    pub(crate) fn of(&self, lifecycle_event: &str) -> Option<Vec<String>> {
        let configured = self.0.get(lifecycle_event).cloned();
        let default = || DEFAULTS.iter().find(|(event, _)| *event == lifecycle_event);
        configured.or_else(|| default().map(|(_, tag)| vec![(*tag).to_owned()]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_configured_goes_before_the_default() {
        let configured = [
            ("AfterAllowTestTraffic".to_owned(), vec!["checkout".to_owned(), "home".to_owned()]),
            ("BeforeInstall".to_owned(), Vec::new()),
        ];
        let tags = Tags(configured.into());
        let table: [(&str, Option<&[&str]>); 5] = [
            ("AfterAllowTestTraffic", Some(&["checkout", "home"])),
            ("BeforeInstall", Some(&[])),
            ("BeforeAllowTraffic", Some(&["before-traffic"])),
            ("POST_PRODUCTION_TRAFFIC_SHIFT", Some(&["after-traffic"])),
            ("NEW_STAGE", None),
        ];
        for (event, expected) in table {
            let expected = expected.map(|tags| tags.iter().map(|tag| (*tag).to_owned()).collect());
            assert_eq!(tags.of(event), expected, "{event}");
        }
    }
}
