//! What a function meets in one test: the base case, which a test changes in one respect.

use std::collections::BTreeMap;
use std::time::Duration;

use http::StatusCode;
use launchway::replay::{Job, Location};
use launchway::standin::aws::{Aws, AwsSettings, Fault, Object};
use launchway::standin::{Credentials, Function, FunctionSettings, Invocation, Site, SiteAnswer, Times, closed_port};
use serde_json::{Value, json};

use crate::artifact::zip;
use crate::binary::Binary;
use crate::played::Played;
use crate::traces::Traces;

pub(crate) const REGION: &str = "eu-central-1";
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

/// The site under test.
#[derive(Debug, Clone)]
pub(crate) enum Shop {
    /// It answers so to `GET /` and `GET /api/products`.
    Answers(SiteAnswer, SiteAnswer),
    /// Nothing listens.
    Down,
}

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
        let products = SiteAnswer::json(StatusCode::OK, &json!({ "count": 8 }));
        Self {
            binary: Binary::SmokeTest,
            user_parameters: Some(json!({ "environment": "staging" }).to_string()),
            artifact: Some(zip(&[("smoke.yaml", SUITE), ("appspec.yml", "version: 0.0\n")])),
            shop: Shop::Answers(SiteAnswer::page("<h1>Shop</h1><button>Add to cart</button>"), products),
            faults: Vec::new(),
            timeout: Duration::from_secs(30),
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
    site: Option<Site>,
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
        self.set_up().await.play().await
    }

    /// Starts everything.
    pub(crate) async fn set_up(self) -> Stage {
        let job = self.sample.clone().unwrap_or_else(|| self.base_case());
        let settings = AwsSettings {
            region: REGION.to_owned(),
            function_credentials: function_credentials(),
            job_credentials: job.credentials.clone(),
        };
        let aws = Aws::start(settings, None).await.unwrap();
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
        let (site, url) = match &self.shop {
            Shop::Answers(home, products) => {
                let routes = [("GET /", home.clone()), ("GET /api/products", products.clone())];
                let site = Site::start(None, routes).await.unwrap();
                let url = site.url();
                (Some(site), url)
            }
            Shop::Down => (None, closed_port().await.unwrap()),
        };
        let function = Function::new(self.settings(&aws, &url).await).await.unwrap();
        Stage { function, aws, event: job.event.clone(), job, site }
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
        FunctionSettings {
            binary: self.binary.path().await.to_owned(),
            arguments: Vec::new(),
            name: "smoke-test".to_owned(),
            region: REGION.to_owned(),
            memory_megabytes: 256,
            timeout: self.timeout,
            credentials: function_credentials(),
            environment,
        }
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
        let site = self.site.as_ref().expect("the scene has a site");
        self.function.invoke_and_kill(&self.event, site.asked()).await.unwrap()
    }

    /// Ends the function and gives what happened.
    pub(crate) async fn end(self, invocations: Vec<Invocation>) -> Played {
        let log = self.function.stop().await;
        let secrets = secrets_of([function_credentials(), self.job.credentials]);
        Played { traces: Traces { invocations, log, aws: self.aws, secrets }, job: self.job.id }
    }
}

/// The secret halves of credentials.
pub(crate) fn secrets_of(keys: [Credentials; 2]) -> Vec<String> {
    keys.into_iter().flat_map(|keys| [Some(keys.secret_access_key), keys.session_token]).flatten().collect()
}

pub(crate) fn function_credentials() -> Credentials {
    Credentials::session("ASIAFUNCTION", "SecretOfTheFunction/8sQ2mVx1", "TokenOfTheFunction//Lw4pB0t7")
}

pub(crate) fn job_credentials() -> Credentials {
    Credentials::session("ASIAJOB", "SecretOfTheJob/3nR7kHc9", "TokenOfTheJob//Zq6yD2f5")
}
