//! Private servers for the tests.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use mongodb::bson::Document;
use odd_testkit::private_servers::{DataRoot, Mongo, Redis};
use odd_views_cluster::{MongoConfig, RedisConfig};
use uuid::Uuid;

const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// A private Redis with a password. It persists its data.
pub(crate) struct RedisServer(Mutex<Redis>);

/// A dump of all keys.
pub(crate) struct Dump(Vec<(String, Vec<u8>)>);

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

    /// Returns a configuration with an unused key prefix.
    pub(crate) fn config(&self) -> RedisConfig {
        self.config_at(self.address())
    }

    /// Returns such a configuration for another address of the server.
    pub(crate) fn config_at(&self, address: SocketAddr) -> RedisConfig {
        RedisConfig {
            prefix: format!("test:{}:", Uuid::new_v4().simple()),
            ..RedisConfig::new(self.server().url_at(address))
        }
    }

    /// Kills the server.
    pub(crate) fn kill(&self) {
        self.server().kill().expect("it runs");
    }

    /// Starts the server again with its data.
    pub(crate) fn restart(&self) {
        self.server().restart().expect("it starts");
    }

    /// Starts the server again without data.
    pub(crate) fn restart_empty(&self) {
        self.server().wipe().expect("it starts");
    }

    /// Runs a command over a connection of its own.
    pub(crate) fn command<T: redis::FromRedisValue>(&self, arguments: &[&[u8]]) -> T {
        let client = redis::Client::open(self.server().url()).expect("a URL");
        let mut connection = client.get_connection().expect("connects");
        let mut command = redis::Cmd::new();
        for argument in arguments {
            command.arg(*argument);
        }
        command.query(&mut connection).expect("runs")
    }

    /// Returns the keys that match a pattern, sorted.
    pub(crate) fn keys(&self, pattern: &str) -> Vec<String> {
        let mut keys: Vec<String> = self.command(&[b"KEYS", pattern.as_bytes()]);
        keys.sort();
        keys
    }

    pub(crate) fn delete(&self, key: &str) {
        self.command(&[b"DEL", key.as_bytes()])
    }

    /// Deletes all keys.
    pub(crate) fn flush(&self) {
        self.command(&[b"FLUSHALL"])
    }

    /// Dumps all keys.
    pub(crate) fn save(&self) -> Dump {
        let dump = |key: String| {
            let value = self.command(&[b"DUMP", key.as_bytes()]);
            (key, value)
        };
        Dump(self.keys("*").into_iter().map(dump).collect())
    }

    /// Restores a dump, as after a failover to a replica that was behind.
    pub(crate) fn restore(&self, saved: &Dump) {
        self.flush();
        for (key, value) in &saved.0 {
            self.command::<()>(&[b"RESTORE", key.as_bytes(), b"0", value]);
        }
    }
}

/// A private server with MongoDB's protocol.
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

    /// Returns a configuration with an unused database name.
    pub(crate) fn config(&self) -> MongoConfig {
        let database = format!("/test_{}?", Uuid::new_v4().simple());
        let url = self.server().url().replace("/observatory?", &database);
        MongoConfig::new(url)
    }

    /// Kills the server.
    pub(crate) fn kill(&self) {
        self.server().kill().expect("it runs");
    }

    /// Starts the server again with its data.
    pub(crate) fn restart(&self) {
        self.server().restart().expect("it starts");
    }

    /// Drops the database of an archive.
    pub(crate) async fn drop_database(&self, config: &MongoConfig) {
        database(config).await.drop().await.expect("drops");
    }

    /// Drops the database of an archive while requests use it. Retries, because the server may reject that, or crash.
    pub(crate) async fn drop_database_in_use(&self, config: &MongoConfig) {
        let database = database(config).await;
        let dropping = async {
            while let Err(error) = database.drop().await {
                eprintln!("failed to drop the database, retrying: {error}");
                tokio::time::sleep(POLL_INTERVAL).await;
            }
        };
        let dropping = tokio::time::timeout(odd_testkit::PATIENCE, dropping);
        dropping.await.expect("drops in time");
    }

    /// Starts the server without data whenever it has ended by itself: FerretDB may crash if a database is dropped while
    /// requests use it, and may leave a damaged file with which it does not start.
    pub(crate) async fn restart_empty_after_crashes(&self) -> Infallible {
        loop {
            tokio::time::sleep(POLL_INTERVAL).await;
            let exit = self.server().unexpected_exit();
            if let Some(status) = exit {
                eprintln!("the server ended ({status}), restarting");
                self.server().wipe().expect("it starts");
            }
        }
    }

    /// Returns the names of a collection's indexes, sorted.
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
