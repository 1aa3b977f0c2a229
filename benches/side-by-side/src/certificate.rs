//! A certificate for 127.0.0.1, signed by an authority made for this run.

use std::sync::Arc;

use launchway::standin::ServerTls;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::error::BenchError;

/// What the stand-ins show, and the authority that the programs have to trust.
pub(crate) struct Certificate {
    /// The authority as PEM text.
    pub(crate) authority_pem: String,
    /// The stand-ins' side.
    pub(crate) server: ServerTls,
}

impl Certificate {
    /// Makes a new authority and a certificate signed by it.
    pub(crate) fn generate() -> Result<Self, BenchError> {
        let (authority_pem, chain, key) = signed_pair().map_err(|error| BenchError::Certificate(error.to_string()))?;
        let server = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
            .map_err(|error| BenchError::Certificate(error.to_string()))?;
        Ok(Self { authority_pem, server: Arc::new(server) })
    }
}

type SignedPair = (String, Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn signed_pair() -> Result<SignedPair, rcgen::Error> {
    let mut authority = CertificateParams::new(Vec::new())?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
    authority.distinguished_name.push(DnType::CommonName, "Launchway bench authority");
    let issuer = CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?;

    let key = KeyPair::generate()?;
    let mut server = CertificateParams::new(vec!["127.0.0.1".to_owned()])?;
    server.distinguished_name.push(DnType::CommonName, "127.0.0.1");
    server.use_authority_key_identifier_extension = true;
    let certificate = server.signed_by(&key, &issuer)?;
    let der = PrivateKeyDer::try_from(key.serialize_der()).map_err(|_| rcgen::Error::CouldNotParseKeyPair)?;
    Ok((issuer.pem(), vec![certificate.der().clone()], der))
}
