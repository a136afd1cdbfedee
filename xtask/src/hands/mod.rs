//! The hands of the referee on a cluster: it judges and decides what breaks, they start, break and mend.
//!
//! The referee connects to a port on loopback and sends one JSON object per line ([`Request`]); each is answered by one
//! line, `{"ok": ...}` or `{"error": "..."}`. Between requests, roles that ended are started again, as a supervisor
//! would. The hands know nothing of promises.

mod request;
mod supervisor;

use std::io::{BufRead, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Child;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde_json::{Value, json};

use crate::cluster::{Cluster, Plan};
use request::Request;
use supervisor::Supervisor;

const CONNECT_WITHIN: Duration = Duration::from_secs(30);
/// How often ended roles are looked for.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A port where the referee finds its hands.
pub(crate) struct Hands {
    listener: TcpListener,
    binary: PathBuf,
    folder: PathBuf,
    cluster: Option<Supervisor>,
    interrupted: Arc<AtomicBool>,
}

impl Hands {
    /// Clusters run `binary` and keep everything under `folder`.
    pub(crate) fn open(binary: PathBuf, folder: PathBuf) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).context("no port is free")?;
        listener.set_nonblocking(true)?;
        let interrupted = Arc::new(AtomicBool::new(false));
        let flag = interrupted.clone();
        // Without a handler, roles would outlive an interrupted xtask.
        ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed))
            .context("signals cannot be handled")?;
        Ok(Self {
            listener,
            binary,
            folder,
            cluster: None,
            interrupted,
        })
    }

    pub(crate) fn address(&self) -> anyhow::Result<SocketAddr> {
        Ok(self.listener.local_addr()?)
    }

    /// Obeys `referee` until it hangs up or `limit` is over, then ends everything that runs.
    pub(crate) fn serve(mut self, referee: &mut Child, limit: Duration) -> anyhow::Result<()> {
        let deadline = Instant::now() + limit;
        let mut connection = self.accept(referee)?;
        let lines = lines_of(connection.try_clone()?);
        loop {
            match lines.recv_timeout(LOOK_EVERY) {
                Ok(line) => {
                    let answer = match self.obey(&line) {
                        Ok(value) => json!({ "ok": value }),
                        Err(error) => json!({ "error": format!("{error:#}") }),
                    };
                    writeln!(connection, "{answer}").context("the referee hung up")?;
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => return Ok(()),
                Err(mpsc::RecvTimeoutError::Timeout) => {}
            }
            if let Some(cluster) = &mut self.cluster {
                cluster.look_after()?;
            }
            if self.interrupted.load(Ordering::Relaxed) {
                bail!("interrupted");
            }
            if Instant::now() > deadline {
                bail!("the referee took longer than {} s", limit.as_secs());
            }
        }
    }

    fn accept(&self, referee: &mut Child) -> anyhow::Result<TcpStream> {
        let deadline = Instant::now() + CONNECT_WITHIN;
        while Instant::now() < deadline {
            if let Ok((connection, _)) = self.listener.accept() {
                connection.set_nonblocking(false)?;
                return Ok(connection);
            }
            if let Some(status) = referee.try_wait()? {
                bail!("the referee ended before it began: {status}");
            }
            thread::sleep(LOOK_EVERY);
        }
        bail!("the referee does not connect");
    }

    fn obey(&mut self, line: &str) -> anyhow::Result<Value> {
        let request = serde_json::from_str(line).context("this is no request")?;
        if let Request::Start {
            name,
            archive,
            settings,
        } = request
        {
            // The servers of the last cluster must be gone first.
            self.cluster = None;
            let folder = self.folder.join(name);
            let plan = Plan {
                archive,
                links: true,
                settings: settings.into_iter().collect(),
                ..Plan::default()
            };
            let cluster = Cluster::start(&self.binary, &folder, &plan)?;
            let cluster = self.cluster.insert(Supervisor::of(cluster));
            return Ok(cluster.describe());
        }
        if let Request::Stop = request {
            let cluster = self.cluster.take().context("no cluster runs")?;
            return cluster.stop();
        }
        let cluster = self.cluster.as_mut().context("no cluster runs")?;
        cluster.obey(request)
    }
}

/// What comes over a connection, until it ends.
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
