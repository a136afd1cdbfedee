//! Alertmanager with a configuration file of the caller, as a single instance.

use std::net::SocketAddr;
use std::path::PathBuf;

use rustix::process::Signal;
use serde_json::Value;

use crate::configured::{Configured, reload};
use crate::process::Process;
use crate::server::{Engine, Server};
use crate::server_dir::ServerDir;
use crate::{Error, Kind, http, programs};

/// Sends no notifications.
const SILENT: &str = "route:\n  receiver: none\nreceivers:\n  - name: none\n";

/// A private Alertmanager. It has no password.
///
/// Its web interface is missing if it was built from source.
pub type Alertmanager = Server<AlertmanagerEngine>;

/// The options of [`Alertmanager`].
#[derive(Debug, Clone, Default)]
pub struct AlertmanagerOptions {
    /// The configuration file. Relative paths in it are relative to its folder. Default: one without notifications.
    pub configuration: Option<PathBuf>,
}

/// The Alertmanager engine of a [`Server`].
#[derive(Debug)]
pub struct AlertmanagerEngine(Configured);

impl Engine for AlertmanagerEngine {
    type Options = AlertmanagerOptions;
    const KIND: Kind = Kind::Alertmanager;
    const STOP: Signal = Signal::TERM;

    fn prepare(dir: &ServerDir, options: AlertmanagerOptions) -> Result<Self, Error> {
        let default = ("alertmanager.yml", SILENT);
        let program = programs::alertmanager()?;
        let server = Configured::prepare(dir, program, options.configuration, default)?;
        Ok(Self(server))
    }

    fn launch(&mut self, dir: &ServerDir) -> Result<Process, Error> {
        let mut server = self.0.command(dir);
        server
            .arg(format!("--storage.path={}", dir.data().display()))
            // An empty address turns clustering off.
            .arg("--cluster.listen-address=");
        Process::start(server, &dir.log())
    }

    fn is_ready(&self) -> bool {
        self.0.is_ready()
    }

    fn address(&self) -> SocketAddr {
        self.0.address()
    }

    fn url_at(&self, address: SocketAddr) -> String {
        format!("http://{address}")
    }
}

impl Alertmanager {
    /// Applies the changed configuration file.
    ///
    /// # Errors
    /// [`Error::Refused`] if it is invalid: the previous configuration stays active.
    pub fn reload(&self) -> Result<(), Error> {
        reload(self.address(), Kind::Alertmanager)
    }

    /// Returns the list of alerts, silenced and inhibited ones included.
    ///
    /// # Errors
    /// [`Error::Refused`] and [`Error::Io`].
    pub fn alerts(&self) -> Result<Value, Error> {
        let response = http::send(self.address(), "GET", "/api/v2/alerts")?;
        http::parse(&response.accepted(Kind::Alertmanager)?)
    }

    /// Returns the groups of alerts. Each one is a notification to its receiver.
    ///
    /// # Errors
    /// [`Error::Refused`] and [`Error::Io`].
    pub fn alert_groups(&self) -> Result<Value, Error> {
        let response = http::send(self.address(), "GET", "/api/v2/alerts/groups")?;
        http::parse(&response.accepted(Kind::Alertmanager)?)
    }
}
