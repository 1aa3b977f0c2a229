//! The event of ECS's own hooks (ECS Developer Guide, "Lifecycle hooks for Amazon ECS service deployments").

use serde_json::{Map, Value};

use crate::event::text;

/// The stages in which a hook is invoked again while a deployment is rolled back, each with the key of its weights.
/// There is no stage of its own for a rollback.
const SHIFTS: [(&str, &str); 2] =
    [("TEST_TRAFFIC_SHIFT", "testTrafficWeights"), ("PRODUCTION_TRAFFIC_SHIFT", "productionTrafficWeights")];

/// What ECS says of a hook.
#[derive(Clone, Debug)]
pub(crate) struct EcsEvent {
    pub(crate) stage: String,
    /// The ARN of the service deployment.
    pub(crate) deployment_arn: String,
    /// The ARN of the service, as the event has it.
    service_arn: String,
    /// The service revision under test.
    pub(crate) target_revision: String,
    /// The share of traffic that the service revision under test has or gets, by key of the weights.
    weights: Vec<(&'static str, f64)>,
    /// What the last invocation returned, or what the service's definition sets.
    pub(crate) details: Option<Map<String, Value>>,
}

impl EcsEvent {
    pub(crate) fn read(stage: String, event: &Value) -> Self {
        let execution = &event["executionDetails"];
        let target_revision = text(execution, "targetServiceRevisionArn").unwrap_or_default();
        let weights = SHIFTS
            .into_iter()
            .filter_map(|(_, key)| Some((key, execution[key].get(&target_revision).and_then(Value::as_f64)?)))
            .collect();
        Self {
            stage,
            deployment_arn: text(event, "resourceArn").unwrap_or_default(),
            service_arn: text(execution, "serviceArn").unwrap_or_default(),
            target_revision,
            weights,
            details: event["hookDetails"].as_object().cloned(),
        }
    }

    /// The service as `cluster/service`, from `arn:aws:ecs:region:account:service/cluster/service`.
    pub(crate) fn service(&self) -> Option<&str> {
        let (_, service) = self.service_arn.split_once(":service/")?;
        service.contains('/').then_some(service)
    }

    /// The id of the service deployment: the last part of its ARN.
    pub(crate) fn deployment(&self) -> &str {
        self.deployment_arn.rsplit('/').next().unwrap_or_default()
    }

    /// Whether traffic is moved away from the version under test. A forward shift never moves nothing.
    pub(crate) fn rolls_back(&self) -> bool {
        let Some((_, key)) = SHIFTS.into_iter().find(|(stage, _)| *stage == self.stage) else { return false };
        self.weights.iter().any(|(known, weight)| *known == key && *weight == 0.0)
    }

    /// The stage and, where traffic is shifted by steps, how far it is: what a retry is a retry of.
    pub(crate) fn step(&self) -> String {
        let weights = self.weights.iter().map(|(_, weight)| weight.to_string());
        std::iter::once(self.stage.clone()).chain(weights).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const GREEN: &str = "arn:aws:ecs:us-west-2:123456789012:service-revision/my-cluster/my-service/9313423515462893900";
    const BLUE: &str = "arn:aws:ecs:us-west-2:123456789012:service-revision/my-cluster/my-service/1920498462936580504";

    fn event(stage: &str, test: &Value, production: &Value) -> EcsEvent {
        let event = json!({
            "executionId": "e-1",
            "lifecycleStage": stage,
            "resourceArn": "arn:aws:ecs:us-west-2:123456789012:service-deployment/my-cluster/my-service/EZe5RNVLH6PPzHXINuP28",
            "executionDetails": {
                "serviceArn": "arn:aws:ecs:us-west-2:123456789012:service/my-cluster/my-service",
                "targetServiceRevisionArn": GREEN,
                "testTrafficWeights": test,
                "productionTrafficWeights": production
            }
        });
        EcsEvent::read(stage.to_owned(), &event)
    }

    #[test]
    fn the_service_and_its_deployment_are_read_from_their_arns() {
        let event = event("POST_SCALE_UP", &json!({}), &json!({}));
        assert_eq!(event.service(), Some("my-cluster/my-service"));
        assert_eq!(event.deployment(), "EZe5RNVLH6PPzHXINuP28");
        let bare =
            EcsEvent::read("POST_SCALE_UP".to_owned(), &json!({"executionDetails": {"serviceArn": "my-service"}}));
        assert_eq!((bare.service(), bare.deployment()), (None, ""));
    }

    #[test]
    fn only_a_shift_to_nothing_is_a_rollback() {
        let weights = |green: Value| json!({GREEN: green, BLUE: 100});
        let table = [
            ("TEST_TRAFFIC_SHIFT", weights(json!(100)), json!({}), false),
            ("TEST_TRAFFIC_SHIFT", weights(json!(0)), json!({}), true),
            ("TEST_TRAFFIC_SHIFT", weights(json!(0.0)), json!({}), true),
            ("TEST_TRAFFIC_SHIFT", json!({}), json!({}), false),
            ("TEST_TRAFFIC_SHIFT", json!({BLUE: 0}), weights(json!(0)), false),
            ("PRODUCTION_TRAFFIC_SHIFT", json!({}), weights(json!(0)), true),
            ("PRODUCTION_TRAFFIC_SHIFT", json!({}), weights(json!(10)), false),
            ("PRODUCTION_TRAFFIC_SHIFT", json!({}), weights(json!("0")), false),
            ("PRE_PRODUCTION_TRAFFIC_SHIFT", json!({}), weights(json!(0)), false),
            ("POST_TEST_TRAFFIC_SHIFT", weights(json!(0)), json!({}), false),
        ];
        for (stage, test, production, expected) in table {
            assert_eq!(event(stage, &test, &production).rolls_back(), expected, "{stage} {test} {production}");
        }
    }

    #[test]
    fn each_step_of_a_shift_is_a_step_of_its_own() {
        let steps =
            [10, 50].map(|weight| event("PRODUCTION_TRAFFIC_SHIFT", &json!({}), &json!({GREEN: weight})).step());
        assert_eq!(steps, ["PRODUCTION_TRAFFIC_SHIFT 10", "PRODUCTION_TRAFFIC_SHIFT 50"]);
        assert_eq!(event("PRE_SCALE_UP", &json!({}), &json!({})).step(), "PRE_SCALE_UP");
    }
}
