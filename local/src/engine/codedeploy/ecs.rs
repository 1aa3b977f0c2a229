//! The ECS platform: a replacement task set beside the original one, and listeners between them.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use serde_json::Value;

use super::deployment::Deployment;
use super::failure::Failure;
use super::record::{TargetKind, TaskSetRecord};
use super::state::TaskSet;
use crate::containers::{Image, Images, Task, TaskSettings};
use crate::deploy::EcsTarget;
use crate::engine::config::EcsService;
use crate::engine::passed_roles::{TO_TASKS, passed_roles};
use crate::engine::random;

/// The path that both target groups check. On AWS a target group has a setting for it.
const HEALTH_PATH: &str = "/health";

/// A service between two task sets.
#[derive(Debug)]
pub(super) struct EcsShift {
    target: EcsTarget,
    service: EcsService,
    image: Image,
    environment: BTreeMap<String, String>,
    original: Option<SocketAddr>,
    replacement: Option<TaskSet>,
    percent: u32,
}

impl EcsShift {
    /// Looks at the service, its load balancer and the task definition.
    pub(super) async fn prepare(
        deployment: &Deployment,
        task_definition: &str,
        container: &str,
    ) -> Result<Self, Failure> {
        let target = deployment.group.service.clone();
        let target =
            target.ok_or_else(|| Failure::new("INVALID_ECS_SERVICE", "the deployment group names no service"))?;
        let service_arn = service_arn(deployment, &target);
        for (service, action, resource) in [
            ("AmazonECS", "ecs:DescribeServices", service_arn.as_str()),
            ("ElasticLoadBalancing", "elasticloadbalancing:DescribeTargetGroups", "*"),
            ("ElasticLoadBalancing", "elasticloadbalancing:DescribeListeners", "*"),
            ("ElasticLoadBalancing", "elasticloadbalancing:DescribeRules", "*"),
        ] {
            deployment.demand(service, action, resource).await?;
        }
        let service = find(deployment, &target)?;
        // ECS reads its own task definition: no role needs a permission for that.
        let read = deployment.emulated()?.task_definition(&deployment.region, task_definition).await;
        let definition = read.map_err(|error| Failure::new("INVALID_REVISION", error.to_string()))?;
        for role in passed_roles(&definition) {
            deployment.demand_in("AmazonECS", ("iam:PassRole", role), &TO_TASKS).await?;
        }
        let (image, environment) = container_of(&definition, task_definition, container)?;
        let images = Images::new(deployment.context.config.images.clone());
        let image = images.find(&image).map_err(|error| Failure::unhealthy(error.to_string()))?;
        let original = deployment.context.state().codedeploy.services.get(&key(&target)).and_then(|tasks| {
            let primary = tasks.primary.as_ref()?;
            Some((primary.task.address(), primary.id.clone(), primary.target_group.clone()))
        });
        if let Some((_, id, target_group)) = &original {
            let record = record(id, "PRIMARY", 100, target_group, "Blue");
            deployment.update_kind(|kind| set_record(kind, record));
        }
        let original = original.map(|(address, ..)| address);
        Ok(Self { target, service, image, environment, original, replacement: None, percent: 0 })
    }

    /// Starts the replacement task set and waits until it is healthy.
    pub(super) async fn install(&mut self, deployment: &Deployment) -> Result<(), Failure> {
        let service = service_arn(deployment, &self.target);
        // ECS's authorization knows no resource of this action; the service is a key of the call's context.
        deployment.demand_in("AmazonECS", ("ecs:CreateTaskSet", "*"), &[("ecs:service", &service)]).await?;
        stop_left(deployment, &self.target).await;
        let id = format!("ecs-svc/{}", random::digits(19));
        let folder = deployment.context.config.work_dir.join("tasks").join(&deployment.id);
        let mut environment = self.environment.clone();
        environment.extend(self.service.task_environment.clone());
        let started = Task::start(&self.image, TaskSettings { environment, folder }).await;
        let mut task = started.map_err(|error| Failure::unhealthy(error.to_string()))?;
        // ECS on AWS starts a task that ended again until the hour is over; here the first end is the last.
        let healthy = task.healthy(HEALTH_PATH, deployment.context.clock().replacement_limit()).await;
        if let Err(error) = healthy {
            let failure = Failure::unhealthy(error.to_string());
            task.stop().await;
            return Err(failure);
        }
        let target_group = self.free_target_group(deployment);
        deployment.update_kind(|kind| set_record(kind, record(&id, "ACTIVE", 0, &target_group, "Green")));
        self.replacement = Some(TaskSet { id, target_group, task });
        Ok(())
    }

    /// The target group that the original task set does not have.
    fn free_target_group(&self, deployment: &Deployment) -> String {
        let state = deployment.context.state();
        let primary = state.codedeploy.services.get(&key(&self.target)).and_then(|tasks| tasks.primary.as_ref());
        let [first, second] = &self.target.target_groups;
        if primary.is_some_and(|primary| primary.target_group == *first) { second.clone() } else { first.clone() }
    }

    pub(super) fn allow_test_traffic(&self) {
        if let Some(replacement) = &self.replacement {
            self.service.test.forward(&[(replacement.task.address(), 100)]);
        }
    }

    /// Gives the replacement its part of the customers' traffic.
    pub(super) async fn route(&mut self, deployment: &Deployment, percent: u32) -> Result<(), Failure> {
        let listener = &self.target.production_listener_arn;
        deployment.demand("ElasticLoadBalancing", "elasticloadbalancing:ModifyListener", listener).await?;
        let Some(replacement) = &self.replacement else { return Ok(()) };
        // A service that had no task set yet has nobody to keep the rest for.
        let percent = if self.original.is_none() { 100 } else { percent };
        let original = self.original.filter(|_| percent < 100).map(|address| (address, 100 - percent));
        let targets: Vec<_> = original.into_iter().chain([(replacement.task.address(), percent)]).collect();
        self.service.production.forward(&targets);
        self.percent = percent;
        deployment.update_kind(|kind| weigh(kind, percent));
        if percent == 100 {
            let arn = service_arn(deployment, &self.target);
            deployment.demand("AmazonECS", "ecs:UpdateServicePrimaryTaskSet", &arn).await?;
        }
        Ok(())
    }

    /// Gives all traffic back to the original task set; to nobody when there was none.
    pub(super) fn take_back(&mut self, deployment: &Deployment) {
        let targets: Vec<_> = self.original.map(|address| (address, 100)).into_iter().collect();
        self.service.production.forward(&targets);
        self.service.test.forward(&targets);
        self.percent = 0;
        deployment.update_kind(|kind| weigh(kind, 0));
    }

    pub(super) fn has_original(&self) -> bool {
        self.original.is_some()
    }

    pub(super) fn termination_wait_minutes(&self) -> u32 {
        self.target.termination_wait_minutes
    }

    pub(super) async fn demand_termination(&self, deployment: &Deployment) -> Result<(), Failure> {
        deployment.demand("AmazonECS", "ecs:DeleteTaskSet", &task_sets_arn(deployment, &self.target)).await
    }

    /// Makes the replacement the primary task set and ends the original one.
    pub(super) async fn finish(self, deployment: &Deployment) {
        let Some(replacement) = self.replacement else { return };
        let original = {
            let mut state = deployment.context.state();
            let tasks = state.codedeploy.services.entry(key(&self.target)).or_default();
            tasks.primary.replace(replacement)
        };
        deployment.update_kind(retire);
        if let Some(original) = original {
            original.task.stop().await;
        }
    }

    pub(super) fn percent(&self) -> u32 {
        self.percent
    }

    /// Whoever has all traffic is the primary task set; the other one runs on until the next deployment.
    pub(super) fn leave(self, deployment: &Deployment) {
        let Some(replacement) = self.replacement else { return };
        let mut state = deployment.context.state();
        let tasks = state.codedeploy.services.entry(key(&self.target)).or_default();
        let left = if self.percent == 100 { tasks.primary.replace(replacement) } else { Some(replacement) };
        tasks.left.extend(left);
    }
}

/// Ends what a failed deployment left running.
pub(super) async fn stop_left(deployment: &Deployment, target: &EcsTarget) {
    let left = deployment
        .context
        .state()
        .codedeploy
        .services
        .get_mut(&key(target))
        .map(|tasks| std::mem::take(&mut tasks.left));
    for task_set in left.into_iter().flatten() {
        task_set.task.stop().await;
    }
}

fn find(deployment: &Deployment, target: &EcsTarget) -> Result<EcsService, Failure> {
    let EcsTarget { cluster, service, .. } = target;
    let known = deployment.context.config.services.iter();
    let known = known.clone().find(|known| (&known.cluster, &known.service) == (cluster, service));
    let known = known.ok_or_else(|| {
        Failure::new("INVALID_ECS_SERVICE", format!("The service {service} was not found in the cluster {cluster}."))
    })?;
    let listener = |what: &str, wanted: &str, there: &str| {
        let message =
            format!("The {what} listener {wanted} does not forward to the service {service}: it has {there}.");
        if wanted == there { Ok(()) } else { Err(Failure::new("ELASTIC_LOAD_BALANCING_INVALID", message)) }
    };
    listener("production", &target.production_listener_arn, &known.production_listener_arn)?;
    listener("test", &target.test_listener_arn, &known.test_listener_arn)?;
    if let Some(unknown) = target.target_groups.iter().find(|name| !known.target_groups.contains(name)) {
        let message = format!("The target group {unknown} was not found.");
        return Err(Failure::new("ELASTIC_LOAD_BALANCING_INVALID", message));
    }
    Ok(known.clone())
}

/// The image and the variables of the one container that runs here.
fn container_of(definition: &Value, arn: &str, name: &str) -> Result<(String, BTreeMap<String, String>), Failure> {
    let containers = definition["containerDefinitions"].as_array().map(Vec::as_slice).unwrap_or_default();
    let [container] = containers else {
        let message = format!("{arn} has {} containers: the local ECS runs tasks of one", containers.len());
        return Err(Failure::new("INVALID_REVISION", message));
    };
    if container["name"] != name {
        let message = format!("The AppSpec file's container {name:?} does not exist in the task definition {arn}.");
        return Err(Failure::new("INVALID_REVISION", message));
    }
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let variables = container["environment"].as_array().into_iter().flatten();
    let environment = variables.map(|variable| (text(&variable["name"]), text(&variable["value"]))).collect();
    Ok((text(&container["image"]), environment))
}

fn key(target: &EcsTarget) -> (String, String) {
    (target.cluster.clone(), target.service.clone())
}

fn service_arn(deployment: &Deployment, target: &EcsTarget) -> String {
    let Deployment { region, account, .. } = deployment;
    format!("arn:aws:ecs:{region}:{account}:service/{}/{}", target.cluster, target.service)
}

fn task_sets_arn(deployment: &Deployment, target: &EcsTarget) -> String {
    let Deployment { region, account, .. } = deployment;
    format!("arn:aws:ecs:{region}:{account}:task-set/{}/{}/*", target.cluster, target.service)
}

fn record(id: &str, status: &'static str, traffic: u32, target_group: &str, label: &'static str) -> TaskSetRecord {
    TaskSetRecord { id: id.to_owned(), status, traffic, target_group: target_group.to_owned(), label, running: 1 }
}

fn set_record(kind: &mut TargetKind, record: TaskSetRecord) {
    let TargetKind::Ecs(records) = kind else { return };
    records.retain(|known| known.label != record.label);
    records.push(record);
}

fn weigh(kind: &mut TargetKind, percent: u32) {
    let TargetKind::Ecs(records) = kind else { return };
    for record in records {
        let green = record.label == "Green";
        record.traffic = if green { percent } else { 100 - percent };
        record.status = if green == (percent == 100) { "PRIMARY" } else { "ACTIVE" };
    }
}

fn retire(kind: &mut TargetKind) {
    let TargetKind::Ecs(records) = kind else { return };
    for record in records.iter_mut().filter(|record| record.label == "Blue") {
        record.status = "DRAINING";
        record.running = 0;
    }
}
