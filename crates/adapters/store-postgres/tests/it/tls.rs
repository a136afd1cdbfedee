use std::error::Error;
use std::io;
use std::sync::Arc;

use odd_core::ports::{ErrorChain, StoreError};
use odd_store_postgres::{PostgresConfig, PostgresStore};
use odd_testkit::private_servers::{Authority, DataRoot, Postgres, PostgresOptions};
use odd_testkit::{producers, trusting};
use rustls::CertificateError;

use crate::null_sink::NullSink;

fn server(authority: &Authority) -> Postgres {
    let options = PostgresOptions {
        certificate: Some(authority.certify().expect("a certificate")),
        ..PostgresOptions::default()
    };
    let root = DataRoot::temporary().expect("a temporary folder");
    Postgres::start_with(&root, options).unwrap_or_else(|error| panic!("{error}"))
}

async fn connect(url: String, trusted: Option<&Authority>) -> Result<PostgresStore, StoreError> {
    let config = PostgresConfig {
        tls: trusted.map(trusting),
        ..PostgresConfig::new(url, producers())
    };
    PostgresStore::connect(config, Arc::new(NullSink)).await
}

/// Returns the TLS error among the sources of an error.
fn tls_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    let source = error.source()?;
    let inner = source.downcast_ref().and_then(io::Error::get_ref);
    let tls = inner.and_then(|inner| inner.downcast_ref());
    tls.or_else(|| tls_error(source))
}

#[tokio::test]
async fn trusted_server_is_used_over_tls() {
    let authority = Authority::new().expect("an authority");
    let server = server(&authority);
    let url = server.url();
    assert!(url.ends_with("?sslmode=require"), "{url}");
    let full = url.replace("require", "verify-full");
    for url in [url.clone(), full, url.replace("127.0.0.1", "localhost")] {
        connect(url, Some(&authority)).await.expect("connects");
    }
    let other = Authority::new().expect("an authority");
    let refused = connect(url.clone(), Some(&other)).await.err();
    let refused = refused.expect("the certificate is not trusted");
    let unknown_issuer = rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
    assert_eq!(tls_error(&refused), Some(&unknown_issuer), "{refused:?}");
    let refused = connect(url, None).await.err();
    let refused = refused.expect("no certificates are trusted");
    assert!(!refused.is_transient(), "{refused}");
}

#[tokio::test]
async fn server_without_tls_is_refused_if_tls_is_required() {
    let authority = Authority::new().expect("an authority");
    let root = DataRoot::temporary().expect("a temporary folder");
    let server = Postgres::start(&root).unwrap_or_else(|error| panic!("{error}"));
    let url = format!("{}?sslmode=verify-full", server.url());
    let refused = connect(url, Some(&authority)).await.err();
    let text = ErrorChain(&refused.expect("no TLS")).to_string();
    assert!(text.contains("does not support TLS"), "{text}");
}

#[tokio::test]
async fn unsupported_modes_are_refused_without_showing_the_password() {
    for query in ["sslmode=verify-ca", "sslmode=allow", "sslrootcert=/ca.pem"] {
        let url = format!("postgres://ada:marker@localhost/d?{query}");
        let text = connect(url, None).await.err().expect("refused").to_string();
        assert!(
            text.contains("verify-full") && !text.contains("marker"),
            "{text}"
        );
    }
}
