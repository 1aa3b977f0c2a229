//! What all programs meet: the same services, the same site, the same suite, over HTTPS.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::path::Path;
use std::time::Duration;

use http::StatusCode;
use launchway::standin::aws::{Aws, AwsSettings, JobResult, Object};
use launchway::standin::{Credentials, Function, FunctionSettings, INIT_LIMIT, Site, SiteAnswer};
use serde_json::json;
use tempfile::NamedTempFile;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::certificate::Certificate;
use crate::error::BenchError;
use crate::peer::Peer;

const REGION: &str = "us-east-1";
const BUCKET: &str = "artifacts";
const KEY: &str = "storefront/BuildOutpu/Zb1Ai2u";

/// The stand-ins and what they hold.
pub(crate) struct World {
    aws: Aws,
    site: Site,
    authority: NamedTempFile,
    settings: AwsSettings,
}

impl World {
    /// Starts the stand-ins with the bench's suite as the artifact.
    pub(crate) async fn start(root: &Path) -> Result<Self, BenchError> {
        let certificate = Certificate::generate()?;
        let mut authority = NamedTempFile::new()?;
        authority.write_all(certificate.authority_pem.as_bytes())?;
        let settings = AwsSettings {
            region: REGION.to_owned(),
            function_credentials: Credentials::session("ASIAFUNCTIONEXAMPLE", "example-function-secret", "token-f"),
            job_credentials: Credentials::session("ASIAJOBEXAMPLE", "example-job-secret", "token-j"),
        };
        let aws = Aws::start(settings.clone(), Some(certificate.server.clone())).await?;
        aws.add_object(BUCKET, KEY, Object::bytes(artifact(&std::fs::read(root.join("benches/suite.yaml"))?)?));
        let home = format!("<!doctype html><title>Shop</title>{}", "<p>Add to cart</p>".repeat(300));
        let products: Vec<_> = (1..=8).map(|n| json!({ "sku": format!("SKU-100{n}"), "amount": 1990 })).collect();
        let routes = [
            ("GET /", SiteAnswer::page(&home)),
            ("GET /health", SiteAnswer::json(StatusCode::OK, &json!({ "status": "ok" }))),
            ("GET /api/products", SiteAnswer::json(StatusCode::OK, &json!({ "count": 8, "products": products }))),
        ];
        let site = Site::start(Some(certificate.server), routes).await?;
        Ok(Self { aws, site, authority, settings })
    }

    /// A function that runs `peer` in this world.
    pub(crate) async fn function(&self, peer: &Peer) -> Result<Function, BenchError> {
        let urls = json!({ "staging": self.site.url() });
        let mut environment = BTreeMap::from([
            ("AWS_CA_BUNDLE".to_owned(), self.authority.path().display().to_string()),
            ("AWS_ENDPOINT_URL".to_owned(), self.aws.url()),
            ("ENVIRONMENT_URLS".to_owned(), urls.to_string()),
        ]);
        environment.extend(peer.environment.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        let settings = FunctionSettings {
            binary: peer.program.clone(),
            arguments: peer.arguments.clone(),
            name: "smoke-test".to_owned(),
            region: REGION.to_owned(),
            memory_megabytes: 128,
            timeout: Duration::from_mins(1),
            slack: Duration::ZERO,
            init_limit: INIT_LIMIT,
            credentials: self.settings.function_credentials.clone(),
            environment,
        };
        Ok(Function::new(settings).await?)
    }

    /// A job that waits for its result: its id and its event.
    pub(crate) fn new_job(&self) -> (String, Vec<u8>) {
        let id = uuid::Uuid::new_v4().to_string();
        self.aws.add_job(&id);
        let keys = &self.settings.job_credentials;
        let event = json!({ "CodePipeline.job": {
            "id": id,
            "accountId": "111111111111",
            "data": {
                "actionConfiguration": { "configuration": {
                    "FunctionName": "smoke-test",
                    "UserParameters": "{\"environment\":\"staging\",\"suite\":\"smoke.yaml\"}",
                } },
                "inputArtifacts": [{
                    "name": "BuildOutput",
                    "revision": null,
                    "location": { "type": "S3", "s3Location": { "bucketName": BUCKET, "objectKey": KEY } },
                }],
                "outputArtifacts": [],
                "artifactCredentials": {
                    "accessKeyId": keys.access_key_id,
                    "secretAccessKey": keys.secret_access_key,
                    "sessionToken": keys.session_token,
                },
            },
        } });
        (id, event.to_string().into_bytes())
    }

    /// Whether the job has succeeded, and with what else if not.
    pub(crate) fn verify(&self, job_id: &str) -> Result<(), String> {
        match self.aws.results(job_id).as_slice() {
            [JobResult::Succeeded(_)] => Ok(()),
            results => Err(format!("the job's results are {results:?}")),
        }
    }
}

/// An artifact as a build makes it: the suite beside a binary that does not compress.
fn artifact(suite: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("smoke.yaml", SimpleFileOptions::default())?;
    zip.write_all(suite)?;
    zip.start_file("bin/storefront", SimpleFileOptions::default())?;
    let noise: Vec<u8> = (0..200_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    zip.write_all(&noise)?;
    Ok(zip.finish()?.into_inner())
}
