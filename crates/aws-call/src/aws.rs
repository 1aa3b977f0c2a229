//! What every call shares.

use std::fmt;

use aws_credential_types::Credentials;
use aws_smithy_types::body::SdkBody;

use crate::endpoints::Endpoints;

/// The HTTP client of signed calls and of the SDK: one pool, and one copy of hyper's client in the binary.
pub type HttpClient = http_stack::Client<SdkBody>;

/// The account's side of a call: where, as whom, over which connections. Cloning shares the connections.
#[derive(Clone)]
pub struct Aws {
    /// The region of the function, e.g. `eu-central-1`. Calls are signed for it.
    pub region: String,
    /// The function's own credentials.
    pub credentials: Credentials,
    /// Endpoints that replace the public ones.
    pub endpoints: Endpoints,
    /// The connections.
    pub http: HttpClient,
}

impl fmt::Debug for Aws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aws").field("region", &self.region).field("endpoints", &self.endpoints).finish_non_exhaustive()
    }
}
