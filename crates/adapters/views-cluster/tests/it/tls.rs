use std::error::Error as _;
use std::io::Write as _;

use odd_core::ports::{Archive as _, StoreError};
use odd_testkit::private_servers::{Authority, DataRoot, Mongo, MongoOptions, Redis, RedisOptions};
use odd_views_cluster::{ClusterArchive, ClusterViews, MongoConfig, RedisConfig};
use rustls::CertificateError;
use tempfile::NamedTempFile;

/// Writes the authority's certificate to a file.
fn file_of(authority: &Authority) -> NamedTempFile {
    let mut file = NamedTempFile::new().expect("a file");
    let pem = authority.pem();
    file.write_all(pem.as_bytes()).expect("written");
    file
}

/// Checks that a connection failed because the certificate's issuer is not trusted.
fn check_untrusted(error: Option<StoreError>) {
    let error = error.expect("not trusted");
    let tls = error.source().and_then(|source| source.downcast_ref());
    let untrusted = rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
    assert_eq!(tls, Some(&untrusted), "{error:?}");
}

#[tokio::test]
async fn views_connect_over_tls_to_a_trusted_server() {
    let authority = Authority::new().expect("an authority");
    let options = RedisOptions {
        certificate: Some(authority.certify().expect("a certificate")),
    };
    let place = DataRoot::temporary().expect("a temporary directory");
    let server = Redis::start_with(&place, options).unwrap_or_else(|error| panic!("{error}"));
    assert!(server.url().starts_with("rediss://"));
    let connect = async |ca_file: Option<&NamedTempFile>| {
        let config = RedisConfig {
            ca_file: ca_file.map(|file| file.path().to_owned()),
            ..RedisConfig::new(server.url())
        };
        ClusterViews::connect(&config).await
    };
    let file = file_of(&authority);
    let views = connect(Some(&file)).await.expect("connects");
    views.ping().await.expect("answers");
    let other = Authority::new().expect("an authority");
    check_untrusted(connect(Some(&file_of(&other))).await.err());
    check_untrusted(connect(None).await.err());
}

#[tokio::test]
async fn the_archive_connects_over_tls_to_a_trusted_server() {
    let authority = Authority::new().expect("an authority");
    let options = MongoOptions {
        certificate: Some(authority.certify().expect("a certificate")),
    };
    let place = DataRoot::temporary().expect("a temporary directory");
    let server = Mongo::start_with(&place, options).unwrap_or_else(|error| panic!("{error}"));
    assert!(server.url().ends_with("&tls=true"));
    let connect = async |url: String, ca_file: Option<&NamedTempFile>| {
        let config = MongoConfig {
            ca_file: ca_file.map(|file| file.path().to_owned()),
            time_limit: std::time::Duration::from_secs(5),
            ..MongoConfig::new(url)
        };
        ClusterArchive::connect(&config).await
    };
    let file = file_of(&authority);
    let archive = connect(server.url(), Some(&file)).await.expect("connects");
    archive.ping().await.expect("answers");
    check_untrusted(connect(server.url(), None).await.err());
    // The URL takes precedence.
    let other = file_of(&Authority::new().expect("an authority"));
    let url = format!("{}&tlsCAFile={}", server.url(), file.path().display());
    connect(url, Some(&other)).await.expect("connects");
}
