//! The SDK's CodePipeline client over our own HTTP stack.

use std::time::Duration;

use aws_call::Service;
use aws_sdk_codepipeline::Client;
use aws_sdk_codepipeline::config::retry::RetryConfig;
use aws_sdk_codepipeline::config::timeout::TimeoutConfig;
use aws_sdk_codepipeline::config::{BehaviorVersion, Config, IdentityCache, Region, SharedAsyncSleep};
use aws_smithy_async::rt::sleep::TokioSleep;

use crate::aws::AwsSetup;
use crate::connector::Connector;

/// One try of one call. A result call that hangs must leave time for another within a small deadline margin.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(4);

/// The longest wait between two tries. The SDK's own 20 s are longer than all the time there is for a result.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

impl AwsSetup {
    /// A CodePipeline client that retries as the SDK's standard mode does, with shorter waits.
    #[must_use]
    pub fn codepipeline(&self) -> Client {
        let mut config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(self.aws.region.clone()))
            .credentials_provider(self.aws.credentials.clone())
            // The credentials are at hand: a cache would cost a lock and spare nothing.
            .identity_cache(IdentityCache::no_cache())
            .http_client(Connector::client(self.aws.http.clone()))
            .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
            .retry_config(RetryConfig::standard().with_max_backoff(LONGEST_WAIT))
            .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT_TIMEOUT).build());
        config.set_endpoint_url(self.aws.endpoints.configured(Service::CodePipeline).map(str::to_owned));
        Client::from_conf(config.build())
    }
}
