use std::sync::Arc;

use odd_core::ports::StoreError;
use odd_store_postgres::{PostgresConfig, PostgresStore};
use odd_testkit::private_servers::{Authority, DataRoot, Postgres, PostgresOptions};
use odd_testkit::{producers, trusting};

use crate::nobody::Nobody;

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
    PostgresStore::connect(config, Arc::new(Nobody)).await
}

#[tokio::test]
async fn a_server_is_used_over_tls_when_its_authority_is_trusted() {
    let authority = Authority::new().expect("an authority");
    let server = server(&authority);
    let url = server.url();
    assert!(url.ends_with("?sslmode=require"), "{url}");
    let full = url.replace("require", "verify-full");
    for url in [url.clone(), full, url.replace("127.0.0.1", "localhost")] {
        connect(url, Some(&authority)).await.expect("connects");
    }
    let stranger = Authority::new().expect("an authority");
    let refused = connect(url.clone(), Some(&stranger)).await.err();
    let text = refused.expect("not trusted").to_string();
    assert!(
        text.contains("invalid peer certificate: UnknownIssuer"),
        "{text}"
    );
    let refused = connect(url, None).await.err().expect("nobody is trusted");
    assert!(!refused.is_transient(), "{refused}");
}

#[tokio::test]
async fn a_server_without_tls_is_refused_where_tls_is_asked_for() {
    let authority = Authority::new().expect("an authority");
    let root = DataRoot::temporary().expect("a temporary folder");
    let server = Postgres::start(&root).unwrap_or_else(|error| panic!("{error}"));
    let url = format!("{}?sslmode=verify-full", server.url());
    let refused = connect(url, Some(&authority)).await.err();
    let text = refused.expect("no TLS").to_string();
    assert!(text.contains("TLS"), "{text}");
}

#[tokio::test]
async fn modes_that_are_not_kept_are_refused_without_the_secret() {
    for query in ["sslmode=verify-ca", "sslmode=allow", "sslrootcert=/ca.pem"] {
        let url = format!("postgres://ada:marker@localhost/d?{query}");
        let text = connect(url, None).await.err().expect("refused").to_string();
        assert!(
            text.contains("verify-full") && !text.contains("marker"),
            "{text}"
        );
    }
}
