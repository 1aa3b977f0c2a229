//! What the environments of a run are made of.

use clap::ValueEnum;

/// Where releases run: the template's parameter `DeployPlatform`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Platform {
    /// Instances, deployed to in place by scripts.
    Ec2,
    /// A container service with two listeners: a new version is tested beside the old one.
    Ecs,
}

impl Platform {
    /// The value of `DeployPlatform`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ec2 => "ec2",
            Self::Ecs => "ecs",
        }
    }
}
