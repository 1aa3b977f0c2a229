//! Logins to ECR's registries.

use super::{Docker, DockerError};

/// The user that ECR's passwords are for.
const USER: &str = "AWS";

impl Docker {
    /// Remembers that `registry` was logged in to. The password is what `aws ecr get-login-password` gave, by which the
    /// build's role has shown that it may have one; who may push is asked when something is pushed.
    pub fn login(&self, registry: &str, user: &str, password: &str) -> Result<(), DockerError> {
        let registry = registry.strip_prefix("https://").unwrap_or(registry).trim_end_matches('/');
        if region_of(registry).is_none() {
            return Err(DockerError::Registry(registry.to_owned()));
        }
        let failed = |reason| DockerError::Login { registry: registry.to_owned(), reason };
        if user != USER {
            return Err(failed("400 Bad Request: ECR's user is AWS"));
        }
        if password.trim().is_empty() {
            return Err(failed("the password on standard input is empty"));
        }
        let mut known = self.known()?;
        known.push_str(registry);
        known.push('\n');
        if let Some(folder) = self.logins.parent() {
            std::fs::create_dir_all(folder).map_err(DockerError::file(folder))?;
        }
        std::fs::write(&self.logins, known).map_err(DockerError::file(&self.logins))
    }

    /// Refuses a registry that is none of ECR's or was not logged in to, as Docker does.
    pub(super) fn demand_login(&self, registry: &str) -> Result<(), DockerError> {
        if region_of(registry).is_none() {
            return Err(DockerError::Registry(registry.to_owned()));
        }
        let known = self.known()?.lines().any(|known| known == registry);
        if known { Ok(()) } else { Err(DockerError::NoLogin { registry: registry.to_owned() }) }
    }

    fn known(&self) -> Result<String, DockerError> {
        match std::fs::read_to_string(&self.logins) {
            Ok(known) => Ok(known),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
            Err(source) => Err(DockerError::File { path: self.logins.clone(), source }),
        }
    }
}

/// The region of a private registry of ECR in the partition `aws`; nothing for any other host.
pub(super) fn region_of(registry: &str) -> Option<&str> {
    let parts: Vec<&str> = registry.split('.').collect();
    let [account, "dkr", "ecr", region, "amazonaws", "com"] = parts.as_slice() else { return None };
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (is_account && !region.is_empty() && region.bytes().all(letter)).then_some(region)
}
