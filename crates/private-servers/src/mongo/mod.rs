//! MongoDB's protocol: by MongoDB itself where it is installed, else by FerretDB on SQLite.

mod ferretdb;
mod message;
mod mongod;

use std::fs;
use std::net::SocketAddr;

use rustix::process::Signal;

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

/// What makes a [`Server`] one that speaks MongoDB's protocol.
#[derive(Debug)]
pub struct MongoEngine {
    program: MongoProgram,
    port: Port,
    password: String,
}

const USER: &str = "observatory";

impl Engine for MongoEngine {
    type Options = ();
    const KIND: Kind = Kind::Mongo;
    const STOP: Signal = Signal::TERM;

    fn prepare(room: &Room, (): ()) -> Result<Self, Error> {
        let mut identity = Identity::load(room)?;
        let engine = Self {
            program: programs::mongo()?,
            port: identity.port("port")?,
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
            MongoProgram::Mongod(program) => mongod::command(program, &data, &self.port),
            MongoProgram::FerretDb(program) => {
                ferretdb::command(program, &data, &self.port, &self.password)
            }
        };
        server.current_dir(room.path());
        Process::start(server, &room.log())
    }

    fn is_ready(&self) -> bool {
        match self.program {
            MongoProgram::Mongod(_) => mongod::is_ready(self.address(), &self.password),
            MongoProgram::FerretDb(_) => ferretdb::is_ready(self.address()),
        }
    }

    fn address(&self) -> SocketAddr {
        self.port.address()
    }

    fn url_at(&self, address: SocketAddr) -> String {
        let password = &self.password;
        format!("mongodb://{USER}:{password}@{address}/observatory?authSource=admin")
    }
}
