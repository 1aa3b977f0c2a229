//! The SDK's clients over our own HTTP stack, all from one configuration.

use std::time::Duration;

use aws_call::Service;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_codepipeline::config::{BehaviorVersion, IdentityCache};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_types::retry::{ReconnectMode, RetryConfig};
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;

use crate::aws::AwsSetup;
use crate::connector::Connector;

/// One try of one call. A result call that hangs must leave time for another within a small deadline margin.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(4);

/// The longest wait between two tries. The SDK's own 20 s are longer than all the time there is for a result.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

impl AwsSetup {
    /// A CodePipeline client.
    #[must_use]
    pub fn codepipeline(&self) -> aws_sdk_codepipeline::Client {
        aws_sdk_codepipeline::Client::new(&self.sdk(Service::CodePipeline))
    }

    /// A CodeDeploy client.
    #[must_use]
    pub fn codedeploy(&self) -> aws_sdk_codedeploy::Client {
        aws_sdk_codedeploy::Client::new(&self.sdk(Service::CodeDeploy))
    }

    /// An SNS client.
    #[must_use]
    pub fn sns(&self) -> aws_sdk_sns::Client {
        aws_sdk_sns::Client::new(&self.sdk(Service::Sns))
    }

    /// What the clients share, for `service` at its configured endpoint. They retry as the SDK's standard mode does,
    /// with shorter waits.
    fn sdk(&self, service: Service) -> SdkConfig {
        let mut config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(self.aws.region.clone()))
            .credentials_provider(SharedCredentialsProvider::new(self.aws.credentials.clone()))
            // The credentials are at hand: a cache would cost a lock and spare nothing.
            .identity_cache(IdentityCache::no_cache())
            .http_client(Connector::client(self.aws.http.clone()))
            .sleep_impl(TokioSleep::new())
            .retry_config(retry())
            .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT_TIMEOUT).build());
        config.set_endpoint_url(self.aws.endpoints.configured(service).map(str::to_owned));
        config.build()
    }
}

/// Connections are ours to drop: the SDK would mark one that a failed try used as unusable, finds no way to, and logs an
/// error that nobody has to act on.
fn retry() -> RetryConfig {
    RetryConfig::standard().with_max_backoff(LONGEST_WAIT).with_reconnect_mode(ReconnectMode::ReuseAllConnections)
}
