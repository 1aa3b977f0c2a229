//! A certificate for 127.0.0.1, signed by an authority made for the occasion.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::StandinError;

/// A server certificate for `127.0.0.1` and `localhost`, and the authority a client has to trust.
#[derive(Clone)]
pub struct Certificate {
    authority_pem: String,
    server: Arc<ServerConfig>,
}

impl Certificate {
    /// Makes a new authority and a certificate signed by it.
    pub fn generate() -> Result<Self, StandinError> {
        let (authority_pem, chain, key) = signed_pair().map_err(|error| StandinError::Certificate(error.to_string()))?;
        let server = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
            .map_err(|error| StandinError::Certificate(error.to_string()))?;
        Ok(Self { authority_pem, server: Arc::new(server) })
    }

    /// The authority as PEM text, for the file that `AWS_CA_BUNDLE` names.
    #[must_use]
    pub fn authority_pem(&self) -> &str {
        &self.authority_pem
    }

    pub(super) fn server_config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.server)
    }
}

type SignedPair = (String, Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn signed_pair() -> Result<SignedPair, rcgen::Error> {
    let mut authority = CertificateParams::new(Vec::new())?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.distinguished_name.push(DnType::CommonName, "Launchway stand-in authority");
    let issuer = CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?;

    let key = KeyPair::generate()?;
    let server = CertificateParams::new(vec!["127.0.0.1".to_owned(), "localhost".to_owned()])?;
    let certificate = server.signed_by(&key, &issuer)?;
    let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(|_| rcgen::Error::CouldNotParseKeyPair)?;
    Ok((issuer.pem(), vec![certificate.der().clone()], key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_authority_is_one_that_our_clients_can_trust() {
        let certificate = Certificate::generate().unwrap();
        assert!(http_stack::client_config(Some(certificate.authority_pem().as_bytes())).is_ok());
    }
}
