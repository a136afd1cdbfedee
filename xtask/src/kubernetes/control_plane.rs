use std::fs::File;
use std::io::Write as _;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use odd_private_servers::{Port, random_secret};
use tempfile::TempDir;

use super::kubectl::Kubectl;
use super::programs::Programs;
use crate::interrupt;
use crate::service_process::ServiceProcess;

const POLL: Duration = Duration::from_millis(100);
const READY_LIMIT: Duration = Duration::from_secs(180);
/// The addresses of Services. No traffic is sent to them without a node.
pub(super) const SERVICE_ADDRESSES: &str = "10.96.0.0/16";

/// etcd and an API server on loopback, with a temporary folder. Nothing runs the pods.
pub(crate) struct ControlPlane {
    pub(crate) kubectl: Kubectl,
    // Dropped in this order: the API server before its store, and both before their folder.
    api_server: ServiceProcess,
    _etcd: ServiceProcess,
    _ports: Vec<Port>,
    folder: TempDir,
}

impl ControlPlane {
    /// Starts the processes on free ports of loopback and waits until the API server is ready.
    pub(crate) fn start(programs: &Programs) -> anyhow::Result<Self> {
        let ports = vec![Port::claim(None)?, Port::claim(None)?];
        Self::start_at(programs, ports[0].address(), ports[1].address(), ports)
    }

    /// Like [`Self::start`], at the addresses of the API server and etcd.
    pub(crate) fn start_at(
        programs: &Programs,
        api: SocketAddr,
        etcd: SocketAddr,
        ports: Vec<Port>,
    ) -> anyhow::Result<Self> {
        let temporary = tempfile::Builder::new().prefix("odd-kubernetes-").tempdir();
        let temporary = temporary.context("cannot create a temporary folder")?;
        let folder = temporary.path();
        let kubectl = Kubectl::new(programs, folder);
        let token = random_secret()?;
        write_private(
            &folder.join("tokens.csv"),
            &format!("{token},admin,admin,system:masters\n"),
        )?;
        write_private(kubectl.configuration(), &configuration(api, folder, &token))?;
        let mut control_plane = Self {
            kubectl,
            _etcd: start_etcd(programs, folder, etcd)?,
            api_server: start_api_server(programs, folder, etcd, api)?,
            _ports: ports,
            folder: temporary,
        };
        control_plane.await_ready()?;
        Ok(control_plane)
    }

    /// Returns the path of a file of the API server: its certificate `apiserver.crt` or its key `apiserver.key`.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn await_ready(&mut self) -> anyhow::Result<()> {
        let deadline = Instant::now() + READY_LIMIT;
        loop {
            interrupt::check()?;
            let answer = self.kubectl.ask(&["get", "--raw", "/readyz"])?;
            if answer.success {
                return Ok(());
            }
            let ended = self.api_server.ended()?;
            let log = || self.api_server.last_log_lines();
            if let Some(status) = ended {
                bail!("the API server ended ({status}):\n{}", log());
            }
            if Instant::now() >= deadline {
                bail!(
                    "the API server is not ready after {} s: {}\n{}",
                    READY_LIMIT.as_secs(),
                    answer.errors,
                    log()
                );
            }
            thread::sleep(POLL);
        }
    }
}

fn start_etcd(
    programs: &Programs,
    folder: &Path,
    address: SocketAddr,
) -> anyhow::Result<ServiceProcess> {
    let url = format!("http://{address}");
    let mut etcd = programs.server("etcd");
    etcd.arg(format!("--data-dir={}", folder.join("etcd").display()))
        .arg(format!("--listen-client-urls={url}"))
        .arg(format!("--advertise-client-urls={url}"))
        // It has no peers.
        .arg("--listen-peer-urls=http://127.0.0.1:0")
        // The data is thrown away.
        .args(["--unsafe-no-fsync", "--log-level=warn"]);
    ServiceProcess::start("etcd", etcd, &folder.join("etcd.log"))
}

fn start_api_server(
    programs: &Programs,
    folder: &Path,
    etcd: SocketAddr,
    address: SocketAddr,
) -> anyhow::Result<ServiceProcess> {
    let file = |name: &str| folder.join(name).display().to_string();
    let mut server = programs.server("kube-apiserver");
    server
        .arg(format!("--etcd-servers=http://{etcd}"))
        .arg(format!("--bind-address={}", address.ip()))
        .arg(format!("--advertise-address={}", address.ip()))
        .arg(format!("--secure-port={}", address.port()))
        .arg("--kubelet-preferred-address-types=InternalIP")
        .arg(format!("--service-cluster-ip-range={SERVICE_ADDRESSES}"))
        // It creates its certificate there. The key signs the tokens of service accounts, too.
        .arg(format!("--cert-dir={}", folder.display()))
        .arg(format!(
            "--service-account-key-file={}",
            file("apiserver.key")
        ))
        .arg(format!(
            "--service-account-signing-key-file={}",
            file("apiserver.key")
        ))
        .arg("--service-account-issuer=https://kubernetes.default.svc.cluster.local")
        .arg(format!("--token-auth-file={}", file("tokens.csv")))
        .args(["--authorization-mode=RBAC", "--allow-privileged=true"]);
    if address.ip().is_loopback() {
        // A loopback address cannot be the endpoint of a Service.
        server.arg("--endpoint-reconciler-type=none");
    }
    ServiceProcess::start("API server", server, &folder.join("kube-apiserver.log"))
}

/// Returns a configuration file of `kubectl`.
fn configuration(address: SocketAddr, folder: &Path, token: &str) -> String {
    let certificate = folder.join("apiserver.crt");
    serde_json::json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "test", "cluster": {
            "server": format!("https://{address}"),
            "certificate-authority": certificate,
        }}],
        "users": [{"name": "admin", "user": {"token": token}}],
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": "admin"}}],
        "current-context": "test",
    })
    .to_string()
}

/// Writes a file that only this user can read.
fn write_private(path: &Path, text: &str) -> anyhow::Result<()> {
    let mut options = File::options();
    let file = options.write(true).create_new(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes()))
        .with_context(|| format!("cannot write {}", path.display()))
}
