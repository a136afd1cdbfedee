//! PostgreSQL, as durable as it comes, with one database that one role owns.

mod cluster;
mod probe;

use std::net::SocketAddr;
use std::time::Duration;

use rustix::process::Signal;

use crate::authority::{Certificate, CertificateFiles};
use crate::identity::Identity;
use crate::place::Room;
use crate::port::Port;
use crate::process::{Account, Process, command};
use crate::programs;
use crate::server::{Engine, Server};
use crate::{Error, Kind};
use cluster::Cluster;

/// A private PostgreSQL server.
///
/// The URL names the role and the database, both called `observatory`. The role owns the database, may make more of
/// them, and is no superuser. Passwords are checked with scram-sha-256 on every connection; there is no Unix socket.
/// Commits are durable (`fsync` and `synchronous_commit` are on). When we are root, it runs as `postgres` or `nobody`.
///
/// A server that was killed and never started again leaves a segment of 56 bytes in the kernel's shared memory.
pub type Postgres = Server<PostgresEngine>;

/// What [`Postgres`] may be given.
#[derive(Debug, Clone, Default)]
pub struct PostgresOptions {
    /// Further settings, as in `postgresql.conf`; they win over ours.
    pub settings: Vec<(String, String)>,
    /// Switches TLS on; the URL asks for it then.
    pub certificate: Option<Certificate>,
}

/// What makes a [`Server`] a PostgreSQL server.
#[derive(Debug)]
pub struct PostgresEngine {
    cluster: Cluster,
    port: Port,
    settings: Vec<(String, String)>,
    tls: bool,
}

/// Shared memory is in the place as far as it can be: what lies elsewhere stays behind when the server is killed for
/// good.
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
    /// "Fast": ends the sessions, then writes a checkpoint.
    const STOP: Signal = Signal::INT;

    fn prepare(room: &Room, options: PostgresOptions) -> Result<Self, Error> {
        let mut identity = Identity::load(room)?;
        let cluster = Cluster {
            programs: programs::postgres()?,
            account: Account::unprivileged(&["postgres", "nobody"], room.path())?,
            superuser_password: identity.secret("superuser")?,
            password: identity.secret("observatory")?,
        };
        let port = identity.port("port")?;
        identity.save()?;
        let certificate = options.certificate.as_ref();
        let files = certificate.map(|certificate| certificate.write(room.path()));
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

    fn launch(&mut self, room: &Room) -> Result<Process, Error> {
        self.cluster.ensure(room)?;
        let mut server = command(self.cluster.programs.join("postgres"), self.cluster.account);
        server.current_dir(room.path()).arg("-D").arg(room.data());
        server.args(["-p", &self.port.number().to_string()]);
        for (name, value) in SETTINGS {
            server.args(["-c", &format!("{name}={value}")]);
        }
        for (name, value) in &self.settings {
            server.args(["-c", &format!("{name}={value}")]);
        }
        Process::start(server, &room.log())
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

    /// "Immediate": no checkpoint, but the shared memory outside of the place is given back.
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
