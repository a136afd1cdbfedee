//! Prometheus with a configuration file of the caller.

use std::net::SocketAddr;
use std::path::PathBuf;

use rustix::process::Signal;
use serde_json::Value;

use crate::identity::Identity;
use crate::port::Port;
use crate::process::{Account, Process, command};
use crate::server::{Engine, Server};
use crate::server_dir::{ServerDir, write_private};
use crate::{Error, Kind, http, programs};

/// A private Prometheus. It has no password.
///
/// Its web interface is missing if it was built from source.
pub type Prometheus = Server<PrometheusEngine>;

/// The options of [`Prometheus`].
#[derive(Debug, Clone)]
pub struct PrometheusOptions {
    /// The configuration file. Relative paths in it are relative to its folder. Default: an empty configuration.
    pub configuration: Option<PathBuf>,
    /// How long samples are kept. Default: a day.
    pub retention: String,
}

impl Default for PrometheusOptions {
    fn default() -> Self {
        Self {
            configuration: None,
            retention: "1d".to_owned(),
        }
    }
}

/// The Prometheus engine of a [`Server`].
#[derive(Debug)]
pub struct PrometheusEngine {
    program: PathBuf,
    port: Port,
    configuration: PathBuf,
    retention: String,
}

impl Engine for PrometheusEngine {
    type Options = PrometheusOptions;
    const KIND: Kind = Kind::Prometheus;
    const STOP: Signal = Signal::TERM;

    fn prepare(dir: &ServerDir, options: PrometheusOptions) -> Result<Self, Error> {
        let mut identity = Identity::load(dir)?;
        let configuration = match options.configuration {
            Some(file) => file,
            None => {
                let file = dir.path().join("prometheus.yml");
                write_private(&file, "{}\n")?;
                file
            }
        };
        let engine = Self {
            program: programs::prometheus()?,
            port: identity.port("port")?,
            configuration,
            retention: options.retention,
        };
        identity.save()?;
        Ok(engine)
    }

    fn launch(&mut self, dir: &ServerDir) -> Result<Process, Error> {
        let mut server = command(&self.program, Account::CURRENT);
        server
            .current_dir(dir.path())
            .arg(format!("--config.file={}", self.configuration.display()))
            .arg(format!("--storage.tsdb.path={}", dir.data().display()))
            .arg(format!("--storage.tsdb.retention.time={}", self.retention))
            .arg(format!("--web.listen-address={}", self.port.address()))
            .args([
                "--web.enable-lifecycle",
                "--enable-feature=exemplar-storage",
            ])
            // Tests write series with timestamps of their own.
            .arg("--web.enable-remote-write-receiver")
            // By default it takes a minute until a restarted Alertmanager knows all alerts.
            .arg("--rules.alert.resend-delay=10s")
            .arg("--log.level=warn");
        Process::start(server, &dir.log())
    }

    fn is_ready(&self) -> bool {
        http::is_ok(self.port.address(), "/-/ready")
    }

    fn address(&self) -> SocketAddr {
        self.port.address()
    }

    fn url_at(&self, address: SocketAddr) -> String {
        format!("http://{address}")
    }
}

impl Prometheus {
    /// Applies the changed configuration file and rule files.
    ///
    /// # Errors
    /// [`Error::Refused`] if they are invalid: the previous configuration stays active.
    pub fn reload(&self) -> Result<(), Error> {
        let response = http::send(self.address(), "POST", "/-/reload")?;
        response.accepted(Kind::Prometheus).map(drop)
    }

    /// Evaluates an expression at this time and returns the `result` of the answer: for an instant vector, a list of
    /// objects with `metric` and `value`.
    ///
    /// # Errors
    /// [`Error::Refused`] if the expression is invalid or its evaluation fails; [`Error::Io`].
    pub fn query(&self, expression: &str) -> Result<Value, Error> {
        let target = format!("/api/v1/query?query={}", http::escape(expression));
        let response = http::send(self.address(), "GET", &target)?;
        let mut answer = http::parse(&response.accepted(Kind::Prometheus)?)?;
        Ok(answer["data"]["result"].take())
    }
}
