use odd_core::ports::StoreError;
use odd_views_cluster::{ClusterViews, RedisConfig};

use crate::servers::RedisServer;

async fn refusal(url: &str) -> StoreError {
    let config = RedisConfig {
        time_limit: std::time::Duration::from_secs(1),
        ..RedisConfig::new(url)
    };
    let refused = ClusterViews::connect(&config).await;
    refused.err().expect("does not connect")
}

#[tokio::test]
async fn the_password_is_used_and_never_shown() {
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
        let error = refusal(&url).await.to_string();
        assert!(!error.contains("wr0ng"), "{error}");
    }
}

#[tokio::test]
async fn whether_trying_again_helps_is_told() {
    let server = RedisServer::start();
    let url = server.config().url;
    let wrong = format!("redis://:wr0ng@{}", server.address());
    assert!(!refusal(&wrong).await.is_transient());
    assert!(!refusal("http://localhost").await.is_transient());
    server.kill();
    assert!(refusal(&url).await.is_transient());
}
