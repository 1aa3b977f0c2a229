//! Where the console shows what an action did.

use super::record::ActionRecord;

impl ActionRecord {
    /// The address that the API calls `externalExecutionUrl`, for what the action has started.
    #[must_use]
    pub fn external_execution_url(&self, region: &str) -> Option<String> {
        let id = self.external_execution_id.as_ref();
        match self.provider {
            "CodeDeploy" | "CodeDeployToECS" => {
                Some(format!("https://{region}.console.aws.amazon.com/codedeploy/home?#/deployments/{}", id?))
            }
            "CodeBuild" => Some(format!(
                "https://{region}.console.aws.amazon.com/codebuild/home?region={region}#/builds/{}/view/new",
                id?
            )),
            "Lambda" => {
                let function = self.configuration.get("FunctionName")?;
                Some(format!("https://console.aws.amazon.com/lambda/home?region={region}#/functions/{function}"))
            }
            "S3" => Some(format!("https://console.aws.amazon.com/s3/home?region={region}#")),
            _ => None,
        }
    }
}
