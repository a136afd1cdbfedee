//! Redis with an append-only file.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;

use rustix::process::Signal;

use crate::certificate::{Certificate, TlsListener};
use crate::identity::Identity;
use crate::port::Port;
use crate::process::{Account, Process, command};
use crate::server::{Engine, Server};
use crate::server_dir::{ServerDir, write_private};
use crate::wait::connect;
use crate::{Error, Kind, programs};

/// A private Redis server.
///
/// It requires a password. Every write is appended to a file at once, and the file is flushed to disk every second: a
/// killed server loses nothing, a power failure loses up to a second of writes.
pub type Redis = Server<RedisEngine>;

/// The options of [`Redis`].
#[derive(Debug, Clone, Default)]
pub struct RedisOptions {
    /// Enables TLS. The URL then uses a second port.
    pub certificate: Option<Certificate>,
}

/// The Redis engine of a [`Server`].
#[derive(Debug)]
pub struct RedisEngine {
    program: PathBuf,
    port: Port,
    tls: Option<TlsListener>,
    password: String,
}

impl Engine for RedisEngine {
    type Options = RedisOptions;
    const KIND: Kind = Kind::Redis;
    const STOP: Signal = Signal::TERM;

    fn prepare(dir: &ServerDir, options: RedisOptions) -> Result<Self, Error> {
        let mut identity = Identity::load(dir)?;
        let certificate = options.certificate.as_ref();
        let tls = certificate.map(|pair| TlsListener::open(&mut identity, dir, pair));
        let engine = Self {
            program: programs::redis()?,
            port: identity.port("port")?,
            tls: tls.transpose()?,
            password: identity.secret("password")?,
        };
        identity.save()?;
        Ok(engine)
    }

    fn launch(&mut self, dir: &ServerDir) -> Result<Process, Error> {
        fs::create_dir_all(dir.data()).map_err(Error::io("create the data folder of Redis"))?;
        let configuration = dir.path().join("redis.conf");
        let mut text = format!(
            "bind 127.0.0.1\n\
             port {}\n\
             requirepass {}\n\
             dir \"{}\"\n\
             appendonly yes\n\
             appendfsync everysec\n\
             save \"\"\n\
             daemonize no\n\
             logfile \"\"\n",
            self.port.number(),
            self.password,
            dir.data().display(),
        );
        if let Some(TlsListener { port, files }) = &self.tls {
            text.push_str(&format!(
                "tls-port {}\ntls-cert-file \"{}\"\ntls-key-file \"{}\"\ntls-auth-clients no\n",
                port.number(),
                files.certificate.display(),
                files.key.display(),
            ));
        }
        write_private(&configuration, &text)?;
        let mut server = command(&self.program, Account::CURRENT);
        server.current_dir(dir.path()).arg(configuration);
        Process::start(server, &dir.log())
    }

    fn is_ready(&self) -> bool {
        self.ping().unwrap_or(false)
    }

    fn address(&self) -> SocketAddr {
        let tls = self.tls.as_ref().map(|tls| &tls.port);
        tls.unwrap_or(&self.port).address()
    }

    fn url_at(&self, address: SocketAddr) -> String {
        let scheme = if self.tls.is_some() {
            "rediss"
        } else {
            "redis"
        };
        format!("{scheme}://:{}@{address}/0", self.password)
    }
}

impl RedisEngine {
    /// Returns `true` if the server answers a ping. It answers with an error while it loads its file.
    fn ping(&self) -> io::Result<bool> {
        const EXPECTED: &[u8; 12] = b"+OK\r\n+PONG\r\n";
        let mut connection = connect(self.port.address())?;
        connection.write_all(format!("AUTH {}\r\nPING\r\n", self.password).as_bytes())?;
        let mut answer = [0; EXPECTED.len()];
        connection.read_exact(&mut answer)?;
        Ok(answer == *EXPECTED)
    }
}
