//! Where it happened.

use serde::{Deserialize, Serialize};

use crate::clean::one_line;

/// Where it happened. An alert about a pipeline names the pipeline; one about a deployment, a build or an alarm that no
/// pipeline is behind names that.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Place {
    /// The AWS account.
    pub account: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// Such as `staging`.
    pub environment: Option<String>,
    /// The pipeline's name.
    pub pipeline: Option<String>,
    /// The stage's name; none when the whole execution is meant.
    pub stage: Option<String>,
    /// The action's name.
    pub action: Option<String>,
    /// The execution's id.
    pub execution: Option<String>,
    /// A CodeDeploy deployment group: `application/group`.
    pub deployment_group: Option<String>,
    /// Such as `d-123456789`.
    pub deployment: Option<String>,
    /// An ECS service: `cluster/service`.
    pub service: Option<String>,
    /// A CodeBuild project.
    pub build_project: Option<String>,
    /// An alarm's name.
    pub alarm: Option<String>,
}

impl Place {
    /// Whose trouble it is, in one line.
    pub(crate) fn subject(&self) -> String {
        if self.is_alarm() {
            let names = [&self.environment, &self.account, &self.region];
            return names.into_iter().flatten().next().map_or("CloudWatch".to_owned(), |name| one_line(name));
        }
        let names = [&self.pipeline, &self.deployment_group, &self.service, &self.build_project];
        names.into_iter().flatten().next().map_or("a pipeline".to_owned(), |name| one_line(name))
    }

    /// What about it, in one line.
    pub(crate) fn what(&self) -> String {
        let with = |what: &str, name: &Option<String>| {
            name.as_deref().map_or(what.to_owned(), |name| format!("{what} {}", one_line(name)))
        };
        if self.is_alarm() {
            return with("alarm", &self.alarm);
        }
        if self.pipeline.is_some() {
            return self.stage.as_deref().map_or("execution".to_owned(), one_line);
        }
        match (&self.deployment_group, &self.service, &self.build_project) {
            (Some(_), _, _) | (None, Some(_), _) => with("deployment", &self.deployment),
            (None, None, Some(_)) => "build".to_owned(),
            (None, None, None) => self.stage.as_deref().map_or("execution".to_owned(), one_line),
        }
    }

    /// Whether the stage's name does not tell the environment already.
    pub(crate) fn environment_to_name(&self) -> Option<&str> {
        let environment = self.environment.as_deref()?;
        let known = self.stage.as_deref().is_some_and(|stage| stage.eq_ignore_ascii_case(environment));
        (!known && !self.is_alarm()).then_some(environment)
    }

    fn is_alarm(&self) -> bool {
        self.alarm.is_some() && self.pipeline.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_names_what_people_know_it_by() {
        let named = |set: fn(&mut Place)| {
            let mut place = Place::default();
            set(&mut place);
            format!("{} · {}", place.subject(), place.what())
        };
        for (set, expected) in [
            ((|_| ()) as fn(&mut Place), "a pipeline · execution"),
            (|place| place.pipeline = Some("shop".into()), "shop · execution"),
            (|place| (place.pipeline, place.stage) = (Some("shop".into()), Some("Prod".into())), "shop · Prod"),
            (|place| place.deployment_group = Some("shop/prod".into()), "shop/prod · deployment"),
            (
                |place| (place.service, place.deployment) = (Some("c/web".into()), Some("ecs-svc/1".into())),
                "c/web · deployment ecs-svc/1",
            ),
            (|place| place.build_project = Some("shop".into()), "shop · build"),
            (|place| place.alarm = Some("5xx\n> 1%".into()), "CloudWatch · alarm 5xx > 1%"),
            (|place| (place.alarm, place.environment) = (Some("5xx".into()), Some("prod".into())), "prod · alarm 5xx"),
        ] {
            assert_eq!(named(set), expected);
        }
    }
}
