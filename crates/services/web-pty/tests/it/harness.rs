use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use odd_contracts::TerminalMode;
use odd_service_kit::{HttpConfig, ServiceInfo};
use odd_web_pty::{Config, Launch, Limits, Program, ProgramCommand, WebPty};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::client::Terminal;
use crate::expectations::{ORIGIN, SOON};

/// A running web-pty-server.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    metrics_address: SocketAddr,
    pub(crate) shutdown: CancellationToken,
    running: JoinHandle<()>,
    http: reqwest::Client,
}

/// Returns a program that runs a shell script in each terminal. `$MODE` and `$TOKEN` are set.
pub(crate) fn script(script: &'static str) -> Program {
    Program::new(move |launch: Launch<'_>| {
        let mode = match launch.mode {
            TerminalMode::ReadOnly => "read-only",
            TerminalMode::Interactive => "interactive",
        };
        let variables = [
            ("TERM", "xterm-256color"),
            ("PATH", "/usr/bin:/bin"),
            ("MODE", mode),
            ("TOKEN", launch.token.unwrap_or("none")),
        ];
        Ok(ProgramCommand {
            program: "/bin/sh".into(),
            arguments: ["-c", script].map(Into::into).into(),
            environment: variables
                .map(|(name, value)| (name.into(), value.into()))
                .into(),
            directory: Path::new("/").to_owned(),
        })
    })
}

/// A terminal that shows what is typed into it, and the size after a change of it.
pub(crate) const ECHO: &str = "stty raw -echo; trap 'stty size' WINCH; printf ready; while :; do dd bs=1 count=1 2>/dev/null || :; done";

/// Returns the configuration of a server with this program.
pub(crate) fn config(program: Program) -> Config {
    Config {
        http: HttpConfig {
            allowed_origins: vec![ORIGIN.to_owned()],
            ..HttpConfig::default()
        },
        program,
        interactive: true,
        allowed_origins: vec![ORIGIN.to_owned()],
        trusted_proxies: vec!["127.0.0.0/8".parse().expect("a network")],
        limits: Limits {
            max_sessions_per_client: 50,
            ..Limits::default()
        },
    }
}

impl Server {
    /// Starts a server whose terminals run a script.
    pub(crate) async fn of(text: &'static str) -> Self {
        Self::start(config(script(text))).await
    }

    pub(crate) async fn start(config: Config) -> Self {
        // Another test may have installed it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let metrics = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let metrics_address = metrics.local_addr().expect("bound");
        let shutdown = CancellationToken::new();
        let server = WebPty::new(config, ServiceInfo::new("web-pty", "0.0.0", "none"));
        let running = server.run(listener, metrics, shutdown.clone());
        Self {
            address,
            metrics_address,
            shutdown,
            running: tokio::spawn(async { running.await.expect("serves") }),
            http: reqwest::Client::builder()
                .no_proxy()
                .tls_certs_only([])
                .build()
                .expect("a client"),
        }
    }

    /// Requests a ticket, with these headers.
    pub(crate) async fn ask(&self, body: Value, headers: &[(&str, &str)]) -> Response {
        let url = format!("http://{}/tickets", self.address);
        let mut request = self.http.post(url).json(&body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.expect("answered")
    }

    /// Returns a ticket.
    pub(crate) async fn ticket(&self, body: Value) -> String {
        let response = self.ask(body, &[]).await;
        assert_eq!(response.status(), StatusCode::CREATED);
        let ticket: Value = response.json().await.expect("JSON");
        ticket["ticket"].as_str().expect("a ticket").to_owned()
    }

    /// Opens a new interactive session.
    pub(crate) async fn open(&self) -> Terminal {
        self.open_with(json!({"mode": "interactive"})).await
    }

    pub(crate) async fn open_with(&self, body: Value) -> Terminal {
        let ticket = self.ticket(body).await;
        let mut terminal = Terminal::connect(self.address, &ticket).await;
        terminal.attach(80, 24, None).await;
        terminal
    }

    /// Opens another connection to the session of a terminal that is gone.
    pub(crate) async fn reopen(&self, token: &str, received: Option<u64>) -> Terminal {
        let ticket = self.ticket(json!({"reconnectToken": token})).await;
        let mut terminal = Terminal::connect(self.address, &ticket).await;
        terminal.attach(80, 24, received).await;
        terminal
    }

    /// Returns the samples of the metrics of terminals, by name and labels.
    pub(crate) async fn metrics(&self) -> HashMap<String, f64> {
        let url = format!("http://{}/metrics", self.metrics_address);
        let response = self.http.get(url).send().await.expect("answered");
        let text = response.text().await.expect("text");
        let samples = text
            .lines()
            .filter(|line| line.starts_with("observatory_terminal"));
        samples
            .map(|line| {
                let (name, value) = line.rsplit_once(' ').expect("a sample");
                let name = name.replace("service=\"web-pty\",", "");
                let name = name.replace("{service=\"web-pty\"}", "");
                (name, value.parse().expect("a number"))
            })
            .collect()
    }

    /// Waits until a metric has a value.
    pub(crate) async fn await_metric(&self, name: &str, expected: f64) {
        let waiting = async {
            while self.metrics().await.get(name) != Some(&expected) {
                tokio::task::yield_now().await;
            }
        };
        if tokio::time::timeout(SOON, waiting).await.is_err() {
            panic!("{name} is not {expected}: {:#?}", self.metrics().await);
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        let url = format!("http://{}{path}", self.address);
        self.http.get(url).send().await.expect("answered")
    }

    /// Drops the server in the middle of its work.
    pub(crate) fn abort(self) {
        self.running.abort();
    }

    /// Stops the server, and waits for its end.
    pub(crate) async fn stop(self) {
        self.shutdown.cancel();
        let ended = tokio::time::timeout(SOON, self.running).await;
        ended.expect("in time").expect("no panic");
    }
}

/// Whether a process exists, also as a zombie.
pub(crate) fn is_alive(pid: &str) -> bool {
    Path::new("/proc").join(pid).exists()
}

/// Waits until a process does not exist any more.
pub(crate) async fn await_death(pid: &str) {
    let waiting = async {
        while is_alive(pid) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let ended = tokio::time::timeout(SOON, waiting).await;
    assert!(ended.is_ok(), "process {pid} has ended and was reaped");
}
