use odd_core::ports::{ErrorChain, StoreError};
use odd_views_cluster::{ClusterViews, RedisConfig};

use crate::servers::RedisServer;

async fn connect_error(url: &str) -> StoreError {
    let config = RedisConfig {
        time_limit: std::time::Duration::from_secs(1),
        ..RedisConfig::new(url)
    };
    let refused = ClusterViews::connect(&config).await;
    refused.err().expect("does not connect")
}

#[tokio::test]
async fn errors_of_the_views_do_not_contain_the_password() {
    let server = RedisServer::start();
    let config = server.config();
    let password = config.url.split([':', '@']).nth(2).expect("it has one");
    assert!(password.len() > 8 && !format!("{config:?}").contains(password));
    ClusterViews::connect(&config).await.expect("connects");
    let address = server.address();
    for url in [
        format!("redis://:wr0ng@{address}"),
        format!("redis://who:wr0ng@{address}"),
        "redis://:wr0ng@127.0.0.1:1".to_owned(),
        "redis://:wr0ng@127.0.0.1:99999".to_owned(),
        "http://:wr0ng@127.0.0.1".to_owned(),
        "redis://:wr0ng@127.0.0.1/notadatabase".to_owned(),
        "wr0ng".to_owned(),
    ] {
        let error = connect_error(&url).await;
        let texts = format!("{} {error:?}", ErrorChain(&error));
        assert!(!texts.contains("wr0ng"), "{texts}");
    }
}

#[tokio::test]
async fn only_an_unreachable_server_is_a_transient_error() {
    let server = RedisServer::start();
    let url = server.config().url;
    let wrong = format!("redis://:wr0ng@{}", server.address());
    assert!(!connect_error(&wrong).await.is_transient());
    assert!(!connect_error("http://localhost").await.is_transient());
    server.kill();
    assert!(connect_error(&url).await.is_transient());
}
