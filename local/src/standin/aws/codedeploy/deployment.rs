//! A deployment of the stand-in.

use super::super::signature::sha256;

/// The lifecycle events of a platform, in their order. `Install`, `AllowTestTraffic` and `AllowTraffic` take no hook:
/// <https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html>.
const OF_ECS: [&str; 8] = [
    "BeforeInstall",
    "Install",
    "AfterInstall",
    "AllowTestTraffic",
    "AfterAllowTestTraffic",
    "BeforeAllowTraffic",
    "AllowTraffic",
    "AfterAllowTraffic",
];
const OF_LAMBDA: [&str; 3] = ["BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic"];

/// A deployment in the middle of its work.
#[derive(Debug, Clone)]
pub struct Deployment {
    /// Its id, `d-` and nine capital letters or digits.
    pub id: String,
    /// Its application.
    pub application: String,
    /// Its deployment group.
    pub group: String,
    /// Who made it: `user`, or `codeDeployRollback` for a deployment that goes back.
    pub creator: String,
    /// What is deployed.
    pub target: Target,
    /// The text of its `AppSpec`.
    pub appspec: String,
    /// Its lifecycle events, in their order.
    pub events: Vec<LifecycleEvent>,
    /// How many views of the target still show the running event as pending: CodeDeploy's view may lag behind its hooks.
    pub late_views: u32,
}

/// What a deployment deploys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// An ECS service.
    Ecs {
        /// Its cluster.
        cluster: String,
        /// Its name.
        service: String,
    },
    /// An alias of a Lambda function.
    Lambda {
        /// The function's name.
        function: String,
        /// The version that the alias points at.
        current: String,
        /// The version under test.
        target: String,
    },
}

/// A lifecycle event of a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LifecycleEvent {
    /// Its name, e.g. `AfterAllowTestTraffic`.
    pub name: String,
    /// Where it stands.
    pub state: EventState,
    /// The execution of its hook, when one was invoked.
    pub hook: Option<String>,
}

/// Where a lifecycle event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventState {
    /// It has not begun.
    Pending,
    /// It runs.
    InProgress,
    /// It has ended well.
    Succeeded,
    /// It has failed.
    Failed,
}

impl Target {
    /// The id of the target, as CodeDeploy forms it.
    pub(in super::super) fn id(&self) -> String {
        match self {
            Self::Ecs { cluster, service } => format!("{cluster}:{service}"),
            Self::Lambda { function, .. } => function.clone(),
        }
    }

    fn events(&self) -> &'static [&'static str] {
        match self {
            Self::Ecs { .. } => &OF_ECS,
            Self::Lambda { .. } => &OF_LAMBDA,
        }
    }
}

impl Deployment {
    /// A deployment that puts this task definition into service. Nothing has begun.
    #[must_use]
    pub fn of_service(id: &str, group: (&str, &str), service: (&str, &str), task_definition: &str) -> Self {
        let target = Target::Ecs { cluster: service.0.to_owned(), service: service.1.to_owned() };
        let appspec = format!(
            "version: 0.0\n\
             Resources:\n\
             \x20 - TargetService:\n\
             \x20     Type: AWS::ECS::Service\n\
             \x20     Properties:\n\
             \x20       TaskDefinition: \"{task_definition}\"\n\
             \x20       LoadBalancerInfo: {{ ContainerName: storefront, ContainerPort: 8080 }}\n"
        );
        Self::new(id, group, target, appspec)
    }

    /// A deployment that moves the alias `live` of a function from one version to another. Nothing has begun.
    #[must_use]
    pub fn of_function(id: &str, group: (&str, &str), function: &str, versions: (&str, &str)) -> Self {
        let (current, target) = versions;
        let appspec = format!(
            "version: 0.0\n\
             Resources:\n\
             \x20 - {function}:\n\
             \x20     Type: AWS::Lambda::Function\n\
             \x20     Properties: {{ Name: {function}, Alias: live, CurrentVersion: \"{current}\", TargetVersion: \"{target}\" }}\n"
        );
        let (current, target) = (current.to_owned(), target.to_owned());
        Self::new(id, group, Target::Lambda { function: function.to_owned(), current, target }, appspec)
    }

    fn new(id: &str, group: (&str, &str), target: Target, appspec: String) -> Self {
        let event = |name: &&str| LifecycleEvent { name: (*name).to_owned(), state: EventState::Pending, hook: None };
        Self {
            id: id.to_owned(),
            application: group.0.to_owned(),
            group: group.1.to_owned(),
            creator: "user".to_owned(),
            events: target.events().iter().map(event).collect(),
            target,
            appspec,
            late_views: 0,
        }
    }

    /// This event runs, and its hook was invoked with this execution; what comes before it has ended well. A name that the
    /// platform does not have changes nothing.
    #[must_use]
    pub fn running(mut self, name: &str, hook: &str) -> Self {
        if let Some(index) = self.events.iter().position(|event| event.name == name) {
            for event in &mut self.events[..index] {
                event.state = EventState::Succeeded;
            }
            self.events[index].state = EventState::InProgress;
            self.events[index].hook = Some(hook.to_owned());
        }
        self
    }

    /// CodeDeploy made it by itself to go back to the version before.
    #[must_use]
    pub fn rolling_back(mut self) -> Self {
        "codeDeployRollback".clone_into(&mut self.creator);
        self
    }

    /// The digest that the `AppSpec` is found by.
    pub(in super::super) fn digest(&self) -> String {
        sha256(self.appspec.as_bytes())
    }
}
