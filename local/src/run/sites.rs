//! The two environments of a run.

use super::context::RunContext;
use super::host::Host;
use super::platform::Platform;
use super::service;
use crate::deploy::Instance;
use crate::engine::EcsService;

/// An environment.
#[derive(Debug)]
pub struct Site {
    /// `staging` or `production`.
    pub environment: &'static str,
    /// What it is made of.
    pub kind: SiteKind,
}

/// What an environment is made of.
#[derive(Debug)]
pub enum SiteKind {
    /// One instance.
    Host(Host),
    /// A service behind listeners.
    Service(EcsService),
}

impl Site {
    /// Makes the environment, with nothing deployed to it.
    pub async fn create(environment: &'static str, platform: Platform, context: &RunContext) -> std::io::Result<Self> {
        let kind = match platform {
            Platform::Ec2 => SiteKind::Host(Host::create(environment, context.folder())?),
            Platform::Ecs => SiteKind::Service(service::create(environment, context).await?),
        };
        Ok(Self { environment, kind })
    }

    /// Where its customers reach it.
    #[must_use]
    pub fn url(&self) -> String {
        match &self.kind {
            SiteKind::Host(host) => host.port.url(),
            SiteKind::Service(service) => service.production.url(),
        }
    }

    /// Its service, on ECS.
    #[must_use]
    pub fn service(&self) -> Option<&EcsService> {
        match &self.kind {
            SiteKind::Host(_) => None,
            SiteKind::Service(service) => Some(service),
        }
    }

    /// Its instance, on EC2.
    pub(super) fn instance(&self, context: &RunContext) -> Option<Instance> {
        match &self.kind {
            SiteKind::Host(host) => Some(host.instance(self.environment, context)),
            SiteKind::Service(_) => None,
        }
    }

    /// The template's parameters that describe it.
    pub(super) fn parameters(&self) -> Vec<(String, String)> {
        let prefix = if self.environment == "staging" { "Staging" } else { "Production" };
        let own = self.service().map(service::parameters).into_iter().flatten();
        own.chain([("Url", self.url())]).map(|(name, value)| (format!("{prefix}{name}"), value)).collect()
    }

    /// What the site answers at `/version`: the revision it serves, or why there is none.
    pub async fn version(&self) -> String {
        match self.ask_version().await {
            Ok(revision) => revision,
            Err(reason) => format!("({reason})"),
        }
    }

    async fn ask_version(&self) -> Result<String, String> {
        use http_body_util::{BodyExt, Empty};

        let tls = http_stack::client_config(None).map_err(|error| error.to_string())?;
        let client = http_stack::client::<Empty<bytes::Bytes>>(&tls);
        let uri = format!("{}/version", self.url()).parse().map_err(|error| format!("{error}"))?;
        let answer = client.get(uri).await.map_err(|_| "nothing answers".to_owned())?;
        if !answer.status().is_success() {
            return Err(format!("/version answers {}", answer.status().as_u16()));
        }
        let body = answer.into_body().collect().await.map_err(|error| error.to_string())?.to_bytes();
        let version: serde_json::Value = serde_json::from_slice(&body).map_err(|error| error.to_string())?;
        version["revision"].as_str().map(str::to_owned).ok_or_else(|| "no revision in /version".to_owned())
    }
}
