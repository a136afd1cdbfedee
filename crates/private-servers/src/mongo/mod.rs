//! A server for MongoDB's protocol: MongoDB if it is installed, otherwise FerretDB on SQLite.

mod access;
mod ferretdb;
mod message;
mod mongod;

use std::fs;
use std::net::SocketAddr;

use rustix::process::Signal;

use self::access::USER;
use crate::certificate::{Certificate, TlsListener};
use crate::identity::Identity;
use crate::port::Port;
use crate::process::Process;
use crate::programs::{self, MongoProgram};
use crate::server::{Engine, Server};
use crate::server_dir::ServerDir;
use crate::{Error, Kind};

/// A private server for MongoDB's protocol.
///
/// The URL names the user and the database, both called `observatory`; the user has every permission. The server
/// is `mongod` if it is installed, otherwise FerretDB 1.24 on SQLite, which lacks transactions, change streams, pipeline
/// updates, array filters and TTL indexes.
pub type Mongo = Server<MongoEngine>;

/// The options of [`Mongo`].
#[derive(Debug, Clone, Default)]
pub struct MongoOptions {
    /// Enables TLS. The URL then requires it; FerretDB listens for it on a second port.
    pub certificate: Option<Certificate>,
}

/// The MongoDB or FerretDB engine of a [`Server`].
#[derive(Debug)]
pub struct MongoEngine {
    program: MongoProgram,
    port: Port,
    tls: Option<TlsListener>,
    password: String,
}

impl Engine for MongoEngine {
    type Options = MongoOptions;
    const KIND: Kind = Kind::Mongo;
    const STOP: Signal = Signal::TERM;

    fn prepare(dir: &ServerDir, options: MongoOptions) -> Result<Self, Error> {
        let mut identity = Identity::load(dir)?;
        let certificate = options.certificate.as_ref();
        let tls = certificate.map(|pair| TlsListener::open(&mut identity, dir, pair));
        let engine = Self {
            program: programs::mongo()?,
            port: identity.port("port")?,
            tls: tls.transpose()?,
            password: identity.secret("password")?,
        };
        identity.save()?;
        Ok(engine)
    }

    /// Each program has its own data folder, because neither can read the files of the other.
    fn launch(&mut self, dir: &ServerDir) -> Result<Process, Error> {
        let (name, data) = match self.program {
            MongoProgram::Mongod(_) => ("mongod", dir.data().join("mongod")),
            MongoProgram::FerretDb(_) => ("ferretdb", dir.data().join("ferretdb")),
        };
        fs::create_dir_all(&data)
            .map_err(Error::io(format!("create the data folder of {name}")))?;
        let mut server = match &self.program {
            MongoProgram::Mongod(program) => {
                mongod::command(program, &data, &self.port, self.tls.as_ref())
            }
            MongoProgram::FerretDb(program) => {
                let mut command = ferretdb::command(program, &data, &self.port, &self.password);
                ferretdb::add_tls(&mut command, self.tls.as_ref());
                command
            }
        };
        server.current_dir(dir.path());
        Process::start(server, &dir.log())
    }

    fn is_ready(&self) -> bool {
        match self.program {
            MongoProgram::Mongod(_) => mongod::is_ready(self.port.address(), &self.password),
            MongoProgram::FerretDb(_) => ferretdb::is_ready(self.port.address()),
        }
    }

    fn address(&self) -> SocketAddr {
        match (&self.program, &self.tls) {
            (MongoProgram::FerretDb(_), Some(tls)) => tls.port.address(),
            // MongoDB accepts TLS on its normal port.
            _ => self.port.address(),
        }
    }

    fn url_at(&self, address: SocketAddr) -> String {
        let password = &self.password;
        let tls = if self.tls.is_some() { "&tls=true" } else { "" };
        format!("mongodb://{USER}:{password}@{address}/observatory?authSource=admin{tls}")
    }
}
