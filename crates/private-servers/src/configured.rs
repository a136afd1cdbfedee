//! What Prometheus and Alertmanager have in common: a configuration file, a port, and routes for their operation.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;

use crate::identity::Identity;
use crate::port::Port;
use crate::process::{Account, command};
use crate::server_dir::{ServerDir, write_private};
use crate::{Error, Kind, http};

/// A server with a configuration file of the caller, or a default one.
#[derive(Debug)]
pub(crate) struct Configured {
    program: PathBuf,
    port: Port,
    configuration: PathBuf,
}

impl Configured {
    /// Chooses a port. Without a file, `default` is written to a file with this name.
    pub(crate) fn prepare(
        dir: &ServerDir,
        program: PathBuf,
        file: Option<PathBuf>,
        (name, default): (&str, &str),
    ) -> Result<Self, Error> {
        let mut identity = Identity::load(dir)?;
        let configuration = match file {
            Some(file) => file,
            None => {
                let file = dir.path().join(name);
                write_private(&file, default)?;
                file
            }
        };
        let server = Self {
            program,
            port: identity.port("port")?,
            configuration,
        };
        identity.save()?;
        Ok(server)
    }

    /// Returns the command with the options that both programs have.
    pub(crate) fn command(&self, dir: &ServerDir) -> Command {
        let mut server = command(&self.program, Account::CURRENT);
        server
            .current_dir(dir.path())
            .arg(format!("--config.file={}", self.configuration.display()))
            .arg(format!("--web.listen-address={}", self.port.address()))
            .arg("--log.level=warn");
        server
    }

    pub(crate) fn is_ready(&self) -> bool {
        http::is_ok(self.address(), "/-/ready")
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.port.address()
    }
}

/// Makes the server at `address` apply its changed configuration.
pub(crate) fn reload(address: SocketAddr, kind: Kind) -> Result<(), Error> {
    let response = http::send(address, "POST", "/-/reload")?;
    response.accepted(kind).map(drop)
}
