//! Private servers of the tests, each in a temporary directory and on a port of its own.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use odd_views_cluster::RedisConfig;
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
