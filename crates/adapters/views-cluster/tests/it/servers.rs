//! Private servers of the tests, each in a temporary directory and on a port of its own.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use odd_views_cluster::{MongoConfig, RedisConfig};
use tempfile::TempDir;
use uuid::Uuid;

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Between looks whether it does.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A Redis of the test's own.
pub(crate) struct RedisServer {
    directory: TempDir,
    port: u16,
    password: Option<&'static str>,
    process: std::sync::Mutex<Option<Child>>,
}

impl RedisServer {
    /// One that keeps nothing over a restart unless told to [`save`](Self::save).
    pub(crate) fn start() -> Self {
        Self::start_with(None)
    }

    /// One that asks for a password.
    pub(crate) fn start_with(password: Option<&'static str>) -> Self {
        let server = Self {
            directory: tempfile::tempdir().expect("a temporary directory"),
            port: free_port(),
            password,
            process: std::sync::Mutex::default(),
        };
        server.run();
        server
    }

    /// Starts it again.
    pub(crate) fn run(&self) {
        let mut command = Command::new("redis-server");
        command
            .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .args(["--port", &self.port.to_string()])
            .arg("--dir")
            .arg(self.directory.path());
        if let Some(password) = self.password {
            command.args(["--requirepass", password]);
        }
        let process = spawn(command);
        let earlier = self.process.lock().expect("not poisoned").replace(process);
        assert!(earlier.is_none(), "it was stopped before");
        wait_until(|| self.raw().is_ok());
    }

    /// Ends it without warning.
    pub(crate) fn kill(&self) {
        if let Some(mut process) = self.process.lock().expect("not poisoned").take() {
            process.kill().expect("it runs");
            process.wait().expect("it ends");
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Where a process finds views of their own on it.
    pub(crate) fn config(&self) -> RedisConfig {
        let credentials = self.password.map(|password| format!(":{password}@"));
        let credentials = credentials.unwrap_or_default();
        RedisConfig {
            prefix: format!("test:{}:", Uuid::new_v4().simple()),
            ..RedisConfig::new(format!("redis://{credentials}127.0.0.1:{}", self.port))
        }
    }

    /// A connection beside the one under test.
    pub(crate) fn raw(&self) -> redis::RedisResult<redis::Connection> {
        let config = self.config();
        let mut connection = redis::Client::open(config.url)?.get_connection()?;
        redis::cmd("PING").query::<()>(&mut connection)?;
        Ok(connection)
    }

    /// Runs a command beside the views.
    pub(crate) fn command<T: redis::FromRedisValue>(&self, words: &[&str]) -> T {
        let mut connection = self.raw().expect("connects");
        let mut command = redis::Cmd::new();
        for word in words {
            command.arg(*word);
        }
        command.query(&mut connection).expect("does it")
    }

    /// Loses everything.
    pub(crate) fn flush(&self) {
        self.command(&["FLUSHALL"])
    }

    /// Keeps what there is now for the next start.
    pub(crate) fn save(&self) {
        self.command(&["SAVE"])
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A FerretDB of the test's own, over SQLite.
pub(crate) struct MongoServer {
    directory: TempDir,
    port: u16,
    process: std::sync::Mutex<Option<Child>>,
}

impl MongoServer {
    pub(crate) fn start() -> Self {
        let server = Self {
            directory: tempfile::tempdir().expect("a temporary directory"),
            port: free_port(),
            process: std::sync::Mutex::default(),
        };
        server.run();
        server
    }

    /// Starts it again.
    pub(crate) fn run(&self) {
        let data = self.directory.path();
        let mut command = Command::new(ferretdb());
        command
            .args(["--handler=sqlite", "--telemetry=disable", "--debug-addr=-"])
            .arg(format!("--listen-addr=127.0.0.1:{}", self.port))
            .arg(format!("--state-dir={}", data.display()))
            .arg(format!("--sqlite-url=file:{}/", data.display()))
            .current_dir(data);
        let process = spawn(command);
        let earlier = self.process.lock().expect("not poisoned").replace(process);
        assert!(earlier.is_none(), "it was stopped before");
        wait_until(|| TcpStream::connect(("127.0.0.1", self.port)).is_ok());
    }

    /// Ends it without warning.
    pub(crate) fn kill(&self) {
        if let Some(mut process) = self.process.lock().expect("not poisoned").take() {
            process.kill().expect("it runs");
            process.wait().expect("it ends");
        }
    }

    /// Where an archive of its own is on it.
    pub(crate) fn config(&self) -> MongoConfig {
        MongoConfig {
            database: format!("test_{}", Uuid::new_v4().simple()),
            ..MongoConfig::new(format!("mongodb://127.0.0.1:{}", self.port))
        }
    }

    /// Loses everything of an archive.
    pub(crate) async fn drop_database(&self, config: &MongoConfig) {
        let client = mongodb::Client::with_uri_str(&config.url).await;
        let database = client.expect("connects").database(&config.database);
        database.drop().await.expect("drops");
    }
}

impl Drop for MongoServer {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Where it is installed.
fn ferretdb() -> std::path::PathBuf {
    let home = std::env::var_os("HOME").expect("there is a home");
    std::path::Path::new(&home).join(".cache/odd-dashboard/tools/bin/ferretdb")
}

fn spawn(mut command: Command) -> Child {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.spawn().expect("the server is installed")
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("bound").port()
}

fn wait_until(is_up: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_up() {
        assert!(Instant::now() < deadline, "the server does not answer");
        std::thread::sleep(LOOK_EVERY);
    }
}
