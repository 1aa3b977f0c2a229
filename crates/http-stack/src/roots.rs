//! Which certificate authorities are trusted, and how TLS is spoken.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

/// Why an extra certificate authority could not be used.
#[derive(Debug, thiserror::Error)]
pub enum RootsError {
    /// The PEM text holds no certificate.
    #[error("no certificate in the extra CA file: expected PEM text with BEGIN CERTIFICATE")]
    Empty,
    /// The PEM text is not PEM.
    #[error("the extra CA file is not PEM: {0}")]
    Pem(#[source] rustls::pki_types::pem::Error),
    /// A certificate cannot be a root.
    #[error("a certificate of the extra CA file cannot be trusted: {0}")]
    Certificate(#[source] rustls::Error),
    /// The cryptography provider offers no protocol version.
    #[error("TLS cannot be set up: {0}")]
    Setup(#[source] rustls::Error),
}

/// The TLS configuration of every connection: TLS 1.2 and 1.3 on ring, Mozilla's roots, and the certificates of
/// `extra_ca_pem` for private authorities.
pub fn client_config(extra_ca_pem: Option<&[u8]>) -> Result<Arc<ClientConfig>, RootsError> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(pem) = extra_ca_pem {
        let before = roots.len();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            roots.add(certificate.map_err(RootsError::Pem)?).map_err(RootsError::Certificate)?;
        }
        if roots.len() == before {
            return Err(RootsError::Empty);
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(RootsError::Setup)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mozillas_roots_are_enough() {
        assert!(client_config(None).is_ok());
    }

    #[test]
    fn an_extra_ca_must_hold_a_certificate() {
        for text in ["", "not a certificate", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"] {
            assert!(client_config(Some(text.as_bytes())).is_err(), "{text:?}");
        }
    }
}
