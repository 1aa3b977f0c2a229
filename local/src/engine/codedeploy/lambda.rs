//! The Lambda platform: an alias moves from one version of its function to another.

use super::deployment::Deployment;
use super::failure::Failure;
use super::record::TargetKind;
use crate::deploy::LambdaVersions;
use crate::emulator::client::ClientError;

/// An alias on its way.
#[derive(Debug)]
pub(super) struct LambdaShift {
    versions: LambdaVersions,
    percent: u32,
}

impl LambdaShift {
    /// Looks at the alias. It has to be at the version that the appspec calls the current one.
    pub(super) async fn prepare(deployment: &Deployment, versions: &LambdaVersions) -> Result<Self, Failure> {
        let caller = deployment.caller().await?;
        let services = &deployment.emulated()?.services;
        let alias = services.alias(&caller, &versions.name, &versions.alias).await;
        let alias = alias.map_err(|error| refused(deployment, &error))?;
        let (found, current) = (&alias.function_version, &versions.current_version);
        // A rollback finds the alias where it shall be.
        if found != current && *found != versions.target_version {
            let message = format!(
                "The alias {} of the function {} is at version {found}, and the AppSpec file gives {current} as CurrentVersion.",
                versions.alias, versions.name
            );
            return Err(Failure::new("INVALID_LAMBDA_CONFIGURATION", message));
        }
        Ok(Self { versions: versions.clone(), percent: 0 })
    }

    /// Gives the target version its part of the traffic.
    pub(super) async fn route(&mut self, deployment: &Deployment, percent: u32) -> Result<(), Failure> {
        let LambdaVersions { name, alias, current_version, target_version } = &self.versions;
        let caller = deployment.caller().await?;
        let (version, other) = match percent {
            0 => (current_version, None),
            100 => (target_version, None),
            part => (current_version, Some((target_version.as_str(), part))),
        };
        let services = &deployment.emulated()?.services;
        let updated = services.update_alias(&caller, (name, alias), version, other).await;
        updated.map_err(|error| refused(deployment, &error))?;
        self.percent = percent;
        deployment.update_kind(|kind| {
            if let TargetKind::Lambda(record) = kind {
                record.target_weight = percent;
            }
        });
        Ok(())
    }

    pub(super) fn percent(&self) -> u32 {
        self.percent
    }
}

fn refused(deployment: &Deployment, error: &ClientError) -> Failure {
    if error.is_access_denied() {
        return deployment.denied(error, "AWSLambda");
    }
    let code = if error.is_not_found() { "INVALID_LAMBDA_FUNCTION" } else { "INTERNAL_ERROR" };
    Failure::new(code, error.to_string())
}
