//! The nemesis: starts clusters and injects faults on request of the crash referee, which decides and checks.
//!
//! The referee connects to a loopback port and sends one JSON object per line ([`Request`]). Each is answered by one
//! line, `{"ok": ...}` or `{"error": "..."}`. Between requests, roles that ended are restarted, as by a supervisor. The
//! nemesis does not know the guarantees.

mod injector;
mod request;

use std::io::{BufRead, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Child;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde_json::{Value, json};

use crate::cluster::{Cluster, Plan, Versions};
use crate::interrupt;
use injector::Injector;
use request::Request;

const CONNECT_LIMIT: Duration = Duration::from_secs(30);
/// Interval at which roles are checked.
const CHECK_EVERY: Duration = Duration::from_millis(50);

/// A listener for the referee, and the cluster that the referee has started.
pub(crate) struct Nemesis {
    listener: TcpListener,
    versions: Versions,
    folder: PathBuf,
    cluster: Option<Injector>,
}

impl Nemesis {
    /// Listens on a free port. Clusters run one of `versions` and store their files under `folder`.
    pub(crate) fn open(versions: Versions, folder: PathBuf) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).context("no port is free")?;
        listener.set_nonblocking(true)?;
        Ok(Self {
            listener,
            versions,
            folder,
            cluster: None,
        })
    }

    pub(crate) fn address(&self) -> anyhow::Result<SocketAddr> {
        Ok(self.listener.local_addr()?)
    }

    /// Serves `referee` until it disconnects, then ends the cluster. Fails after `limit`.
    pub(crate) fn serve(mut self, referee: &mut Child, limit: Duration) -> anyhow::Result<()> {
        let deadline = Instant::now() + limit;
        let mut connection = self.accept(referee)?;
        let lines = lines_of(connection.try_clone()?);
        loop {
            match lines.recv_timeout(CHECK_EVERY) {
                Ok(line) => {
                    let answer = match self.execute(&line) {
                        Ok(value) => json!({ "ok": value }),
                        Err(error) => json!({ "error": format!("{error:#}") }),
                    };
                    writeln!(connection, "{answer}").context("the referee disconnected")?;
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => return Ok(()),
                Err(mpsc::RecvTimeoutError::Timeout) => {}
            }
            if let Some(cluster) = &mut self.cluster {
                cluster.restart_ended_roles()?;
            }
            interrupt::check()?;
            if Instant::now() > deadline {
                bail!("the referee took longer than {} s", limit.as_secs());
            }
        }
    }

    fn accept(&self, referee: &mut Child) -> anyhow::Result<TcpStream> {
        let deadline = Instant::now() + CONNECT_LIMIT;
        while Instant::now() < deadline {
            if let Ok((connection, _)) = self.listener.accept() {
                connection.set_nonblocking(false)?;
                return Ok(connection);
            }
            if let Some(status) = referee.try_wait()? {
                bail!("the referee ended before it connected: {status}");
            }
            thread::sleep(CHECK_EVERY);
        }
        bail!("the referee does not connect");
    }

    fn execute(&mut self, line: &str) -> anyhow::Result<Value> {
        let request = serde_json::from_str(line).context("malformed request")?;
        if let Request::Start {
            name,
            archive,
            older,
            settings,
        } = request
        {
            // The servers of the previous cluster must have ended first.
            self.cluster = None;
            let folder = self.folder.join(name);
            let plan = Plan {
                archive,
                proxies: true,
                older: self.versions.older.clone().filter(|_| older),
                settings: settings.into_iter().collect(),
                ..Plan::default()
            };
            let cluster = Cluster::start(&self.versions.newer, &folder, &plan)?;
            let cluster = self.cluster.insert(Injector::new(cluster));
            return Ok(cluster.describe());
        }
        if let Request::Stop = request {
            let cluster = self.cluster.take().context("no cluster is running")?;
            return cluster.stop();
        }
        let cluster = self.cluster.as_mut().context("no cluster is running")?;
        cluster.execute(request, &self.versions)
    }
}

/// Reads lines from a connection until it ends.
fn lines_of(connection: TcpStream) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(connection).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}
