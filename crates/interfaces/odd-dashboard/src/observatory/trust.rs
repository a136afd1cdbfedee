use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;

use crate::failure::Failure;
use crate::settings::{ClusterSettings, ServerUrl};

/// Builds the TLS configuration of connections to servers. It trusts the authorities in a file, or those of the operating
/// system. Returns `None` when no URL asks for TLS, because a machine may have no authorities.
///
/// # Errors
/// When the file cannot be read or holds no certificates, or the operating system has none.
pub(super) fn trust(settings: &ClusterSettings) -> Result<Option<Arc<ClientConfig>>, Failure> {
    let uses_tls = settings.server_urls().iter().any(ServerUrl::is_secure);
    let config = uses_tls.then(|| client_config(settings.ca_file.as_deref()));
    config.transpose()
}

fn client_config(ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, Failure> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let unusable = |error: rustls::Error| {
        Failure::failed("TLS cannot be used")
            .cause(error)
            .hint("set ODD_TLS_CA_FILE to the certificates of the authorities that issued the server certificates")
    };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(unusable)?;
    let builder = match ca_file {
        Some(file) => builder.with_root_certificates(authorities(file)?),
        None => builder.with_platform_verifier().map_err(unusable)?,
    };
    Ok(Arc::new(builder.with_no_client_auth()))
}

fn authorities(file: &Path) -> Result<RootCertStore, Failure> {
    let unusable = |why: &dyn std::fmt::Display| {
        Failure::usage(format!(
            "ODD_TLS_CA_FILE cannot be used: {}",
            file.display()
        ))
        .cause(why)
        .hint("use a file of certificates in PEM format")
    };
    let certificates = CertificateDer::pem_file_iter(file).map_err(|error| unusable(&error))?;
    let mut store = RootCertStore::empty();
    for certificate in certificates {
        let certificate = certificate.map_err(|error| unusable(&error))?;
        store.add(certificate).map_err(|error| unusable(&error))?;
    }
    match store.is_empty() {
        true => Err(unusable(&"it contains no certificate")),
        false => Ok(store),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_without_authorities_is_a_usage_error_that_names_the_variable() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        for content in [
            "",
            "nonsense",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        ] {
            std::fs::write(file.path(), content).expect("written");
            let failure = client_config(Some(file.path())).expect_err("refused");
            assert!(failure.what.contains("ODD_TLS_CA_FILE"), "{failure:?}");
            assert_eq!(failure.exit, crate::exit::Exit::Usage);
        }
        client_config(Some(Path::new("/nowhere"))).expect_err("there is no such file");
    }
}
