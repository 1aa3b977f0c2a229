//! CodeDeploy's predefined deployment configurations for ECS and Lambda (CodeDeploy user guide, "Working with deployment
//! configurations").

use std::time::Duration;

use crate::deploy::ComputePlatform;

/// How traffic moves to the new version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Routing {
    /// All of it at once.
    AllAtOnce,
    /// A part, and after a while the rest.
    Canary {
        /// The part, in percent.
        percent: u32,
        /// How long the part lasts.
        minutes: u32,
    },
    /// In equal parts.
    Linear {
        /// Each part, in percent.
        percent: u32,
        /// The time between two parts.
        minutes: u32,
    },
}

/// A state of the traffic on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// What the new version gets, in percent.
    pub percent: u32,
    /// How long it stays so before the next step.
    pub lasts: Duration,
}

/// The Lambda platform knows more intervals than the ECS platform, and writes one minute differently.
const ECS: [(&str, Routing); 5] = [
    ("ECSAllAtOnce", Routing::AllAtOnce),
    ("ECSCanary10Percent5Minutes", canary(5)),
    ("ECSCanary10Percent15Minutes", canary(15)),
    ("ECSLinear10PercentEvery1Minutes", linear(1)),
    ("ECSLinear10PercentEvery3Minutes", linear(3)),
];
const LAMBDA: [(&str, Routing); 9] = [
    ("LambdaAllAtOnce", Routing::AllAtOnce),
    ("LambdaCanary10Percent5Minutes", canary(5)),
    ("LambdaCanary10Percent10Minutes", canary(10)),
    ("LambdaCanary10Percent15Minutes", canary(15)),
    ("LambdaCanary10Percent30Minutes", canary(30)),
    ("LambdaLinear10PercentEvery1Minute", linear(1)),
    ("LambdaLinear10PercentEvery2Minutes", linear(2)),
    ("LambdaLinear10PercentEvery3Minutes", linear(3)),
    ("LambdaLinear10PercentEvery10Minutes", linear(10)),
];

const fn canary(minutes: u32) -> Routing {
    Routing::Canary { percent: 10, minutes }
}

const fn linear(minutes: u32) -> Routing {
    Routing::Linear { percent: 10, minutes }
}

impl Routing {
    /// The configuration that a group has whose template names none.
    #[must_use]
    pub fn default_name(platform: ComputePlatform) -> &'static str {
        match platform {
            ComputePlatform::Server => "CodeDeployDefault.OneAtATime",
            ComputePlatform::Lambda => "CodeDeployDefault.LambdaAllAtOnce",
            ComputePlatform::Ecs => "CodeDeployDefault.ECSAllAtOnce",
        }
    }

    /// The routing of a predefined configuration of the platform.
    #[must_use]
    pub fn predefined(platform: ComputePlatform, name: &str) -> Option<Self> {
        let known: &[(&str, Self)] = match platform {
            ComputePlatform::Server => &[],
            ComputePlatform::Lambda => &LAMBDA,
            ComputePlatform::Ecs => &ECS,
        };
        let name = name.strip_prefix("CodeDeployDefault.")?;
        known.iter().find(|(known, _)| *known == name).map(|(_, routing)| *routing)
    }

    /// The states of the traffic, the last with all of it at the new version.
    #[must_use]
    pub fn steps(self) -> Vec<Step> {
        let minutes = |minutes: u32| Duration::from_mins(u64::from(minutes));
        let last = Step { percent: 100, lasts: Duration::ZERO };
        let step = |percent, lasts| Step { percent, lasts: minutes(lasts) };
        match self {
            Self::AllAtOnce => vec![last],
            Self::Canary { percent, minutes } => vec![step(percent, minutes), last],
            Self::Linear { percent, minutes } => {
                let parts = (1..).map(|part| part * percent).take_while(|percent| *percent < 100);
                parts.map(|percent| step(percent, minutes)).chain([last]).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configurations_belong_to_their_platform() {
        use ComputePlatform::{Ecs, Lambda, Server};
        for (platform, name, expected) in [
            (Ecs, "CodeDeployDefault.ECSAllAtOnce", Some((1, 0))),
            (Ecs, "CodeDeployDefault.ECSCanary10Percent15Minutes", Some((2, 15))),
            (Ecs, "CodeDeployDefault.ECSLinear10PercentEvery3Minutes", Some((10, 27))),
            (Ecs, "CodeDeployDefault.LambdaAllAtOnce", None),
            (Ecs, "ECSAllAtOnce", None),
            (Lambda, "CodeDeployDefault.LambdaCanary10Percent30Minutes", Some((2, 30))),
            (Lambda, "CodeDeployDefault.LambdaLinear10PercentEvery1Minute", Some((10, 9))),
            (Lambda, "CodeDeployDefault.LambdaLinear10PercentEvery1Minutes", None),
            (Server, "CodeDeployDefault.AllAtOnce", None),
        ] {
            let steps = Routing::predefined(platform, name).map(Routing::steps);
            let found = steps
                .as_ref()
                .map(|steps| (steps.len(), steps.iter().map(|step| step.lasts.as_secs() / 60).sum::<u64>()));
            assert_eq!(found, expected, "{platform} {name}");
            assert!(steps.is_none_or(|steps| steps.last().is_some_and(|step| step.percent == 100)));
        }
    }
}
