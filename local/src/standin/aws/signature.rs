//! Signature Version 4, checked from the documentation's description and not with the crate that the functions sign
//! with: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.

use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::{Request, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

use super::answer::ServiceError;
use crate::standin::Credentials;

/// A signature as the `authorization` header carries it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Authorization<'r> {
    pub(super) access_key_id: &'r str,
    date: &'r str,
    region: &'r str,
    service: &'r str,
    signed_headers: Vec<&'r str>,
    signature: &'r str,
}

impl<'r> Authorization<'r> {
    /// Reads the header of a request; nothing when it is missing or of another kind.
    pub(super) fn of(request: &'r Request<Bytes>) -> Option<Self> {
        let fields = header(request, "authorization")?.strip_prefix("AWS4-HMAC-SHA256 ")?;
        let field = |name: &str| fields.split(',').find_map(|field| field.trim().strip_prefix(name)?.strip_prefix('='));
        let scope: Vec<&str> = field("Credential")?.split('/').collect();
        let [access_key_id, date, region, service, "aws4_request"] = scope[..] else { return None };
        let signed_headers = field("SignedHeaders")?.split(';').collect();
        Some(Self { access_key_id, date, region, service, signed_headers, signature: field("Signature")? })
    }

    /// Checks that `credentials` signed this request for `service` in `region`.
    pub(super) fn check(
        &self,
        request: &Request<Bytes>,
        credentials: &Credentials,
        region: &str,
        service: &str,
    ) -> Result<(), ServiceError> {
        if (self.region, self.service) != (region, service) {
            let scope = format!("{}/{}", self.region, self.service);
            return Err(refused(&format!("the credential is scoped to {scope}, expected {region}/{service}")));
        }
        let token = header(request, "x-amz-security-token");
        if token != credentials.session_token.as_deref() {
            return Err(invalid_token());
        }
        let mut must_sign = vec!["host", "x-amz-date"];
        must_sign.extend(token.map(|_| "x-amz-security-token"));
        if let Some(missing) = must_sign.iter().find(|name| !self.signed_headers.contains(name)) {
            return Err(refused(&format!("the header {missing} has to be signed")));
        }
        if self.signature == self.expected(request, credentials)? { Ok(()) } else { Err(refused("it is another one")) }
    }

    fn expected(&self, request: &Request<Bytes>, credentials: &Credentials) -> Result<String, ServiceError> {
        let time = header(request, "x-amz-date").filter(|time| time.starts_with(self.date));
        let time = time.ok_or_else(|| refused("x-amz-date is missing or of another day than the credential"))?;
        let canonical = self.canonical_request(request)?;
        let scope = format!("{}/{}/{}/aws4_request", self.date, self.region, self.service);
        let to_sign = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{}", sha256(canonical.as_bytes()));
        let mut key = format!("AWS4{}", credentials.secret_access_key).into_bytes();
        for part in [self.date, self.region, self.service, "aws4_request"] {
            key = authenticate(&key, part).to_vec();
        }
        Ok(hex(&authenticate(&key, &to_sign)))
    }

    fn canonical_request(&self, request: &Request<Bytes>) -> Result<String, ServiceError> {
        let mut query: Vec<String> = request
            .uri()
            .query()
            .into_iter()
            .flat_map(|query| query.split('&'))
            .map(|pair| if pair.contains('=') { pair.to_owned() } else { format!("{pair}=") })
            .collect();
        query.sort_unstable();
        let mut headers = String::new();
        for name in &self.signed_headers {
            let value =
                header(request, name).ok_or_else(|| refused(&format!("the signed header {name} is missing")))?;
            let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
            headers.extend([name, ":", &value, "\n"]);
        }
        Ok(format!(
            "{}\n{}\n{}\n{headers}\n{}\n{}",
            request.method(),
            self.canonical_path(request.uri().path()),
            query.join("&"),
            self.signed_headers.join(";"),
            payload_hash(request)?
        ))
    }

    /// Every service but S3 has the path encoded once more than it is sent.
    fn canonical_path(&self, path: &str) -> String {
        if self.service == "s3" { path.to_owned() } else { utf8_percent_encode(path, RESERVED).to_string() }
    }
}

/// What is encoded in a canonical path: all but the unreserved characters and the slashes.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The SHA-256 digest in hexadecimal.
pub(super) fn sha256(content: &[u8]) -> String {
    hex(&Sha256::digest(content))
}

/// The session's token is missing or another one.
pub(super) fn invalid_token() -> ServiceError {
    let message = "The security token included in the request is invalid.";
    ServiceError::new(StatusCode::FORBIDDEN, "UnrecognizedClientException", message)
}

/// What the client says that it signed as its body, if that is true.
fn payload_hash(request: &Request<Bytes>) -> Result<String, ServiceError> {
    let actual = sha256(request.body());
    match header(request, "x-amz-content-sha256") {
        None => Ok(actual),
        Some("UNSIGNED-PAYLOAD") => Ok("UNSIGNED-PAYLOAD".to_owned()),
        Some(given) if given == actual => Ok(actual),
        Some(_) => Err(ServiceError::client(
            "XAmzContentSHA256Mismatch",
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
        )),
    }
}

fn refused(reason: &str) -> ServiceError {
    let message = format!(
        "The request signature we calculated does not match the signature you provided. Check your key and signing \
         method. ({reason})"
    );
    ServiceError::new(StatusCode::FORBIDDEN, "SignatureDoesNotMatch", message)
}

fn header<'r>(request: &'r Request<Bytes>, name: &str) -> Option<&'r str> {
    request.headers().get(name)?.to_str().ok()
}

fn hex(bytes: &[u8]) -> String {
    format!("{:x}", Bytes::copy_from_slice(bytes))
}

fn authenticate(key: &[u8], text: &str) -> hmac::digest::Output<Hmac<Sha256>> {
    // HMAC takes keys of any length. If it did not, nothing would be equal to the empty signature.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return hmac::digest::Output::<Hmac<Sha256>>::default();
    };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of a GET in the S3 documentation ("Signature Calculations for the Authorization Header").
    fn documented() -> Request<Bytes> {
        Request::get("https://examplebucket.s3.amazonaws.com/test.txt")
            .header("host", "examplebucket.s3.amazonaws.com")
            .header("range", "bytes=0-9")
            .header("x-amz-content-sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
            .header("x-amz-date", "20130524T000000Z")
            .header(
                "authorization",
                "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,\
                 SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,\
                 Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
            )
            .body(Bytes::new())
            .unwrap()
    }

    fn documented_credentials() -> Credentials {
        Credentials {
            access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
            session_token: None,
        }
    }

    type Change = fn(&mut Request<Bytes>, &mut Credentials);

    #[test]
    fn the_documented_signature_holds_and_nothing_else_does() {
        let cases: [(&str, Change, Option<&str>); 8] = [
            ("as documented", |_, _| {}, None),
            ("another key", |_, keys| keys.secret_access_key.push('x'), Some("it is another one")),
            ("another range", |request, _| set(request, "range", "bytes=0-10"), Some("it is another one")),
            ("another path", |request, _| *request.uri_mut() = "/other.txt".parse().unwrap(), Some("another one")),
            ("another day", |request, _| set(request, "x-amz-date", "20130525T000000Z"), Some("another day")),
            ("a session", |_, keys| keys.session_token = Some("t".to_owned()), Some("security token")),
            ("another body", |request, _| *request.body_mut() = Bytes::from("x"), Some("sha256")),
            ("no signed header", |request, _| drop(request.headers_mut().remove("range")), Some("range is missing")),
        ];
        for (name, change, expected) in cases {
            let (mut request, mut credentials) = (documented(), documented_credentials());
            change(&mut request, &mut credentials);
            let result = Authorization::of(&request).unwrap().check(&request, &credentials, "us-east-1", "s3");
            match expected {
                None => assert_eq!(result, Ok(()), "{name}"),
                Some(part) => {
                    assert!(result.as_ref().is_err_and(|error| error.message.contains(part)), "{name}: {result:?}");
                }
            }
        }
    }

    #[test]
    fn the_scope_has_to_be_the_services() {
        let request = documented();
        let authorization = Authorization::of(&request).unwrap();
        for (region, service) in [("eu-west-1", "s3"), ("us-east-1", "codepipeline")] {
            assert!(
                authorization.check(&request, &documented_credentials(), region, service).is_err(),
                "{region} {service}"
            );
        }
    }

    #[test]
    fn other_authorizations_are_none() {
        for value in ["", "Bearer x", "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=x"] {
            let mut request = documented();
            set(&mut request, "authorization", value);
            assert_eq!(Authorization::of(&request), None, "{value}");
        }
    }

    fn set(request: &mut Request<Bytes>, name: &'static str, value: &str) {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
}
