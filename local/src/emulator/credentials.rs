//! The credentials of one run of the emulator.

use std::fmt;

use uuid::Uuid;

/// The account's root credentials, made anew for each run, so that one run cannot reach into another by mistake.
#[derive(Clone)]
pub struct RootCredentials {
    /// The access key id.
    pub access_key_id: String,
    /// The secret.
    pub secret_access_key: String,
}

impl RootCredentials {
    /// Random credentials.
    #[must_use]
    pub fn random() -> Self {
        let id = Uuid::new_v4().simple().to_string().to_uppercase();
        Self {
            access_key_id: format!("AKIA{}", &id[..16]),
            secret_access_key: Uuid::new_v4().simple().to_string() + &Uuid::new_v4().simple().to_string(),
        }
    }
}

impl fmt::Debug for RootCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RootCredentials").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}
