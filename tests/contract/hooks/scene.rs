//! What the hook function meets in one test: the base case, which a test changes in one respect.

use std::collections::BTreeMap;
use std::time::Duration;

use launchway::standin::aws::{Aws, Deployment, Fault, Object};
use launchway::standin::{Function, FunctionSettings, Invocation, StandinError, Times, destination_record};
use serde_json::{Value, json};

use super::HookPlayed;
use crate::account::{aws, function, function_credentials, job_credentials, secrets_of};
use crate::binary::Binary;
use crate::closer::closer_settings;
use crate::pace::turn;
use crate::scene::SUITE;
use crate::shop::{RunningShop, Shop};
use crate::traces::Traces;

pub(crate) const DEPLOYMENT: &str = "d-ABCDEF123";
pub(crate) const EXECUTION: &str = "eyJlbmNyeXB0ZWREYXRhIjoiTGFtYmRhSG9vayJ9";
pub(crate) const TASK: &str = "arn:aws:ecs:eu-central-1:111111111111:task-definition/storefront:7";
pub(crate) const ARTIFACTS: &str = "launchway-artifacts";

/// The revision that the version under test says it is.
pub(crate) const REVISION: &str = "0123abc";

/// What happens to the event and to the process that has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Course {
    /// Nothing unusual.
    Plain,
    /// The process is killed as soon as it has sent a request to the site.
    Killed,
    /// The process is held to its memory.
    LimitedMemory,
    /// The event is delivered to the process again.
    Twice,
    /// The event is delivered again, to another process.
    TwiceByTwo,
}

/// A scene before it is played.
#[derive(Debug, Clone)]
pub(crate) struct HookScene {
    pub(crate) binary: Binary,
    pub(crate) event: Value,
    /// The deployment that waits for the hook; nothing when CodeDeploy has none.
    pub(crate) deployment: Option<Deployment>,
    /// What lies where the suite should be.
    pub(crate) suite: Option<String>,
    pub(crate) shop: Shop,
    pub(crate) faults: Vec<(&'static str, Fault, Times)>,
    pub(crate) timeout: Duration,
    pub(crate) course: Course,
    /// Changes of the function's variables; nothing takes one away.
    pub(crate) environment: Vec<(&'static str, Option<String>)>,
    /// The text of the secret that `SMOKE_SECRET_ID` names.
    pub(crate) secret: Option<&'static str>,
    /// The deployment groups and services that are the environment staging.
    pub(crate) groups: Vec<String>,
    /// Further versions that can be tested.
    pub(crate) stock: fn(&Aws),
}

impl Default for HookScene {
    fn default() -> Self {
        Self {
            binary: Binary::DeployHook,
            event: json!({ "DeploymentId": DEPLOYMENT, "LifecycleEventHookExecutionId": EXECUTION }),
            deployment: Some(on_ecs("AfterAllowTestTraffic")),
            suite: Some(tagged_suite()),
            shop: Shop::open(),
            faults: Vec::new(),
            timeout: Duration::from_secs(30),
            course: Course::Plain,
            environment: Vec::new(),
            secret: None,
            groups: ["storefront/staging", "shop/storefront", "checkout/live"].map(str::to_owned).to_vec(),
            stock: |_| {},
        }
    }
}

/// The suite of the job's scenes, its checks tagged for every event that is played.
fn tagged_suite() -> String {
    let tags = "[before-traffic, after-traffic, before-install, after-install, reconcile-service, pre-scale-up, post-scale-up]";
    SUITE.replace("    request:", &format!("    tags: {tags}\n    request:"))
}

/// A deployment of the ECS service in which this lifecycle event waits for the hook.
pub(crate) fn on_ecs(event: &str) -> Deployment {
    Deployment::of_service(DEPLOYMENT, ("storefront", "staging"), ("shop", "storefront"), TASK)
        .running(event, EXECUTION)
}

/// A scene with everything running. The function has had no event yet.
pub(crate) struct HookStage {
    pub(crate) function: Function,
    pub(crate) aws: Aws,
    pub(crate) shop: RunningShop,
    pub(crate) event: Vec<u8>,
    course: Course,
}

impl HookScene {
    /// The base case, changed.
    pub(crate) fn with(change: impl FnOnce(&mut Self)) -> Self {
        let mut scene = Self::default();
        change(&mut scene);
        scene
    }

    /// Sends the event once. When the invocation fails, the real closer gets the record that Lambda makes of it.
    pub(crate) async fn play(self) -> HookPlayed {
        let _turn = turn().await;
        self.set_up().await.play().await
    }

    /// Starts everything.
    pub(crate) async fn set_up(self) -> HookStage {
        let aws = aws(job_credentials()).await;
        if let Some(deployment) = &self.deployment {
            aws.add_deployment(deployment.clone());
        }
        if let Some(suite) = &self.suite {
            aws.add_object(ARTIFACTS, &format!("suites/{REVISION}/smoke.yaml"), Object::bytes(suite.clone()));
        }
        aws.grant(&format!("{ARTIFACTS}/suites/"));
        aws.grant(&format!("{ARTIFACTS}/hook-reports/"));
        aws.add_task_definition(TASK, &[("PORT", "8080"), ("REVISION", REVISION)]);
        if let Some(text) = self.secret {
            aws.add_secret("shop/smoke", text);
        }
        (self.stock)(&aws);
        for (operation, fault, times) in &self.faults {
            aws.order_fault(operation, fault.clone(), *times);
        }
        let shop = self.shop.start().await;
        let mut function = Function::new(self.settings(&aws, &shop.url()).await).await.unwrap();
        if self.course == Course::LimitedMemory {
            function.limit_memory();
        }
        HookStage { function, aws, shop, event: self.event.to_string().into_bytes(), course: self.course }
    }

    async fn settings(&self, aws: &Aws, site: &str) -> FunctionSettings {
        let staging = json!({ "environment": "staging", "test_url": site });
        let environments: BTreeMap<_, _> = self.groups.iter().map(|group| (group, &staging)).collect();
        let mut environment = BTreeMap::from([
            ("AWS_ENDPOINT_URL".to_owned(), aws.url()),
            ("HOOK_ENVIRONMENTS".to_owned(), json!(environments).to_string()),
            ("SUITE_OBJECT".to_owned(), format!("s3://{ARTIFACTS}/suites/{{revision}}/smoke.yaml")),
            ("REPORT_LOCATION".to_owned(), format!("s3://{ARTIFACTS}/hook-reports")),
            ("LOG_LEVEL".to_owned(), "trace".to_owned()),
        ]);
        if self.secret.is_some() {
            environment.insert("SMOKE_SECRET_ID".to_owned(), "shop/smoke".to_owned());
        }
        for (name, value) in &self.environment {
            match value {
                Some(value) => environment.insert((*name).to_owned(), value.clone()),
                None => environment.remove(*name),
            };
        }
        function((self.binary, "CodeDeployHook_launchway"), self.timeout, environment).await
    }
}

impl HookStage {
    /// Sends the event once. When the invocation fails, the real closer gets the record that Lambda makes of it.
    pub(crate) async fn play(mut self) -> HookPlayed {
        let first = self.invoke().await.unwrap();
        if let Course::Twice | Course::TwiceByTwo = self.course {
            if self.course == Course::TwiceByTwo {
                self.function.recycle().await;
            }
            let second = self.invoke().await.unwrap();
            return self.end(vec![first, second]).await;
        }
        let Some(record) = destination_record(self.function.settings(), &self.event, &first, 1) else {
            return self.end(vec![first]).await;
        };
        let mut closer = Function::new(closer_settings(&self.aws).await).await.unwrap();
        let second = closer.invoke(record.to_string().as_bytes()).await.unwrap();
        let log = closer.stop().await;
        let mut played = self.end(vec![first, second]).await;
        played.traces.log.push_str(&log);
        played
    }

    async fn invoke(&mut self) -> Result<Invocation, StandinError> {
        if self.course == Course::Killed {
            self.function.invoke_and_kill(&self.event, self.shop.site().asked()).await
        } else {
            self.function.invoke(&self.event).await
        }
    }

    /// Ends the function and gives what happened.
    pub(crate) async fn end(self, invocations: Vec<Invocation>) -> HookPlayed {
        let log = self.function.stop().await;
        let requests = self.shop.requests();
        let secrets = secrets_of([function_credentials(), job_credentials()]);
        HookPlayed { traces: Traces { invocations, log, aws: self.aws, secrets }, requests }
    }
}
