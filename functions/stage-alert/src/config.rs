//! The function's environment as types. A wrong setting costs what it is for, and is told with every alert: a function
//! that refuses to run would alert nobody.

use std::fmt::Display;
use std::time::Duration;

use aws_call::S3Location;
use function_setup::{DEFAULT_DEADLINE_MARGIN, Environment, SetupError, deadline_margin};

use crate::noise::Noise;
use crate::routes::Routes;
use crate::watch::Watch;

const SLACK_API: &str = "https://slack.com/api";

/// What the function is configured with.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) topic: String,
    /// Without it, what comes twice is said twice.
    pub(crate) table: Option<String>,
    pub(crate) slack: Option<SlackConfig>,
    pub(crate) routes: Routes,
    pub(crate) noise: Noise,
    pub(crate) watch: Watch,
    pub(crate) undelivered: Option<String>,
    /// Where hooks store their reports.
    pub(crate) reports: Option<S3Location>,
    pub(crate) margin: Duration,
    /// What is wrong with it, one sentence each.
    pub(crate) wrong: Vec<String>,
}

/// How Slack is reached.
#[derive(Clone, Debug)]
pub(crate) struct SlackConfig {
    pub(crate) secret: String,
    pub(crate) api_url: String,
}

impl Config {
    /// Only the topic is indispensable: what is wrong is told through it.
    pub(crate) fn from_environment(environment: &Environment) -> Result<Self, SetupError> {
        let topic = environment.required("ALERT_TOPIC_ARN", "the ARN of the topic that alerts go to")?.to_owned();
        let mut wrong = Vec::new();
        let table = environment.required("LEDGER_TABLE", "the name of the table that knows what was said");
        let table = or_none(table.map(|name| Some(name.to_owned())), &mut wrong);
        let (routes, followable) = match routes(environment) {
            Ok(routes) => (routes, true),
            Err(problem) => {
                wrong.push(problem);
                (Routes::default(), false)
            }
        };
        let slack = environment.optional("SLACK_SECRET_ID").filter(|_| followable).map(|secret| SlackConfig {
            secret: secret.to_owned(),
            api_url: environment.optional("SLACK_API_URL").unwrap_or(SLACK_API).to_owned(),
        });
        let noise = environment.parsed("NOISE", "failures, failures-and-recoveries or everything");
        let watch = environment.parsed("WATCH_PIPELINES", "names of pipelines with commas between them, or *");
        let reports =
            environment.parsed("REPORT_LOCATION", "where hooks store reports, such as s3://bucket/hook-reports");
        let margin = deadline_margin(environment, "DEADLINE_MARGIN").unwrap_or_else(|error| {
            wrong.push(error.to_string());
            DEFAULT_DEADLINE_MARGIN
        });
        Ok(Self {
            topic,
            table,
            slack,
            routes,
            noise: or_none(noise, &mut wrong).unwrap_or_default(),
            watch: or_none(watch, &mut wrong).unwrap_or(Watch::All),
            undelivered: environment.optional("UNDELIVERED_QUEUE_URL").map(str::to_owned),
            reports: or_none(reports, &mut wrong),
            margin,
            wrong,
        })
    }
}

fn or_none<T, E: Display>(setting: Result<Option<T>, E>, wrong: &mut Vec<String>) -> Option<T> {
    setting.unwrap_or_else(|error| {
        wrong.push(error.to_string());
        None
    })
}

/// Without routes, Slack is used when its secret is a webhook; a bot is told by Slack that the channel is missing.
fn routes(environment: &Environment) -> Result<Routes, String> {
    if environment.optional("ROUTES").is_none() {
        return Ok(Routes::default());
    }
    let routes: Routes = environment
        .json("ROUTES", r#"JSON such as {"default":{"channel":"C0123456789","mention":"@here"}}"#)
        .map_err(|error| format!("{error}; Slack is not told until that is mended"))?;
    match routes.problem() {
        None => Ok(routes),
        Some(problem) => Err(format!(
            "the environment variable ROUTES cannot be followed: {problem}; Slack is not told until that is mended"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEEDED: [(&str, &str); 2] =
        [("ALERT_TOPIC_ARN", "arn:aws:sns:eu-central-1:111122223333:alerts"), ("LEDGER_TABLE", "ledger")];

    fn config(more: &[(&'static str, &'static str)]) -> Config {
        Config::from_environment(&NEEDED.into_iter().chain(more.iter().copied()).collect()).unwrap()
    }

    #[test]
    fn a_topic_and_a_table_are_enough() {
        let config = config(&[]);
        assert_eq!(config.table.as_deref(), Some("ledger"));
        assert_eq!((config.noise, &config.watch), (Noise::FailuresAndRecoveries, &Watch::All));
        assert!(config.slack.is_none() && config.wrong.is_empty(), "{:?}", config.wrong);
    }

    #[test]
    fn without_a_topic_there_is_no_function() {
        let error = Config::from_environment(&[("LEDGER_TABLE", "ledger")].into_iter().collect()).unwrap_err();
        assert!(error.to_string().starts_with("the environment variable ALERT_TOPIC_ARN is not set"), "{error}");
    }

    #[test]
    fn what_is_wrong_is_kept_to_be_told() {
        for (name, value, told) in [
            ("LEDGER_TABLE", "", "LEDGER_TABLE is not set"),
            ("ROUTES", "{", "ROUTES"),
            ("ROUTES", r#"{"default":{"mention":"everybody"}}"#, "\"everybody\" is nobody whom Slack can call"),
            ("ROUTES", r#"{"stages":{"Build":{"channel":"C1"}}}"#, "default has no channel"),
            ("NOISE", "loud", "NOISE is \"loud\""),
            ("REPORT_LOCATION", "bucket", "REPORT_LOCATION is \"bucket\""),
            ("DEADLINE_MARGIN", "-1", "DEADLINE_MARGIN is \"-1\""),
        ] {
            let config = config(&[(name, value), ("SLACK_SECRET_ID", "slack")]);
            assert!(config.wrong.len() == 1 && config.wrong[0].contains(told), "{name}: {:?}", config.wrong);
            assert_eq!(config.slack.is_none(), name == "ROUTES", "{name}");
        }
    }

    #[test]
    fn slack_is_told_at_its_own_address_or_another() {
        for (url, expected) in [("", SLACK_API), ("http://127.0.0.1:1/api", "http://127.0.0.1:1/api")] {
            let config = config(&[("SLACK_SECRET_ID", "slack"), ("SLACK_API_URL", url)]);
            assert_eq!(config.slack.unwrap().api_url, expected);
        }
    }
}
