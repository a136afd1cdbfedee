use std::sync::Arc;

use odd_private_servers::Authority;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

/// Returns a TLS configuration that trusts only the given authority.
///
/// # Panics
/// If the certificate is not an authority.
pub fn trusting(authority: &Authority) -> Arc<ClientConfig> {
    let mut store = RootCertStore::empty();
    let pem = authority.pem();
    let certificate = CertificateDer::from_pem_slice(pem.as_bytes()).expect("a certificate");
    store.add(certificate).expect("of an authority");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider has them")
        .with_root_certificates(store)
        .with_no_client_auth();
    Arc::new(config)
}
