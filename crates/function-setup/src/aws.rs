//! AWS without `aws-config`: a function's region, credentials and endpoints all come from its environment.

use std::sync::Arc;

use aws_call::{Aws, Endpoints, Service};
use aws_credential_types::Credentials;
use rustls::ClientConfig;

use crate::environment::Environment;
use crate::error::SetupError;

/// The connections and identity of a function.
#[derive(Clone, Debug)]
pub struct AwsSetup {
    /// Signed calls; also the HTTP client under the SDK.
    pub aws: Aws,
    /// Which certificates are trusted, for connections to other systems than AWS.
    pub tls: Arc<ClientConfig>,
}

impl AwsSetup {
    /// Reads `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, which Lambda sets, and
    /// `AWS_ENDPOINT_URL`, a service's own `AWS_ENDPOINT_URL_...` (its end is [`Service::variable_suffix`]) and
    /// `AWS_CA_BUNDLE` (the path of a PEM file), which a local stand-in sets.
    pub fn from_environment(environment: &Environment) -> Result<Self, SetupError> {
        let tls = tls(environment)?;
        let aws = Aws {
            region: environment.required("AWS_REGION", "the function's region, such as eu-central-1")?.to_owned(),
            credentials: credentials(environment)?,
            endpoints: endpoints(environment)?,
            http: http_stack::client(&tls),
        };
        Ok(Self { aws, tls })
    }
}

fn tls(environment: &Environment) -> Result<Arc<ClientConfig>, SetupError> {
    let Some(path) = environment.optional("AWS_CA_BUNDLE") else {
        return http_stack::client_config(None).map_err(|error| SetupError::Tls(error.to_string()));
    };
    let unusable = |reason: String| SetupError::CaBundle { path: path.to_owned(), reason };
    let pem = std::fs::read(path).map_err(|error| unusable(error.to_string()))?;
    http_stack::client_config(Some(&pem)).map_err(|error| unusable(error.to_string()))
}

/// Lambda gives a function temporary credentials that outlive its execution environment, so nothing renews them.
fn credentials(environment: &Environment) -> Result<Credentials, SetupError> {
    Ok(Credentials::new(
        environment.required("AWS_ACCESS_KEY_ID", "an access key's id")?,
        environment.required("AWS_SECRET_ACCESS_KEY", "the access key's secret")?,
        environment.optional("AWS_SESSION_TOKEN").map(str::to_owned),
        None,
        "environment",
    ))
}

fn endpoints(environment: &Environment) -> Result<Endpoints, SetupError> {
    let mut endpoints = Endpoints::default();
    for service in Service::ALL {
        for name in [format!("AWS_ENDPOINT_URL_{}", service.variable_suffix()), "AWS_ENDPOINT_URL".to_owned()] {
            if let Some(url) = environment.optional(&name) {
                endpoints.set(service, url).map_err(|expected| SetupError::Invalid {
                    name,
                    value: url.to_owned(),
                    expected: expected.to_owned(),
                    reason: String::new(),
                })?;
                break;
            }
        }
    }
    Ok(endpoints)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAMBDA: [(&str, &str); 4] = [
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "kept-to-itself"),
        ("AWS_SESSION_TOKEN", "told-to-nobody"),
    ];

    fn with(more: &[(&'static str, &'static str)]) -> Environment {
        LAMBDA.into_iter().chain(more.iter().copied()).collect()
    }

    #[test]
    fn what_lambda_sets_is_enough() {
        let setup = AwsSetup::from_environment(&with(&[])).unwrap();
        assert_eq!(setup.aws.region, "eu-central-1");
        assert_eq!(setup.aws.credentials.session_token(), Some("told-to-nobody"));
        assert_eq!(setup.aws.endpoints.configured(Service::S3), None);
        let printed = format!("{setup:?}");
        assert!(!printed.contains("kept-to-itself") && !printed.contains("told-to-nobody"), "{printed}");
    }

    #[test]
    fn a_services_own_endpoint_goes_before_the_general_one() {
        let setup = AwsSetup::from_environment(&with(&[
            ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
            ("AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://127.0.0.1:2"),
        ]))
        .unwrap();
        let configured = |service| setup.aws.endpoints.configured(service);
        assert_eq!(configured(Service::S3), Some("http://127.0.0.1:1"));
        assert_eq!(configured(Service::CodePipeline), Some("http://127.0.0.1:1"));
        assert_eq!(configured(Service::SecretsManager), Some("http://127.0.0.1:2"));
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        for (name, _) in LAMBDA.into_iter().take(3) {
            let environment = LAMBDA.into_iter().filter(|(other, _)| *other != name).collect();
            let error = AwsSetup::from_environment(&environment).unwrap_err().to_string();
            assert!(error.contains(name), "{error}");
        }
        for (name, value) in [
            ("AWS_ENDPOINT_URL", "localhost"),
            ("AWS_ENDPOINT_URL_S3", "http://x/y"),
            ("AWS_CA_BUNDLE", "/does/not/exist.pem"),
            ("AWS_CA_BUNDLE", "/dev/null"),
        ] {
            let error = AwsSetup::from_environment(&with(&[(name, value)])).unwrap_err().to_string();
            assert!(error.contains(name) && error.contains(value), "{error}");
        }
    }
}
