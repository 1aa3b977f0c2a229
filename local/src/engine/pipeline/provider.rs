//! The action providers that the engine carries out, and their configuration.

use std::collections::BTreeMap;

/// Who carries out an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Provider {
    S3Source,
    /// `CodeStarSourceConnection`: GitHub, Bitbucket and GitLab.
    Connection,
    CodeCommit,
    CodeBuild,
    /// The same in the category `Test`.
    CodeBuildTest,
    CodeDeploy,
    CodeDeployToEcs,
    Lambda,
    ManualApproval,
}

const ECS_REQUIRED: [&str; 4] =
    ["ApplicationName", "DeploymentGroupName", "TaskDefinitionTemplateArtifact", "AppSpecTemplateArtifact"];
const ECS_OPTIONAL: [&str; 10] = [
    "TaskDefinitionTemplatePath",
    "AppSpecTemplatePath",
    "Image1ArtifactName",
    "Image1ContainerName",
    "Image2ArtifactName",
    "Image2ContainerName",
    "Image3ArtifactName",
    "Image3ContainerName",
    "Image4ArtifactName",
    "Image4ContainerName",
];

/// How many artifacts a provider takes and gives.
#[derive(Debug)]
pub(super) struct ArtifactCounts {
    pub(super) inputs: std::ops::RangeInclusive<usize>,
    pub(super) outputs: std::ops::RangeInclusive<usize>,
}

impl Provider {
    pub(super) const ALL: [Self; 9] = [
        Self::S3Source,
        Self::Connection,
        Self::CodeCommit,
        Self::CodeBuild,
        Self::CodeBuildTest,
        Self::CodeDeploy,
        Self::CodeDeployToEcs,
        Self::Lambda,
        Self::ManualApproval,
    ];

    /// Category, owner and provider as the action type has them.
    pub(in crate::engine) const fn action_type(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::S3Source => ("Source", "AWS", "S3"),
            Self::Connection => ("Source", "AWS", "CodeStarSourceConnection"),
            Self::CodeCommit => ("Source", "AWS", "CodeCommit"),
            Self::CodeBuild => ("Build", "AWS", "CodeBuild"),
            Self::CodeBuildTest => ("Test", "AWS", "CodeBuild"),
            Self::CodeDeploy => ("Deploy", "AWS", "CodeDeploy"),
            Self::CodeDeployToEcs => ("Deploy", "AWS", "CodeDeployToECS"),
            Self::Lambda => ("Invoke", "AWS", "Lambda"),
            Self::ManualApproval => ("Approval", "AWS", "Manual"),
        }
    }

    /// The provider's name alone.
    pub(in crate::engine) const fn name(self) -> &'static str {
        self.action_type().2
    }

    /// Whether it belongs into a pipeline's first stage.
    pub(super) const fn is_source(self) -> bool {
        matches!(self, Self::S3Source | Self::Connection | Self::CodeCommit)
    }

    pub(super) fn artifact_counts(self) -> ArtifactCounts {
        // Figures of the user guide's "Action structure reference". CodeBuild takes up to five inputs there; the local
        // runner builds from one.
        match self {
            Self::S3Source | Self::Connection | Self::CodeCommit => ArtifactCounts { inputs: 0..=0, outputs: 1..=1 },
            Self::CodeBuild | Self::CodeBuildTest => ArtifactCounts { inputs: 1..=1, outputs: 0..=5 },
            Self::CodeDeploy => ArtifactCounts { inputs: 1..=1, outputs: 0..=0 },
            Self::CodeDeployToEcs => ArtifactCounts { inputs: 1..=5, outputs: 0..=0 },
            Self::Lambda => ArtifactCounts { inputs: 0..=5, outputs: 0..=5 },
            Self::ManualApproval => ArtifactCounts { inputs: 0..=0, outputs: 0..=0 },
        }
    }

    /// Checks the configuration's keys, and those values that have to be one of a few.
    pub(super) fn check(self, configuration: &BTreeMap<String, String>) -> Result<(), String> {
        let (required, optional): (&[&str], &[&str]) = match self {
            Self::S3Source => (&["S3Bucket", "S3ObjectKey"], &["PollForSourceChanges"]),
            Self::Connection => {
                (&["ConnectionArn", "FullRepositoryId", "BranchName"], &["OutputArtifactFormat", "DetectChanges"])
            }
            Self::CodeCommit => (&["RepositoryName", "BranchName"], &["PollForSourceChanges", "OutputArtifactFormat"]),
            Self::CodeBuild | Self::CodeBuildTest => (&["ProjectName"], &["PrimarySource", "EnvironmentVariables"]),
            Self::CodeDeploy => (&["ApplicationName", "DeploymentGroupName"], &[]),
            Self::CodeDeployToEcs => (&ECS_REQUIRED, &ECS_OPTIONAL),
            Self::Lambda => (&["FunctionName"], &["UserParameters"]),
            Self::ManualApproval => (&[], &["NotificationArn", "CustomData", "ExternalEntityLink"]),
        };
        if let Some(missing) = required.iter().find(|key| !configuration.contains_key(**key)) {
            return Err(format!("Configuration.{missing} is missing: {} needs it", self.name()));
        }
        let known = |key: &String| required.contains(&key.as_str()) || optional.contains(&key.as_str());
        if let Some(unknown) = configuration.keys().find(|key| !known(key)) {
            return Err(format!("Configuration.{unknown} is not known to the local {}", self.name()));
        }
        for key in ["PollForSourceChanges", "DetectChanges"] {
            if let Some(value) = configuration.get(key).filter(|value| !is_boolean(value)) {
                return Err(format!("Configuration.{key} is {value:?}: expected \"true\" or \"false\""));
            }
        }
        let formats = ["CODE_ZIP", "CODEBUILD_CLONE_REF"];
        match configuration.get("OutputArtifactFormat").filter(|format| !formats.contains(&format.as_str())) {
            Some(format) => {
                Err(format!("Configuration.OutputArtifactFormat is {format:?}: expected {}", formats.join(" or ")))
            }
            None => Ok(()),
        }
    }
}

fn is_boolean(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
}
