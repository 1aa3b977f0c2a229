//! Sites with good and bad certificates.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rcgen::{CertificateParams, CertifiedKey, KeyPair, SanType, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use smoke::Settings;

use crate::sample::{outcome, run_with, suite};
use crate::site::{Answer, Raw, Site};

const HOME: &str = "  - { name: a, request: GET /, expect: { body: home } }";

fn certificate(change: impl FnOnce(&mut CertificateParams)) -> CertifiedKey<KeyPair> {
    let mut parameters = CertificateParams::new(vec![]).unwrap();
    parameters.subject_alt_names = vec![SanType::IpAddress([127, 0, 0, 1].into())];
    parameters.not_after = date_time_ymd(2060, 1, 1);
    change(&mut parameters);
    let signing_key = KeyPair::generate().unwrap();
    CertifiedKey { cert: parameters.self_signed(&signing_key).unwrap(), signing_key }
}

async fn site(certificate: &CertifiedKey<KeyPair>) -> Site {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(certificate.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![certificate.cert.der().clone()], key).unwrap();
    Site::start_tls(Arc::new(config), |_| Answer::new(200, "home")).await
}

fn trusting(certificate: &CertifiedKey<KeyPair>) -> impl Fn(&mut Settings) {
    let pem = certificate.cert.pem();
    move |settings| settings.tls = http_stack::client_config(Some(pem.as_bytes())).unwrap()
}

#[tokio::test]
async fn a_trusted_certificate_is_taken() {
    let certificate = certificate(|_| {});
    let site = site(&certificate).await;
    let steps =
        "  - name: a\n    steps:\n      - { request: GET /, expect: { body: home } }\n      - { request: GET /2 }";
    for checks in [HOME, steps] {
        let report = run_with(&suite("", checks), &site.url(), trusting(&certificate)).await.unwrap();
        assert_eq!(outcome(&report), "passed");
    }
    assert_eq!(site.asked()[1].connection, site.asked()[2].connection);
}

#[tokio::test]
async fn a_certificate_that_is_not_good_is_told_by_its_reason() {
    let good = certificate(|_| {});
    let other_name = certificate(|parameters| {
        // With the name of the others it would be taken for their issuer, and only its signature would be wrong.
        parameters.distinguished_name.push(rcgen::DnType::CommonName, "another authority");
        parameters.subject_alt_names = vec![SanType::DnsName("shop.example".try_into().unwrap())];
    });
    let expired = certificate(|parameters| parameters.not_after = date_time_ymd(2020, 1, 1));
    let not_yet = certificate(|parameters| parameters.not_before = date_time_ymd(2059, 1, 1));
    for (served, trusted, expected) in [
        (&good, &other_name, "comes from an authority that is not trusted"),
        (&other_name, &other_name, "is not for this host, but for "),
        (&expired, &expired, "has expired"),
        (&not_yet, &not_yet, "is not valid yet"),
    ] {
        let site = site(served).await;
        for checks in [HOME, "  - { name: a, tls: { valid_for: 1d } }"] {
            let report = run_with(&suite("", checks), &site.url(), trusting(trusted)).await.unwrap();
            let expected = format!("no answer: the certificate of 127.0.0.1 {expected}");
            assert!(outcome(&report).starts_with(&expected), "{expected}: {}", outcome(&report));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_does_not_speak_tls_is_told() {
    for (treatment, expected) in [
        (&[Raw::Close][..], "no answer: 127.0.0.1 closed the connection during the TLS handshake"),
        (&[Raw::Bytes("HTTP/1.1 400 Bad Request\r\n\r\n")], "no answer: 127.0.0.1 does not speak TLS on this port"),
        (&[Raw::Hang("")], "no answer: timed out after 100 ms while shaking hands over TLS with 127.0.0.1"),
    ] {
        let site = Site::raw(treatment).await;
        let url = site.url().replace("http:", "https:");
        let report = run_with(&suite("defaults: { timeout: 100ms }", HOME), &url, |_| {}).await.unwrap();
        assert_eq!(outcome(&report), expected, "{treatment:?}");
    }
}

#[tokio::test]
async fn the_end_of_the_certificate_is_checked() {
    /// 2059-12-25T00:00:00Z, a week before the certificate ends.
    fn a_week_before() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_hours(788_760)
    }
    let certificate = certificate(|_| {});
    let site = site(&certificate).await;
    let trust = trusting(&certificate);
    for (valid_for, expected) in [
        ("6d", "passed"),
        ("7d", "passed"),
        ("8d", "expected certificate valid for 8 d, got 7 d (until 2060-01-01T00:00:00Z)"),
    ] {
        let checks = format!("  - {{ name: the certificate lasts, tls: {{ valid_for: {valid_for} }} }}");
        let change = |settings: &mut Settings| {
            trust(settings);
            settings.clock = a_week_before;
        };
        let report = run_with(&suite("", &checks), &site.url(), change).await.unwrap();
        assert_eq!(outcome(&report), expected);
    }
    let plain = Site::start(|_| Answer::new(200, "")).await;
    let checks = "  - { name: a, tls: { valid_for: 1d } }";
    let report = run_with(&suite("", checks), &plain.url(), |_| {}).await.unwrap();
    assert_eq!(outcome(&report), "expected certificate valid for 1 d, got none: the base URL is not https");
}
