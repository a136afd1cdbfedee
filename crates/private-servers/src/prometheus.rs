//! Prometheus with a configuration file of the caller.

use std::net::SocketAddr;
use std::path::PathBuf;

use rustix::process::Signal;
use serde_json::Value;

use crate::configured::{Configured, reload};
use crate::process::Process;
use crate::server::{Engine, Server};
use crate::server_dir::ServerDir;
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
    server: Configured,
    retention: String,
}

impl Engine for PrometheusEngine {
    type Options = PrometheusOptions;
    const KIND: Kind = Kind::Prometheus;
    const STOP: Signal = Signal::TERM;

    fn prepare(dir: &ServerDir, options: PrometheusOptions) -> Result<Self, Error> {
        let default = ("prometheus.yml", "{}\n");
        let program = programs::prometheus()?;
        Ok(Self {
            server: Configured::prepare(dir, program, options.configuration, default)?,
            retention: options.retention,
        })
    }

    fn launch(&mut self, dir: &ServerDir) -> Result<Process, Error> {
        let mut server = self.server.command(dir);
        server
            .arg(format!("--storage.tsdb.path={}", dir.data().display()))
            .arg(format!("--storage.tsdb.retention.time={}", self.retention))
            .args([
                "--web.enable-lifecycle",
                "--enable-feature=exemplar-storage",
            ])
            // Tests write series with timestamps of their own.
            .arg("--web.enable-remote-write-receiver")
            // By default it takes a minute until a restarted Alertmanager knows all alerts.
            .arg("--rules.alert.resend-delay=10s");
        Process::start(server, &dir.log())
    }

    fn is_ready(&self) -> bool {
        self.server.is_ready()
    }

    fn address(&self) -> SocketAddr {
        self.server.address()
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
        reload(self.address(), Kind::Prometheus)
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
