//! Private servers of the tests.

use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard};

use mongodb::bson::Document;
use odd_testkit::private_servers::{DataRoot, Mongo, Redis};
use odd_views_cluster::{MongoConfig, RedisConfig};
use uuid::Uuid;

/// A Redis of the test's own. It asks for a password, and keeps what it was told over a restart.
pub(crate) struct RedisServer(Mutex<Redis>);

/// What was in it at one time.
pub(crate) struct Saved(Vec<(String, Vec<u8>)>);

impl RedisServer {
    pub(crate) fn start() -> Self {
        let root = DataRoot::temporary().expect("a temporary directory");
        let server = Redis::start(&root).expect("the server starts");
        Self(Mutex::new(server))
    }

    fn server(&self) -> MutexGuard<'_, Redis> {
        self.0.lock().expect("not poisoned")
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.server().address()
    }

    /// Where views of a test's own are on it.
    pub(crate) fn config(&self) -> RedisConfig {
        self.config_at(self.address())
    }

    /// The same through another address.
    pub(crate) fn config_at(&self, address: SocketAddr) -> RedisConfig {
        RedisConfig {
            prefix: format!("test:{}:", Uuid::new_v4().simple()),
            ..RedisConfig::new(self.server().url_at(address))
        }
    }

    /// Ends it without warning.
    pub(crate) fn kill(&self) {
        self.server().kill().expect("it runs");
    }

    /// Starts it again with what it had.
    pub(crate) fn restart(&self) {
        self.server().restart().expect("it starts");
    }

    /// Starts it again, empty.
    pub(crate) fn restart_empty(&self) {
        self.server().wipe().expect("it starts");
    }

    /// Runs a command beside the views.
    pub(crate) fn command<T: redis::FromRedisValue>(&self, words: &[&[u8]]) -> T {
        let client = redis::Client::open(self.server().url()).expect("a URL");
        let mut connection = client.get_connection().expect("connects");
        let mut command = redis::Cmd::new();
        for word in words {
            command.arg(*word);
        }
        command.query(&mut connection).expect("does it")
    }

    /// The keys that match a pattern, in order.
    pub(crate) fn keys(&self, pattern: &str) -> Vec<String> {
        let mut keys: Vec<String> = self.command(&[b"KEYS", pattern.as_bytes()]);
        keys.sort();
        keys
    }

    pub(crate) fn delete(&self, key: &str) {
        self.command(&[b"DEL", key.as_bytes()])
    }

    /// Loses everything.
    pub(crate) fn flush(&self) {
        self.command(&[b"FLUSHALL"])
    }

    /// Remembers everything.
    pub(crate) fn save(&self) -> Saved {
        let dump = |key: String| {
            let value = self.command(&[b"DUMP", key.as_bytes()]);
            (key, value)
        };
        Saved(self.keys("*").into_iter().map(dump).collect())
    }

    /// Is as it was then, as after a failover to a replica that was behind.
    pub(crate) fn go_back(&self, saved: &Saved) {
        self.flush();
        for (key, value) in &saved.0 {
            self.command::<()>(&[b"RESTORE", key.as_bytes(), b"0", value]);
        }
    }
}

/// A server of the test's own that speaks MongoDB's protocol.
pub(crate) struct MongoServer(Mutex<Mongo>);

impl MongoServer {
    pub(crate) fn start() -> Self {
        let root = DataRoot::temporary().expect("a temporary directory");
        let server = Mongo::start(&root).expect("the server starts");
        Self(Mutex::new(server))
    }

    fn server(&self) -> MutexGuard<'_, Mongo> {
        self.0.lock().expect("not poisoned")
    }

    /// Where an archive of a test's own is on it.
    pub(crate) fn config(&self) -> MongoConfig {
        let database = format!("/test_{}?", Uuid::new_v4().simple());
        let url = self.server().url().replace("/observatory?", &database);
        MongoConfig::new(url)
    }

    /// Ends it without warning.
    pub(crate) fn kill(&self) {
        self.server().kill().expect("it runs");
    }

    /// Starts it again with what it had.
    pub(crate) fn restart(&self) {
        self.server().restart().expect("it starts");
    }

    /// Loses everything of an archive.
    pub(crate) async fn drop_database(&self, config: &MongoConfig) {
        database(config).await.drop().await.expect("drops");
    }

    /// The names of a collection's indexes, in order.
    pub(crate) async fn indexes(&self, config: &MongoConfig, collection: &str) -> Vec<String> {
        let collection = database(config).await.collection::<Document>(collection);
        let mut names = collection.list_index_names().await.expect("lists");
        names.sort();
        names
    }
}

async fn database(config: &MongoConfig) -> mongodb::Database {
    let client = mongodb::Client::with_uri_str(&config.url).await;
    let database = client.expect("connects").default_database();
    database.expect("the URL names it")
}
