//! The properties of a group that name its ECS service, its load balancer and the end of its original task set.

use serde::Deserialize;

use super::properties::unsupported;
use super::{EcsTarget, ReadyOption};
use crate::properties::{Count, PropertyError};

/// CodeDeploy's most for both waits: two days.
const LONGEST_WAIT: u32 = 2880;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct RawService {
    cluster_name: String,
    service_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct RawLoadBalancer {
    target_group_pair_info_list: Vec<RawPair>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RawPair {
    target_groups: Vec<RawTargetGroup>,
    prod_traffic_route: RawRoute,
    test_traffic_route: Option<RawRoute>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RawTargetGroup {
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RawRoute {
    listener_arns: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct RawBlueGreen {
    terminate_blue_instances_on_deployment_success: Option<RawTermination>,
    deployment_ready_option: Option<RawReady>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RawTermination {
    #[serde(rename = "Action")]
    _action: Option<TerminationAction>,
    termination_wait_time_in_minutes: Option<Count>,
}

/// `KEEP_ALIVE` is for instances: an original task set is always terminated.
#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum TerminationAction {
    Terminate,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RawReady {
    action_on_timeout: Option<ReadyAction>,
    wait_time_in_minutes: Option<Count>,
}

#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum ReadyAction {
    ContinueDeployment,
    StopDeployment,
}

pub(super) fn read(
    services: Option<Vec<RawService>>,
    load_balancer: Option<RawLoadBalancer>,
    blue_green: Option<RawBlueGreen>,
) -> Result<EcsTarget, PropertyError> {
    let one = |path, count: usize| unsupported(path, &format!("{count} of them"), "exactly one is supported");
    let services = services.unwrap_or_default();
    let count = services.len();
    let [RawService { cluster_name, service_name }] =
        <[RawService; 1]>::try_from(services).map_err(|_| one("ECSServices", count))?;
    let pairs = load_balancer.map(|raw| raw.target_group_pair_info_list).unwrap_or_default();
    let count = pairs.len();
    let [pair] = <[RawPair; 1]>::try_from(pairs).map_err(|_| one("LoadBalancerInfo.TargetGroupPairInfoList", count))?;
    let names: Vec<String> = pair.target_groups.into_iter().map(|group| group.name).collect();
    let target_groups = <[String; 2]>::try_from(names).map_err(|names| {
        let path = "LoadBalancerInfo.TargetGroupPairInfoList.TargetGroups";
        unsupported(path, &format!("{} of them", names.len()), "the traffic moves between two target groups")
    })?;
    let blue_green = blue_green.ok_or_else(|| {
        unsupported("BlueGreenDeploymentConfiguration", "missing", "the ECS platform deploys blue/green only")
    })?;
    let test = pair.test_traffic_route.ok_or_else(|| {
        let path = "LoadBalancerInfo.TargetGroupPairInfoList.TestTrafficRoute";
        unsupported(path, "missing", "the local load balancer has a test listener, give its ARN")
    })?;
    Ok(EcsTarget {
        cluster: cluster_name,
        service: service_name,
        target_groups,
        production_listener_arn: listener(pair.prod_traffic_route)?,
        test_listener_arn: listener(test)?,
        ready: ready(blue_green.deployment_ready_option)?,
        termination_wait_minutes: termination(blue_green.terminate_blue_instances_on_deployment_success)?,
    })
}

fn listener(route: RawRoute) -> Result<String, PropertyError> {
    let [arn] = <[String; 1]>::try_from(route.listener_arns).map_err(|arns| {
        let path = "LoadBalancerInfo.TargetGroupPairInfoList.ListenerArns";
        unsupported(path, &format!("{} of them", arns.len()), "a route has exactly one listener")
    })?;
    Ok(arn)
}

fn ready(raw: Option<RawReady>) -> Result<ReadyOption, PropertyError> {
    let minutes = raw.as_ref().and_then(|raw| raw.wait_time_in_minutes).map_or(0, |count| count.0);
    let stops = raw.is_some_and(|raw| raw.action_on_timeout == Some(ReadyAction::StopDeployment));
    let path = "BlueGreenDeploymentConfiguration.DeploymentReadyOption.WaitTimeInMinutes";
    match (stops, minutes) {
        (false, 0) => Ok(ReadyOption::Continue),
        (false, _) => Err(unsupported(path, &minutes.to_string(), "only STOP_DEPLOYMENT has a time to wait")),
        (true, 1..=LONGEST_WAIT) => Ok(ReadyOption::Wait(minutes)),
        (true, _) => Err(unsupported(path, &minutes.to_string(), "give 1 to 2880 minutes with STOP_DEPLOYMENT")),
    }
}

fn termination(raw: Option<RawTermination>) -> Result<u32, PropertyError> {
    let minutes = raw.and_then(|raw| raw.termination_wait_time_in_minutes).map_or(0, |count| count.0);
    if minutes <= LONGEST_WAIT {
        return Ok(minutes);
    }
    let path =
        "BlueGreenDeploymentConfiguration.TerminateBlueInstancesOnDeploymentSuccess.TerminationWaitTimeInMinutes";
    Err(unsupported(path, &minutes.to_string(), "give 0 to 2880 minutes"))
}
