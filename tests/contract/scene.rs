//! What a function meets in one test: the base case, which a test changes in one respect.

use std::collections::BTreeMap;
use std::time::Duration;

use launchway::replay::{Job, Location};
use launchway::standin::aws::{Aws, Fault, Object};
use launchway::standin::{Function, FunctionSettings, Invocation, Times};
use serde_json::{Value, json};

use crate::account::{aws, function, function_credentials, job_credentials, secrets_of};
use crate::artifact::zip;
use crate::binary::Binary;
use crate::pace::turn;
use crate::played::Played;
use crate::shop::{RunningShop, Shop};
use crate::traces::Traces;

pub(crate) const BUCKET: &str = "codepipeline-eu-central-1-111111111111";
pub(crate) const INPUT: &str = "storefront/BuildOutpu/Zb1Ai2u";
pub(crate) const OUTPUT: &str = "storefront/StagingSmo/p0Qm3xT";
pub(crate) const JOB: &str = "11111111-abcd-1111-abcd-111111abcdef";

/// A suite of two checks that pass on the base case's site.
pub(crate) const SUITE: &str = "\
version: 1
checks:
  - name: home page is served
    request: GET /
    expect: { status: 200, body: { contains: Add to cart } }
  - name: products are listed
    request: GET /api/products
    expect: { json: { $.count: 8 } }
";

/// A scene before it is played.
#[derive(Debug, Clone)]
pub(crate) struct Scene {
    pub(crate) binary: Binary,
    pub(crate) user_parameters: Option<String>,
    /// What lies where the job's input artifact is; nothing when it is missing.
    pub(crate) artifact: Option<Object>,
    pub(crate) shop: Shop,
    pub(crate) faults: Vec<(&'static str, Fault, Times)>,
    pub(crate) timeout: Duration,
    /// How much later than that the process is ended.
    pub(crate) slack: Duration,
    /// The text of the secret that `SMOKE_SECRET_ID` names.
    pub(crate) secret: Option<&'static str>,
    /// Whether the job waits for a result.
    pub(crate) job_waits: bool,
    pub(crate) log_level: &'static str,
    /// A sample event, to be sent instead of the base case's.
    pub(crate) sample: Option<Job>,
    /// A last change of the base case's event.
    pub(crate) edit: fn(&mut Value),
}

impl Default for Scene {
    fn default() -> Self {
        Self {
            binary: Binary::SmokeTest,
            user_parameters: Some(json!({ "environment": "staging" }).to_string()),
            artifact: Some(zip(&[("smoke.yaml", SUITE), ("appspec.yml", "version: 0.0\n")])),
            shop: Shop::open(),
            faults: Vec::new(),
            timeout: Duration::from_secs(30),
            slack: Duration::ZERO,
            secret: None,
            job_waits: true,
            log_level: "info",
            sample: None,
            edit: |_| {},
        }
    }
}

/// A scene with everything running. The function has had no event yet.
pub(crate) struct Stage {
    pub(crate) function: Function,
    pub(crate) aws: Aws,
    pub(crate) event: Vec<u8>,
    job: Job,
    // It listens as long as the stage stands.
    shop: RunningShop,
}

impl Scene {
    /// The base case, changed.
    pub(crate) fn with(change: impl FnOnce(&mut Self)) -> Self {
        let mut scene = Self::default();
        change(&mut scene);
        scene
    }

    /// Sends the event once.
    pub(crate) async fn play(self) -> Played {
        let _turn = turn().await;
        self.set_up().await.play().await
    }

    /// Starts everything.
    pub(crate) async fn set_up(self) -> Stage {
        let job = self.sample.clone().unwrap_or_else(|| self.base_case());
        let aws = aws(job.credentials.clone()).await;
        if self.job_waits {
            aws.add_job(&job.id);
        } else {
            aws.end_job(&job.id);
        }
        for (object, input) in self.artifact.iter().zip(&job.inputs) {
            aws.add_object(&input.bucket, &input.key, object.clone());
        }
        if let Some(text) = self.secret {
            aws.add_secret("shop/smoke", text);
        }
        for (operation, fault, times) in &self.faults {
            aws.order_fault(operation, fault.clone(), *times);
        }
        let shop = self.shop.start().await;
        let function = Function::new(self.settings(&aws, &shop.url()).await).await.unwrap();
        Stage { function, aws, event: job.event.clone(), job, shop }
    }

    async fn settings(&self, aws: &Aws, site: &str) -> FunctionSettings {
        let urls = json!({ "staging": site, "production": site });
        let mut environment = BTreeMap::from([
            ("AWS_ENDPOINT_URL".to_owned(), aws.url()),
            ("ENVIRONMENT_URLS".to_owned(), urls.to_string()),
            ("LOG_LEVEL".to_owned(), self.log_level.to_owned()),
        ]);
        if self.secret.is_some() {
            environment.insert("SMOKE_SECRET_ID".to_owned(), "shop/smoke".to_owned());
        }
        let settings = function((self.binary, "smoke-test"), self.timeout, environment).await;
        FunctionSettings { slack: self.slack, ..settings }
    }

    fn base_case(&self) -> Job {
        Job {
            id: JOB.to_owned(),
            event: self.event().to_string().into_bytes(),
            credentials: job_credentials(),
            inputs: vec![Location { bucket: BUCKET.to_owned(), key: INPUT.to_owned() }],
            encryption_key: None,
        }
    }

    fn event(&self) -> Value {
        let keys = job_credentials();
        let mut event = json!({ "CodePipeline.job": {
            "id": JOB,
            "accountId": "111111111111",
            "data": {
                "actionConfiguration": { "configuration": { "FunctionName": "smoke-test" } },
                "inputArtifacts": [{
                    "name": "BuildOutput",
                    "revision": null,
                    "location": { "type": "S3", "s3Location": { "bucketName": BUCKET, "objectKey": INPUT } },
                }],
                "outputArtifacts": [],
                "artifactCredentials": {
                    "accessKeyId": keys.access_key_id,
                    "secretAccessKey": keys.secret_access_key,
                    "sessionToken": keys.session_token,
                },
            },
        } });
        if let Some(parameters) = &self.user_parameters {
            let configuration = "/CodePipeline.job/data/actionConfiguration/configuration";
            event.pointer_mut(configuration).unwrap()["UserParameters"] = parameters.clone().into();
        }
        (self.edit)(&mut event);
        event
    }
}

impl Stage {
    /// Sends the event once.
    pub(crate) async fn play(mut self) -> Played {
        let invocation = self.function.invoke(&self.event).await.unwrap();
        self.end(vec![invocation]).await
    }

    /// Sends the event once, and kills the process as soon as it has sent a request to the site.
    pub(crate) async fn kill_during_checks(&mut self) -> Invocation {
        self.function.invoke_and_kill(&self.event, self.shop.site().asked()).await.unwrap()
    }

    /// Ends the function and gives what happened.
    pub(crate) async fn end(self, invocations: Vec<Invocation>) -> Played {
        let log = self.function.stop().await;
        let secrets = secrets_of([function_credentials(), self.job.credentials]);
        Played { traces: Traces { invocations, log, aws: self.aws, secrets }, job: self.job.id }
    }
}
