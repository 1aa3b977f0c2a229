//! Objects of S3, addressed by path.

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use quick_xml::events::Event;

use super::signed::Call;
use super::{Caller, ClientError, EmulatorClient};

/// Everything but RFC 3986's unreserved characters, as the S3 signature demands.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const ENCODED_IN_PATH: &AsciiSet = &ENCODED.remove(b'/');

/// An object, or one version of it.
#[derive(Clone, Copy, Debug)]
pub struct ObjectKey<'k> {
    /// The bucket.
    pub bucket: &'k str,
    /// The key, not encoded.
    pub key: &'k str,
    /// The version; the newest one when there is none.
    pub version: Option<&'k str>,
}

/// What S3 says about an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectHead {
    /// The entity tag, without its quotation marks.
    pub etag: String,
    /// The version; nothing in a bucket without versions.
    pub version_id: Option<String>,
    /// The last change, as the header `Last-Modified` has it.
    pub last_modified: Option<String>,
}

impl EmulatorClient {
    /// `HeadObject`. An object that is not there is a refusal with status 404.
    pub async fn head_object(&self, caller: &Caller, object: ObjectKey<'_>) -> Result<ObjectHead, ClientError> {
        let answer = self.object("s3:HeadObject", Method::HEAD, caller, object, vec![], Bytes::new()).await?;
        Ok(head(&answer))
    }

    /// `GetObject`, read whole.
    pub async fn get_object(&self, caller: &Caller, object: ObjectKey<'_>) -> Result<(ObjectHead, Bytes), ClientError> {
        let answer = self.object("s3:GetObject", Method::GET, caller, object, vec![], Bytes::new()).await?;
        Ok((head(&answer), answer.into_body()))
    }

    /// `PutObject`, encrypted with the KMS key when one is given.
    pub async fn put_object(
        &self,
        caller: &Caller,
        (bucket, key): (&str, &str),
        kms_key: Option<&str>,
        content: Bytes,
    ) -> Result<(), ClientError> {
        let headers = match kms_key {
            None => vec![],
            Some(id) => vec![
                ("x-amz-server-side-encryption", "aws:kms".to_owned()),
                ("x-amz-server-side-encryption-aws-kms-key-id", id.to_owned()),
            ],
        };
        let object = ObjectKey { bucket, key, version: None };
        self.object("s3:PutObject", Method::PUT, caller, object, headers, content).await.map(drop)
    }

    /// `CreateBucket`.
    pub async fn create_bucket(&self, caller: &Caller, bucket: &str) -> Result<(), ClientError> {
        let object = ObjectKey { bucket, key: "", version: None };
        self.object("s3:CreateBucket", Method::PUT, caller, object, vec![], Bytes::new()).await.map(drop)
    }

    async fn object(
        &self,
        operation: &'static str,
        method: Method,
        caller: &Caller,
        ObjectKey { bucket, key, version }: ObjectKey<'_>,
        headers: Vec<(&'static str, String)>,
        body: Bytes,
    ) -> Result<Response<Bytes>, ClientError> {
        let mut target = format!("/{bucket}/{}", utf8_percent_encode(key, ENCODED_IN_PATH));
        if let Some(version) = version {
            target = format!("{target}?versionId={}", utf8_percent_encode(version, ENCODED));
        }
        let answer = self.send(Call { operation, service: "s3", method, target, headers, body, caller }).await?;
        if answer.status().is_success() { Ok(answer) } else { Err(refusal(operation, &answer)) }
    }
}

fn head(answer: &Response<Bytes>) -> ObjectHead {
    let header = |name: &str| Some(answer.headers().get(name)?.to_str().ok()?.to_owned());
    ObjectHead {
        etag: header("etag").unwrap_or_default().trim_matches('"').to_owned(),
        version_id: header("x-amz-version-id").filter(|version| version != "null"),
        last_modified: header("last-modified"),
    }
}

/// An answer to HEAD has no body, so that only its status tells.
fn refusal(operation: &'static str, answer: &Response<Bytes>) -> ClientError {
    let status = answer.status();
    let code = text_of(answer.body(), b"Code").unwrap_or_else(|| match status {
        StatusCode::FORBIDDEN => "AccessDenied".to_owned(),
        StatusCode::NOT_FOUND => "NotFound".to_owned(),
        other => format!("HTTP {}", other.as_u16()),
    });
    let message = text_of(answer.body(), b"Message").unwrap_or_default();
    ClientError::Refused { operation, status: status.as_u16(), code, message }
}

/// The text of the first element with this name in an XML document; nothing when there is none.
pub(super) fn text_of(document: &[u8], element: &[u8]) -> Option<String> {
    let mut reader = quick_xml::Reader::from_reader(document);
    let mut inside = false;
    let mut text = String::new();
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) if start.local_name().as_ref() == element => inside = true,
            Event::Text(part) if inside => text.push_str(&part.decode().ok()?),
            Event::GeneralRef(entity) if inside => text.push_str(&resolved(&entity)?),
            Event::End(end) if inside && end.local_name().as_ref() == element => return Some(text),
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// The text that an entity stands for.
pub(super) fn resolved(entity: &quick_xml::events::BytesRef<'_>) -> Option<String> {
    if let Some(character) = entity.resolve_char_ref().ok()? {
        return Some(character.to_string());
    }
    quick_xml::escape::resolve_predefined_entity(&entity.decode().ok()?).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_elements() {
        let table = [
            ("<Error><Code>NoSuchKey</Code><Message>m</Message></Error>", "Code", Some("NoSuchKey")),
            ("<a:Error xmlns:a='u'><a:Code>X</a:Code></a:Error>", "Code", Some("X")),
            ("<E><Message>a &lt;b&gt; &amp; &#99;</Message></E>", "Message", Some("a <b> & c")),
            ("<E><Code></Code></E>", "Code", Some("")),
            ("<E><Code>x</E>", "Code", None),
            ("<E>&unknown;</E>", "E", None),
            ("", "Code", None),
            ("not xml", "Code", None),
        ];
        for (document, element, expected) in table {
            assert_eq!(text_of(document.as_bytes(), element.as_bytes()).as_deref(), expected, "{document}");
        }
    }

    #[test]
    fn a_refusal_without_a_body_is_told_by_its_status() {
        for (status, code, denied, not_found) in
            [(403, "AccessDenied", true, false), (404, "NotFound", false, true), (503, "HTTP 503", false, false)]
        {
            let answer = Response::builder().status(status).body(Bytes::new()).unwrap();
            let error = refusal("s3:HeadObject", &answer);
            assert!(error.to_string().contains(code), "{error}");
            assert_eq!((error.is_access_denied(), error.is_not_found()), (denied, not_found), "{error}");
        }
    }
}
