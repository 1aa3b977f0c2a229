//! Task definitions of ECS.

use serde_json::{Value, json};

use super::{Caller, ClientError, EmulatorClient};

const PREFIX: &str = "AmazonEC2ContainerServiceV20141113";

impl EmulatorClient {
    /// `RegisterTaskDefinition`; returns the new revision's ARN.
    pub async fn register_task_definition(&self, caller: &Caller, definition: &Value) -> Result<String, ClientError> {
        let operation = "ecs:RegisterTaskDefinition";
        let target = format!("{PREFIX}.RegisterTaskDefinition");
        let answer = self.json(operation, "ecs", &target, definition, caller).await?;
        let arn = answer["taskDefinition"]["taskDefinitionArn"].as_str().map(str::to_owned);
        let reason = || "no ARN in it".to_owned();
        arn.ok_or_else(|| ClientError::Unreadable { operation, status: 200, reason: reason() })
    }

    /// `DescribeTaskDefinition`; returns the definition.
    pub async fn task_definition(&self, caller: &Caller, arn: &str) -> Result<Value, ClientError> {
        let target = format!("{PREFIX}.DescribeTaskDefinition");
        let asked = json!({ "taskDefinition": arn });
        let mut answer = self.json("ecs:DescribeTaskDefinition", "ecs", &target, &asked, caller).await?;
        Ok(answer["taskDefinition"].take())
    }
}
