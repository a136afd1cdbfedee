use odd_views_cluster::{ClusterViews, RedisConfig};

use crate::history::History;
use crate::servers::RedisServer;

/// The views of the first version, as the server stores them.
struct EarlierViews<'a> {
    server: &'a RedisServer,
    prefix: String,
}

impl<'a> EarlierViews<'a> {
    /// Writes a generation with two events.
    fn write(server: &'a RedisServer, config: &RedisConfig) -> Self {
        let prefix = format!("{{{}}}", config.prefix);
        let views = Self { server, prefix };
        views.run(&["HSET", "old:counts", "#position", "00000000000000000002"]);
        views.run(&["HSET", "old:counts", "#buckets", "1"]);
        views.run(&["ZADD", "old:index", "10", "10"]);
        views.run(&["HSET", "old:bucket:10", "work/n", "2"]);
        views.run(&["SADD", "generations", "old"]);
        views.run(&["SET", "current", "old"]);
        views
    }

    /// Runs a command whose second argument is a key without the prefix.
    fn run(&self, command: &[&str]) {
        let key = format!("{}{}", self.prefix, command[1]);
        let mut bytes: Vec<&[u8]> = command.iter().map(|text| text.as_bytes()).collect();
        bytes[1] = key.as_bytes();
        self.server.command::<redis::Value>(&bytes);
    }

    /// Returns the keys that processes of the first version use, without the prefix.
    fn keys(&self) -> Vec<String> {
        let keys = self.server.keys(&format!("{}*", self.prefix));
        let mut keys: Vec<String> = keys
            .iter()
            .map(|key| key.replace(&self.prefix, ""))
            .collect();
        keys.retain(|key| {
            ["current", "rebuilding", "generations"].contains(&&**key) || key.starts_with("old:")
        });
        keys
    }

    /// Makes the server report that nothing has used the views for some time.
    fn age(&self, seconds: &str) {
        let key = format!("{}old:counts", self.prefix);
        let content: Vec<u8> = self.server.command(&[b"DUMP", key.as_bytes()]);
        let restore: &[&[u8]] = &[
            b"RESTORE",
            key.as_bytes(),
            b"0",
            &content,
            b"REPLACE",
            b"IDLETIME",
            seconds.as_bytes(),
        ];
        self.server.command::<redis::Value>(restore);
    }
}

const ALL: [&str; 5] = [
    "current",
    "generations",
    "old:bucket:10",
    "old:counts",
    "old:index",
];

async fn open(config: &RedisConfig, history: &History) -> ClusterViews {
    let views = ClusterViews::open_with_log(config, history.f.log.clone()).await;
    views.expect("opens")
}

#[tokio::test]
async fn views_of_versions_with_another_format_are_separate() {
    let (server, history) = (RedisServer::start(), History::busy().await);
    let config = server.config();
    let earlier = EarlierViews::write(&server, &config);
    let views = open(&config, &history).await;
    history.check(&views).await;
    views.rebuild(&*history.f.log).await.expect("rebuilds");
    history.continue_work().await;
    // A process of the first version follows the log too.
    earlier.run(&["HSET", "old:counts", "#position", "00000000000000000009"]);
    history.follow(&views).await;
    history.check(&views).await;
    assert_eq!(earlier.keys(), ALL, "that process keeps its views");
}

#[tokio::test]
async fn views_of_earlier_versions_are_deleted_once_no_process_uses_them() {
    let (server, history) = (RedisServer::start(), History::busy().await);
    let config = server.config();
    let earlier = EarlierViews::write(&server, &config);
    earlier.age("500");
    open(&config, &history).await;
    assert_eq!(earlier.keys(), ALL);
    earlier.age("700");
    let views = open(&config, &history).await;
    assert_eq!(earlier.keys(), Vec::<String>::new());
    history.check(&views).await;
}
