//! Alarms of CloudWatch.

use serde_json::{Value, json};

use super::{Caller, ClientError, EmulatorClient};

impl EmulatorClient {
    /// `DescribeAlarms` for these names, of both types: name -> state.
    pub async fn alarm_states(&self, caller: &Caller, names: &[String]) -> Result<Vec<(String, String)>, ClientError> {
        let asked = json!({ "AlarmNames": names, "AlarmTypes": ["MetricAlarm", "CompositeAlarm"] });
        let target = "GraniteServiceVersion20100801.DescribeAlarms";
        let answer = self.json("cloudwatch:DescribeAlarms", "monitoring", target, &asked, caller).await?;
        let alarms = |kind: &str| answer[kind].as_array().cloned().unwrap_or_default();
        let text = |alarm: &Value, name: &str| alarm[name].as_str().unwrap_or_default().to_owned();
        let both = alarms("MetricAlarms").into_iter().chain(alarms("CompositeAlarms"));
        Ok(both.map(|alarm| (text(&alarm, "AlarmName"), text(&alarm, "StateValue"))).collect())
    }
}
