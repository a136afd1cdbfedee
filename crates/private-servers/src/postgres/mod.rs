//! PostgreSQL with full durability, one database and one role that owns it.

mod cluster;
mod probe;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use rustix::process::Signal;

use crate::certificate::{Certificate, CertificateFiles};
use crate::identity::Identity;
use crate::port::Port;
use crate::process::{Account, Process, command};
use crate::programs;
use crate::server::{Engine, Server};
use crate::server_dir::ServerDir;
use crate::{Error, Kind};
use cluster::Cluster;

/// A private PostgreSQL server.
///
/// The URL names the role and the database, both called `observatory`. The role owns the database, may create others,
/// and is not a superuser. Every connection authenticates with scram-sha-256; there is no Unix socket. Commits are
/// durable (`fsync` and `synchronous_commit` are on). If this process is root, the server runs as `postgres` or `nobody`.
///
/// A server that is killed and never restarted leaves a segment of 56 bytes in the kernel's shared memory.
pub type Postgres = Server<PostgresEngine>;

impl Postgres {
    /// Returns the path of a program of the same installation, such as `pg_dump`.
    pub fn program(&self, name: &str) -> PathBuf {
        self.engine().cluster.programs.join(name)
    }
}

/// The options of [`Postgres`].
#[derive(Debug, Clone, Default)]
pub struct PostgresOptions {
    /// Settings as in `postgresql.conf`. They override those of this crate.
    pub settings: Vec<(String, String)>,
    /// Enables TLS. The URL then requires it.
    pub certificate: Option<Certificate>,
}

/// The PostgreSQL engine of a [`Server`].
#[derive(Debug)]
pub struct PostgresEngine {
    cluster: Cluster,
    port: Port,
    settings: Vec<(String, String)>,
    tls: bool,
}

/// Dynamic shared memory is in the server's folder: System V segments would remain after the server is killed.
const SETTINGS: [(&str, &str); 10] = [
    ("listen_addresses", "127.0.0.1"),
    ("unix_socket_directories", ""),
    ("fsync", "on"),
    ("synchronous_commit", "on"),
    ("max_connections", "200"),
    ("shared_buffers", "256MB"),
    ("dynamic_shared_memory_type", "mmap"),
    ("max_wal_size", "2GB"),
    ("jit", "off"),
    ("log_statement", "none"),
];

impl Engine for PostgresEngine {
    type Options = PostgresOptions;
    const KIND: Kind = Kind::Postgres;
    /// "Fast" shutdown: ends the sessions, then writes a checkpoint.
    const STOP: Signal = Signal::INT;

    fn prepare(dir: &ServerDir, options: PostgresOptions) -> Result<Self, Error> {
        let mut identity = Identity::load(dir)?;
        let cluster = Cluster {
            programs: programs::postgres()?,
            account: Account::unprivileged(&["postgres", "nobody"], dir.path())?,
            superuser_password: identity.secret("superuser")?,
            password: identity.secret("observatory")?,
        };
        let port = identity.port("port")?;
        identity.save()?;
        let certificate = options.certificate.as_ref();
        let files = certificate.map(|certificate| certificate.write(dir.path()));
        let files = files.transpose()?;
        let mut settings = files.as_ref().map_or_else(Vec::new, tls_settings);
        settings.extend(options.settings);
        Ok(Self {
            cluster,
            port,
            settings,
            tls: files.is_some(),
        })
    }

    fn launch(&mut self, dir: &ServerDir) -> Result<Process, Error> {
        self.cluster.ensure(dir)?;
        let mut server = command(self.cluster.programs.join("postgres"), self.cluster.account);
        server.current_dir(dir.path()).arg("-D").arg(dir.data());
        server.args(["-p", &self.port.number().to_string()]);
        for (name, value) in SETTINGS {
            server.args(["-c", &format!("{name}={value}")]);
        }
        for (name, value) in &self.settings {
            server.args(["-c", &format!("{name}={value}")]);
        }
        Process::start(server, &dir.log())
    }

    fn is_ready(&self) -> bool {
        probe::accepts_sessions(self.address())
    }

    fn address(&self) -> SocketAddr {
        self.port.address()
    }

    fn url_at(&self, address: SocketAddr) -> String {
        let password = &self.cluster.password;
        let mode = if self.tls { "?sslmode=require" } else { "" };
        format!("postgres://observatory:{password}@{address}/observatory{mode}")
    }

    /// "Immediate" shutdown: writes no checkpoint, but frees the shared memory outside of the folder.
    fn discard(process: &mut Process) -> Result<(), Error> {
        process.stop(Signal::QUIT, Duration::from_secs(10))
    }
}

fn tls_settings(files: &CertificateFiles) -> Vec<(String, String)> {
    let path = |path: &std::path::Path| path.display().to_string();
    vec![
        ("ssl".into(), "on".into()),
        ("ssl_cert_file".into(), path(&files.certificate)),
        ("ssl_key_file".into(), path(&files.key)),
    ]
}
