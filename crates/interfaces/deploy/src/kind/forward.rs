use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader, Lines};
use tokio::process::{Child, ChildStderr, ChildStdout};
use tokio::task::JoinSet;

use super::{Cluster, NAMESPACE};
use crate::DeployError;
use crate::program::Program;

/// The services with a page or an API, and their ports.
const SERVICES: [(&str, u16); 12] = [
    ("gateway", 3000),
    ("read-model", 8080),
    ("web", 8081),
    ("web-pty", 9000),
    ("prometheus", 9090),
    ("alertmanager", 9093),
    ("grafana", 3002),
    ("jaeger", 16686),
    ("pgadmin", 5050),
    ("mongo-express", 8082),
    ("redisinsight", 8001),
    ("rabbitmq", 15672),
];

/// How long a forward may take to be opened.
const OPEN_LIMIT: Duration = Duration::from_secs(30);

/// The pause before a forward that has ended is opened again; doubled after each failure.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(8);

/// A service of the cluster that can be reached on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forward {
    /// The name of the service.
    pub service: &'static str,
    /// Its port in the cluster.
    pub port: u16,
    /// Where it can be reached.
    pub address: SocketAddr,
}

/// Forwards that are opened again when they end, such as with their pod. They end when this is dropped.
#[derive(Debug)]
pub struct Forwards {
    list: Vec<Forward>,
    _supervisors: JoinSet<()>,
}

/// Returns the path below which a page of the manifests answers; `None` for those at the root of their host.
pub fn base_path(page: &str) -> Option<String> {
    let has_own = ["grafana", "pgadmin", "mongo-express"].contains(&page);
    has_own.then(|| format!("/{page}/"))
}

impl Forwards {
    /// Returns what is forwarded.
    pub fn list(&self) -> &[Forward] {
        &self.list
    }
}

impl Cluster {
    /// Forwards every service with a page or an API to loopback: to its usual port if that is free, to another one otherwise.
    ///
    /// # Errors
    /// If a service cannot be reached.
    pub async fn forward(&self) -> Result<Forwards, DeployError> {
        let mut list = Vec::new();
        let mut supervisors = JoinSet::new();
        for (service, port) in SERVICES {
            let kubectl = self.kubectl();
            let usual = is_free(port).then_some(port);
            let open = match Open::new(&kubectl, service, port, usual).await {
                // Another program was faster.
                Err(_) if usual.is_some() => Open::new(&kubectl, service, port, None).await,
                result => result,
            }?;
            let address = SocketAddr::from((Ipv4Addr::LOCALHOST, open.local));
            list.push(Forward {
                service,
                port,
                address,
            });
            supervisors.spawn(supervise(kubectl, service, port, open));
        }
        Ok(Forwards {
            list,
            _supervisors: supervisors,
        })
    }

    /// Returns the commands that forward the same services.
    pub fn forward_commands(&self) -> Vec<String> {
        let kubeconfig = self.kubeconfig();
        let command = |(service, port)| {
            format!(
                "kubectl --kubeconfig {} --namespace {NAMESPACE} port-forward service/{service} {port}",
                kubeconfig.display()
            )
        };
        SERVICES.map(command).to_vec()
    }
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// Opens a forward again whenever it ends.
async fn supervise(kubectl: Program, service: &'static str, port: u16, open: Open) {
    let local = open.local;
    let mut current = Some(open);
    let mut pause = FIRST_PAUSE;
    loop {
        if let Some(open) = current.take() {
            open.ended().await;
            pause = FIRST_PAUSE;
        }
        tokio::time::sleep(pause).await;
        pause = LONGEST_PAUSE.min(2 * pause);
        current = Open::new(&kubectl, service, port, Some(local)).await.ok();
    }
}

/// A running `kubectl port-forward`.
struct Open {
    child: Child,
    output: Lines<BufReader<ChildStdout>>,
    errors: Lines<BufReader<ChildStderr>>,
    /// The port on this machine.
    local: u16,
}

impl Open {
    /// Starts the program, and waits until it listens.
    async fn new(
        kubectl: &Program,
        service: &str,
        port: u16,
        local: Option<u16>,
    ) -> Result<Self, DeployError> {
        let ports = match local {
            Some(local) => format!("{local}:{port}"),
            None => format!(":{port}"),
        };
        let target = format!("service/{service}");
        let arguments = [
            "port-forward",
            "--namespace",
            NAMESPACE,
            "--address",
            "127.0.0.1",
            &target,
            &ports,
        ];
        let (child, stdout, stderr) = kubectl.start(&arguments)?;
        let mut open = Self {
            child,
            output: BufReader::new(stdout).lines(),
            errors: BufReader::new(stderr).lines(),
            local: 0,
        };
        let listening = tokio::time::timeout(OPEN_LIMIT, async {
            while let Ok(Some(line)) = open.output.next_line().await {
                if let Some(local) = local_port(&line) {
                    return Some(local);
                }
            }
            None
        });
        match listening.await {
            Ok(Some(local)) => Ok(Self { local, ..open }),
            Ok(None) => Err(open.failure(kubectl.shown(&arguments)).await),
            Err(_) => Err(DeployError::TooSlow {
                command: kubectl.shown(&arguments),
                seconds: OPEN_LIMIT.as_secs(),
            }),
        }
    }

    /// Waits until it ends. Its output is read, so that it never waits for that.
    async fn ended(mut self) {
        tokio::join!(drain(&mut self.output), drain(&mut self.errors));
        let _ = self.child.wait().await;
    }

    async fn failure(mut self, command: String) -> DeployError {
        let mut output = String::new();
        if let Ok(Some(line)) = self.errors.next_line().await {
            output = line;
        }
        let status = match self.child.wait().await {
            Ok(status) => status.to_string(),
            Err(error) => error.to_string(),
        };
        DeployError::Failed {
            command,
            status,
            output,
        }
    }
}

async fn drain<R: AsyncRead + Unpin>(lines: &mut Lines<BufReader<R>>) {
    while let Ok(Some(_)) = lines.next_line().await {}
}

/// Reads the port of a line such as `Forwarding from 127.0.0.1:3000 -> 3000`.
fn local_port(line: &str) -> Option<u16> {
    let address = line
        .strip_prefix("Forwarding from ")?
        .split(" -> ")
        .next()?;
    let address: SocketAddr = address.parse().ok()?;
    Some(address.port())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Bundle;

    #[test]
    fn port_of_a_forward_is_read() {
        let line = "Forwarding from 127.0.0.1:43567 -> 3000";
        assert_eq!(local_port(line), Some(43567));
        assert_eq!(local_port("Handling connection for 43567"), None);
    }

    #[test]
    fn every_forwarded_service_is_in_the_manifests() {
        for (service, port) in SERVICES {
            let file = Bundle::get(&format!("k8s/base/{service}.yaml")).expect(service);
            let text = String::from_utf8_lossy(&file.data).into_owned();
            assert!(text.contains(&format!(" port: {port}, ")), "{service}");
        }
    }

    #[test]
    fn pages_with_a_path_are_those_of_the_ingress() {
        let ingress = Bundle::get("k8s/base/ingress.yaml").expect("part of the bundle");
        let text = String::from_utf8_lossy(&ingress.data).into_owned();
        for (service, _) in SERVICES {
            let is_there = text.contains(&format!("path: /{service},"));
            assert_eq!(base_path(service).is_some(), is_there, "{service}");
        }
    }
}
