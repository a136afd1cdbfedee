use std::io::Write as _;

use odd_core::ports::{Archive as _, StoreError};
use odd_testkit::private_servers::{Authority, DataRoot, Mongo, MongoOptions, Redis, RedisOptions};
use odd_views_cluster::{ClusterArchive, ClusterViews, MongoConfig, RedisConfig};
use tempfile::NamedTempFile;

/// The authority's certificate in a file.
fn file_of(authority: &Authority) -> NamedTempFile {
    let mut file = NamedTempFile::new().expect("a file");
    let pem = authority.pem();
    file.write_all(pem.as_bytes()).expect("written");
    file
}

fn check_refusal(refused: Option<StoreError>) {
    let text = refused.expect("not trusted").to_string();
    assert!(
        text.contains("invalid peer certificate: UnknownIssuer"),
        "{text}"
    );
}

#[tokio::test]
async fn views_are_used_over_tls_when_the_authority_is_trusted() {
    let authority = Authority::new().expect("an authority");
    let options = RedisOptions {
        certificate: Some(authority.certify().expect("a certificate")),
    };
    let root = DataRoot::temporary().expect("a temporary folder");
    let server = Redis::start_with(&root, options).unwrap_or_else(|error| panic!("{error}"));
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
    let stranger = Authority::new().expect("an authority");
    check_refusal(connect(Some(&file_of(&stranger))).await.err());
    check_refusal(connect(None).await.err());
}

#[tokio::test]
async fn the_archive_is_used_over_tls_when_the_authority_is_trusted() {
    let authority = Authority::new().expect("an authority");
    let options = MongoOptions {
        certificate: Some(authority.certify().expect("a certificate")),
    };
    let root = DataRoot::temporary().expect("a temporary folder");
    let server = Mongo::start_with(&root, options).unwrap_or_else(|error| panic!("{error}"));
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
    check_refusal(connect(server.url(), None).await.err());
    // What the URL says wins.
    let stranger = file_of(&Authority::new().expect("an authority"));
    let own = format!("{}&tlsCAFile={}", server.url(), file.path().display());
    connect(own, Some(&stranger)).await.expect("connects");
}
