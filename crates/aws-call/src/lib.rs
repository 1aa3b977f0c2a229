//! One signed call of one AWS operation, over the one HTTP stack.
//!
//! Each SDK crate costs megabytes of binary and a minute of build. Where a function needs a single operation of a
//! service (an object of S3, one secret, one task definition), signing the request with `aws-sigv4` is all that is left to do. The result
//! calls of CodePipeline stay with the SDK, because its retries and typed errors are worth their weight there.

mod aws;
mod endpoints;
mod error;
mod json;
mod object;
mod request;

pub use aws::{Aws, HttpClient};
pub use endpoints::{Endpoints, Service};
pub use error::{CallError, causes};
pub use object::{S3Location, S3Refusal};
pub use request::{Request, Response};
