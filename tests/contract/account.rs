//! The account that every function runs in: its region, whom the stand-in for AWS expects, and how a function is set up.

use std::collections::BTreeMap;
use std::time::Duration;

use launchway::standin::aws::{Aws, AwsSettings};
use launchway::standin::{Credentials, FunctionSettings};

use crate::binary::Binary;
use crate::pace::START;

pub(crate) const REGION: &str = "eu-central-1";

/// The stand-in for AWS, which expects the function's credentials and these of the job.
pub(crate) async fn aws(job_credentials: Credentials) -> Aws {
    let settings =
        AwsSettings { region: REGION.to_owned(), function_credentials: function_credentials(), job_credentials };
    Aws::start(settings, None).await.unwrap()
}

/// A function of this name and with these variables, with 256 MB of memory.
pub(crate) async fn function(
    (binary, name): (Binary, &str),
    timeout: Duration,
    environment: BTreeMap<String, String>,
) -> FunctionSettings {
    FunctionSettings {
        binary: binary.path().await.to_owned(),
        arguments: Vec::new(),
        name: name.to_owned(),
        region: REGION.to_owned(),
        memory_megabytes: 256,
        timeout,
        slack: Duration::ZERO,
        init_limit: START,
        credentials: function_credentials(),
        environment,
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
