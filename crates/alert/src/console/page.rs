//! Pages of the AWS console.

use super::part;

/// The console of one region, in one account where the address needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Console {
    region: String,
    account: String,
}

impl Console {
    /// The console of `region`, with pages of `account`.
    #[must_use]
    pub fn new(region: impl Into<String>, account: impl Into<String>) -> Self {
        Self { region: region.into(), account: account.into() }
    }

    /// An execution of a pipeline.
    #[must_use]
    pub fn execution(&self, pipeline: &str, execution: &str) -> String {
        let (pipeline, execution) = (part(pipeline), part(execution));
        self.page(&format!("codesuite/codepipeline/pipelines/{pipeline}/executions/{execution}/timeline"), "")
    }

    /// A pipeline, as it is now.
    #[must_use]
    pub fn pipeline(&self, pipeline: &str) -> String {
        self.page(&format!("codesuite/codepipeline/pipelines/{}/view", part(pipeline)), "")
    }

    /// The log of a build, whose id is the project, a colon and a UUID.
    #[must_use]
    pub fn build_log(&self, build: &str) -> String {
        let project = build.split(':').next().unwrap_or_default();
        let (account, project, build) = (part(&self.account), part(project), part(build));
        self.page(&format!("codesuite/codebuild/{account}/projects/{project}/build/{build}/log"), "")
    }

    /// A CodeDeploy deployment.
    #[must_use]
    pub fn deployment(&self, deployment: &str) -> String {
        self.page(&format!("codesuite/codedeploy/deployments/{}", part(deployment)), "")
    }

    /// A CloudWatch alarm.
    #[must_use]
    pub fn alarm(&self, alarm: &str) -> String {
        self.page("cloudwatch/home", &format!("#alarmsV2:alarm/{}", part(alarm)))
    }

    /// The deployments of an ECS service.
    #[must_use]
    pub fn service(&self, cluster: &str, service: &str) -> String {
        self.page(&format!("ecs/v2/clusters/{}/services/{}/deployments", part(cluster), part(service)), "")
    }

    /// A commit in a `CodeCommit` repository.
    #[must_use]
    pub fn codecommit(&self, repository: &str, commit: &str) -> String {
        let (repository, commit) = (part(repository), part(commit));
        self.page(&format!("codesuite/codecommit/repositories/{repository}/commit/{commit}"), "")
    }

    fn page(&self, path: &str, fragment: &str) -> String {
        let region = part(&self.region);
        let domain = match region.as_str() {
            china if china.starts_with("cn-") => "console.amazonaws.cn",
            government if government.starts_with("us-gov-") => "console.amazonaws-us-gov.com",
            _ => "console.aws.amazon.com",
        };
        format!("https://{region}.{domain}/{path}?region={region}{fragment}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_addressed_as_the_console_shows_them() {
        let console = Console::new("eu-west-1", "123456789012");
        let site = "https://eu-west-1.console.aws.amazon.com";
        for (link, expected) in [
            (
                console.execution("storefront", "1111-2222"),
                "/codesuite/codepipeline/pipelines/storefront/executions/1111-2222/timeline?region=eu-west-1",
            ),
            (console.pipeline("shop@1"), "/codesuite/codepipeline/pipelines/shop%401/view?region=eu-west-1"),
            (
                console.build_log("shop:8745a7a9"),
                "/codesuite/codebuild/123456789012/projects/shop/build/shop%3A8745a7a9/log?region=eu-west-1",
            ),
            (console.deployment("d-1"), "/codesuite/codedeploy/deployments/d-1?region=eu-west-1"),
            (
                console.alarm("5xx > 1% / min"),
                "/cloudwatch/home?region=eu-west-1#alarmsV2:alarm/5xx%20%3E%201%25%20%2F%20min",
            ),
            (console.service("shop", "web"), "/ecs/v2/clusters/shop/services/web/deployments?region=eu-west-1"),
            (
                console.codecommit("shop", "8cf40f2"),
                "/codesuite/codecommit/repositories/shop/commit/8cf40f2?region=eu-west-1",
            ),
        ] {
            assert_eq!(link, format!("{site}{expected}"));
        }
    }

    #[test]
    fn other_partitions_have_their_own_console() {
        for (region, expected) in [
            ("cn-north-1", "https://cn-north-1.console.amazonaws.cn/"),
            ("us-gov-west-1", "https://us-gov-west-1.console.amazonaws-us-gov.com/"),
            ("us-east-1", "https://us-east-1.console.aws.amazon.com/"),
        ] {
            assert!(Console::new(region, "1").deployment("d-1").starts_with(expected), "{region}");
        }
    }
}
