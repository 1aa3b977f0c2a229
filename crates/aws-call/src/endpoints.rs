//! Where a service is reached.

use std::str::FromStr;

use http::Uri;

/// A service that is called without its SDK crate, or with it at a configured endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// AWS CodeBuild.
    CodeBuild,
    /// AWS CodeDeploy.
    CodeDeploy,
    /// AWS CodePipeline.
    CodePipeline,
    /// Amazon DynamoDB.
    DynamoDb,
    /// Amazon ECS.
    Ecs,
    /// AWS Lambda.
    Lambda,
    /// Amazon CloudWatch Logs.
    Logs,
    /// Amazon S3.
    S3,
    /// AWS Secrets Manager.
    SecretsManager,
    /// Amazon SNS.
    Sns,
    /// Amazon SQS.
    Sqs,
}

impl Service {
    /// Every service, for reading their settings.
    pub const ALL: [Self; 11] = [
        Self::CodeBuild,
        Self::CodeDeploy,
        Self::CodePipeline,
        Self::DynamoDb,
        Self::Ecs,
        Self::Lambda,
        Self::Logs,
        Self::S3,
        Self::SecretsManager,
        Self::Sns,
        Self::Sqs,
    ];

    /// The name that signatures and host names carry.
    #[must_use]
    pub const fn signing_name(self) -> &'static str {
        match self {
            Self::CodeBuild => "codebuild",
            Self::CodeDeploy => "codedeploy",
            Self::CodePipeline => "codepipeline",
            Self::DynamoDb => "dynamodb",
            Self::Ecs => "ecs",
            Self::Lambda => "lambda",
            Self::Logs => "logs",
            Self::S3 => "s3",
            Self::SecretsManager => "secretsmanager",
            Self::Sns => "sns",
            Self::Sqs => "sqs",
        }
    }

    /// The end of the variable `AWS_ENDPOINT_URL_...` that moves the service.
    #[must_use]
    pub const fn variable_suffix(self) -> &'static str {
        match self {
            Self::CodeBuild => "CODEBUILD",
            Self::CodeDeploy => "CODEDEPLOY",
            Self::CodePipeline => "CODEPIPELINE",
            Self::DynamoDb => "DYNAMODB",
            Self::Ecs => "ECS",
            Self::Lambda => "LAMBDA",
            Self::Logs => "CLOUDWATCH_LOGS",
            Self::S3 => "S3",
            Self::SecretsManager => "SECRETS_MANAGER",
            Self::Sns => "SNS",
            Self::Sqs => "SQS",
        }
    }

    /// The content type of the service's JSON protocol. Most speak AWS JSON 1.1; a call in the other version is refused.
    pub(crate) const fn json_content_type(self) -> &'static str {
        match self {
            Self::DynamoDb | Self::Sqs => "application/x-amz-json-1.0",
            _ => "application/x-amz-json-1.1",
        }
    }
}

/// Configured endpoints: scheme, host and port without a slash at the end, e.g. `http://127.0.0.1:4566`.
#[derive(Clone, Debug, Default)]
pub struct Endpoints {
    configured: Vec<(Service, String)>,
}

impl Endpoints {
    /// Sends the calls of `service` to `url`.
    ///
    /// The error says what an endpoint must look like.
    pub fn set(&mut self, service: Service, url: &str) -> Result<(), &'static str> {
        const SHAPE: &str = "a URL of scheme, host and port, such as http://127.0.0.1:4566";
        let url = url.trim_end_matches('/');
        let parsed = Uri::from_str(url).map_err(|_| SHAPE)?;
        let known_scheme = matches!(parsed.scheme_str(), Some("http" | "https"));
        let bare = parsed.path() == "/" && parsed.query().is_none() && !url.contains('@');
        if !known_scheme || !bare {
            return Err(SHAPE);
        }
        self.configured.retain(|(known, _)| *known != service);
        self.configured.push((service, url.to_owned()));
        Ok(())
    }

    /// The configured endpoint of `service`.
    #[must_use]
    pub fn configured(&self, service: Service) -> Option<&str> {
        self.configured.iter().find(|(known, _)| *known == service).map(|(_, url)| url.as_str())
    }

    /// The configured endpoint of `service`, or the public one in `region`.
    #[must_use]
    pub fn of(&self, service: Service, region: &str) -> String {
        self.configured(service).map_or_else(
            || format!("https://{}.{region}.{}", service.signing_name(), dns_suffix(region)),
            str::to_owned,
        )
    }

    /// The URL of one object of S3. `key` is percent-encoded here.
    ///
    /// A configured endpoint and a bucket with a dot are addressed by path: local stand-ins know no bucket host names,
    /// and the wildcard of S3's certificate covers one label only.
    #[must_use]
    pub fn object(&self, region: &str, bucket: &str, key: &str) -> String {
        let key = encode_path(key);
        match self.configured(Service::S3) {
            None if !bucket.contains('.') => format!("https://{bucket}.s3.{region}.{}/{key}", dns_suffix(region)),
            _ => format!("{}/{}/{key}", self.of(Service::S3, region), encode_path(bucket)),
        }
    }
}

/// The domain of a region's partition (AWS General Reference, "Service endpoints").
fn dns_suffix(region: &str) -> &'static str {
    if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" }
}

/// Everything but RFC 3986's unreserved characters and the slash, as the S3 signature demands.
fn encode_path(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::with_capacity(text.len()), |mut path, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => path.push(char::from(byte)),
            // Writing to a string cannot fail.
            _ => _ = write!(path, "%{byte:02X}"),
        }
        path
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_addressed_by_host_unless_that_cannot_work() {
        let public = Endpoints::default();
        let mut local = Endpoints::default();
        local.set(Service::S3, "http://127.0.0.1:4566/").unwrap();
        let table = [
            (&public, "eu-west-1", "shop", "a/b.zip", "https://shop.s3.eu-west-1.amazonaws.com/a/b.zip"),
            (&public, "eu-west-1", "my.shop", "b", "https://s3.eu-west-1.amazonaws.com/my.shop/b"),
            (&public, "cn-north-1", "shop", "b", "https://shop.s3.cn-north-1.amazonaws.com.cn/b"),
            (&local, "eu-west-1", "shop", "a b+ü/%", "http://127.0.0.1:4566/shop/a%20b%2B%C3%BC/%25"),
        ];
        for (endpoints, region, bucket, key, expected) in table {
            assert_eq!(endpoints.object(region, bucket, key), expected);
        }
    }

    #[test]
    fn an_endpoint_is_a_scheme_a_host_and_a_port() {
        for good in ["http://127.0.0.1:1", "https://example.test", "https://example.test/"] {
            assert!(Endpoints::default().set(Service::S3, good).is_ok(), "{good}");
        }
        for bad in ["", "127.0.0.1:1", "ftp://x", "http://x/path", "http://x?q", "http://u:p@x", "http://"] {
            assert!(Endpoints::default().set(Service::S3, bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_last_setting_wins_and_others_stay_public() {
        let mut endpoints = Endpoints::default();
        endpoints.set(Service::SecretsManager, "http://127.0.0.1:1").unwrap();
        endpoints.set(Service::SecretsManager, "http://127.0.0.1:2").unwrap();
        assert_eq!(endpoints.of(Service::SecretsManager, "us-east-1"), "http://127.0.0.1:2");
        assert_eq!(endpoints.of(Service::CodePipeline, "us-east-1"), "https://codepipeline.us-east-1.amazonaws.com");
    }
}
