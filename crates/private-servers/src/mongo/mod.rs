//! MongoDB's protocol: by MongoDB itself where it is installed, else by FerretDB on SQLite.

mod ferretdb;
mod message;
mod mongod;

use std::fs;
use std::net::SocketAddr;

use rustix::process::Signal;

use crate::authority::{Certificate, CertificateFiles};
use crate::identity::Identity;
use crate::place::Room;
use crate::port::Port;
use crate::process::Process;
use crate::programs::{self, MongoProgram};
use crate::server::{Engine, Server};
use crate::{Error, Kind};

/// A private server that speaks MongoDB's protocol.
///
/// The URL names the user and the database, both called `observatory`; the user may do everything. The server is
/// `mongod` if that is installed, else FerretDB 1.24 on SQLite, which lacks transactions, change streams, updates by
/// pipelines, array filters, and indexes that expire documents.
pub type Mongo = Server<MongoEngine>;

/// What [`Mongo`] may be given.
#[derive(Debug, Clone, Default)]
pub struct MongoOptions {
    /// Switches TLS on; the URL asks for it then, at a port of its own.
    pub certificate: Option<Certificate>,
}

/// What makes a [`Server`] one that speaks MongoDB's protocol.
#[derive(Debug)]
pub struct MongoEngine {
    program: MongoProgram,
    port: Port,
    tls: Option<Secured>,
    password: String,
}

/// What a server needs to speak TLS.
#[derive(Debug)]
struct Secured {
    port: Port,
    files: CertificateFiles,
}

const USER: &str = "observatory";

impl Engine for MongoEngine {
    type Options = MongoOptions;
    const KIND: Kind = Kind::Mongo;
    const STOP: Signal = Signal::TERM;

    fn prepare(room: &Room, options: MongoOptions) -> Result<Self, Error> {
        let mut identity = Identity::load(room)?;
        let mut secured = |certificate: Certificate| {
            let files = certificate.write(room.path())?;
            let port = identity.port("tls_port")?;
            Ok::<_, Error>(Secured { port, files })
        };
        let tls = options.certificate.map(&mut secured).transpose()?;
        let engine = Self {
            program: programs::mongo()?,
            port: identity.port("port")?,
            tls,
            password: identity.secret("password")?,
        };
        identity.save()?;
        Ok(engine)
    }

    /// The two programs cannot read each other's files, so each has its own folder.
    fn launch(&mut self, room: &Room) -> Result<Process, Error> {
        let (name, data) = match self.program {
            MongoProgram::Mongod(_) => ("mongod", room.data().join("mongod")),
            MongoProgram::FerretDb(_) => ("ferretdb", room.data().join("ferretdb")),
        };
        fs::create_dir_all(&data).map_err(Error::io(format!("make the data folder of {name}")))?;
        let mut server = match &self.program {
            MongoProgram::Mongod(program) => {
                mongod::command(program, &data, &self.port, self.tls.as_ref())
            }
            MongoProgram::FerretDb(program) => {
                let mut command = ferretdb::command(program, &data, &self.port, &self.password);
                ferretdb::secure(&mut command, self.tls.as_ref());
                command
            }
        };
        server.current_dir(room.path());
        Process::start(server, &room.log())
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
            // One port for both.
            _ => self.port.address(),
        }
    }

    fn url_at(&self, address: SocketAddr) -> String {
        let password = &self.password;
        let tls = if self.tls.is_some() { "&tls=true" } else { "" };
        format!("mongodb://{USER}:{password}@{address}/observatory?authSource=admin{tls}")
    }
}
