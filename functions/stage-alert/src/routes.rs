//! Which channel hears of what, and whom it calls.

use std::collections::BTreeMap;

use alert::{Mention, Place};
use serde::Deserialize;

/// The routes to Slack channels. A stage's own goes before its environment's, and that before the default; what one does
/// not say, the next does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Routes {
    #[serde(default)]
    default: Route,
    #[serde(default)]
    stages: BTreeMap<String, Route>,
    #[serde(default)]
    environments: BTreeMap<String, Route>,
}

/// A channel, and whom a message in it calls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Route {
    /// The channel's id or name. A webhook has its own.
    #[serde(default)]
    pub(crate) channel: String,
    /// Nobody is called for what is neither an error nor critical.
    pub(crate) mention: Option<Mention>,
}

impl Routes {
    /// Where an alert about `place` goes.
    pub(crate) fn of(&self, place: &Place) -> Route {
        let stage = place.stage.as_ref().and_then(|stage| self.stages.get(stage));
        let environment = place.environment.as_ref().and_then(|name| self.environments.get(name));
        let mut route = Route::default();
        for known in [stage, environment, Some(&self.default)].into_iter().flatten() {
            if route.channel.is_empty() {
                route.channel.clone_from(&known.channel);
            }
            route.mention = route.mention.or_else(|| known.mention.clone());
        }
        route
    }

    /// The environment that has a route and whose name stands in `text`, which is a stage's or an alarm's name.
    pub(crate) fn environment_in(&self, text: &str) -> Option<&str> {
        let text = text.to_ascii_lowercase();
        let named = self.environments.keys().filter(|name| text.contains(&name.to_ascii_lowercase()));
        named.max_by_key(|name| name.len()).map(String::as_str)
    }

    /// What is wrong with them, besides their shape.
    pub(crate) fn problem(&self) -> Option<String> {
        let stages = self.stages.iter().map(|(name, route)| (format!("stages.{name}"), route));
        let environments = self.environments.iter().map(|(name, route)| (format!("environments.{name}"), route));
        let all = stages.chain(environments).chain([("default".to_owned(), &self.default)]);
        for (place, route) in all {
            let channel = &route.channel;
            if channel.chars().any(char::is_whitespace) {
                return Some(format!(
                    "{place} has the channel {channel:?}; a channel has an id or a name without blanks"
                ));
            }
            if channel.is_empty() && self.default.channel.is_empty() {
                return Some(format!("{place} has no channel, and neither has default; give one of them a channel"));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(text: &str) -> Routes {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn the_nearest_route_wins_and_lacks_nothing() {
        let routes = routes(
            r#"{"default":{"channel":"C1"},"stages":{"Production":{"mention":"@here"},"Build":{"channel":"C2"}},
                "environments":{"production":{"channel":"C3","mention":"@channel"}}}"#,
        );
        for (stage, environment, channel, mention) in [
            (None, None, "C1", None),
            (Some("Staging"), Some("staging"), "C1", None),
            (Some("Build"), None, "C2", None),
            (Some("Production"), None, "C1", Some("@here")),
            (Some("Production"), Some("production"), "C3", Some("@here")),
            (Some("Prod"), Some("production"), "C3", Some("@channel")),
        ] {
            let place = Place {
                stage: stage.map(str::to_owned),
                environment: environment.map(str::to_owned),
                ..Place::default()
            };
            let route = routes.of(&place);
            let mention = mention.map(|mention| mention.parse().unwrap());
            assert_eq!((route.channel.as_str(), route.mention), (channel, mention), "{stage:?} {environment:?}");
        }
    }

    #[test]
    fn what_cannot_be_followed_is_named() {
        for (text, expected) in [
            (r#"{"default":{"channel":"C1"}}"#, None),
            (r#"{"default":{"channel":"C1"},"stages":{"Production":{"mention":"@here"}}}"#, None),
            (r#"{"default":{"channel":"my channel"}}"#, Some("default has the channel \"my channel\"")),
            (r#"{"stages":{"Build":{"channel":"C1"}}}"#, Some("default has no channel")),
            (r#"{"stages":{"Build":{}},"default":{}}"#, Some("stages.Build has no channel")),
        ] {
            let problem = routes(text).problem();
            assert!(
                problem.as_deref().map(|problem| &problem[..expected.map_or(0, str::len)]) == expected,
                "{text}: {problem:?}"
            );
        }
        for text in [r#"{"stage":{}}"#, r#"{"default":{"chanel":"C1"}}"#, r#"{"default":{"mention":"here"}}"#, "7"] {
            assert!(serde_json::from_str::<Routes>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_environment_is_known_by_its_name_in_another() {
        let routes = routes(r#"{"default":{"channel":"C1"},"environments":{"prod":{},"production":{},"qa":{}}}"#);
        for (text, expected) in
            [("shop-Production-5xx", Some("production")), ("QA", Some("qa")), ("Build", None), ("", None)]
        {
            assert_eq!(routes.environment_in(text), expected, "{text}");
        }
    }
}
