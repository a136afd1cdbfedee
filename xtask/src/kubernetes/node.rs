use std::ffi::OsString;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use odd_private_servers::{GoModule, dependent_command};
use serde_json::json;
use tempfile::TempDir;

use super::control_plane::ControlPlane;
use super::dns;
use super::images::Images;
use super::machine::Machine;
use super::policies;
use super::programs::Programs;
use super::settings;
use super::stand_ins::{IMAGE, PAUSE};
use crate::interrupt;
use crate::process;
use crate::service_process::ServiceProcess;
use crate::workspace::Workspace;

/// The name of the node.
pub(crate) const NAME: &str = "node";
/// Its address, at which its DNS server answers.
pub(crate) const ADDRESS: Ipv4Addr = Ipv4Addr::new(10, 90, 0, 1);
const POD_ADDRESSES: &str = "10.244.0.0/24";
/// Programs of Debian packages, and a file of another one.
const NEEDED: [(&str, &str); 7] = [
    ("/usr/bin/containerd", "containerd"),
    ("/usr/sbin/runc", "runc"),
    ("/usr/lib/cni/bridge", "containernetworking-plugins"),
    ("/usr/sbin/nft", "nftables"),
    ("/usr/sbin/conntrack", "conntrack"),
    ("/usr/sbin/iptables", "iptables"),
    ("/usr/sbin/ipset", "ipset"),
];
const STAND_IN: &str = "infra/k8s/test-tools/stand-in";
const BUILD_LIMIT: Duration = Duration::from_secs(10 * 60);
const READY_LIMIT: Duration = Duration::from_secs(120);
const POLL: Duration = Duration::from_millis(200);

/// A control plane and a node that runs pods.
pub(crate) struct Node {
    // Dropped in this order: everything inside has ended before the folders are deleted.
    machine: Machine,
    processes: Vec<ServiceProcess>,
    pub(crate) control_plane: ControlPlane,
    pub(crate) client: Client,
    folder: TempDir,
}

/// Runs clients inside the network of the node.
pub(crate) struct Client {
    entry: Vec<OsString>,
    program: PathBuf,
}

impl Client {
    /// Fails unless a server accepts connections at `address`.
    pub(crate) fn connect(&self, address: &str) -> anyhow::Result<()> {
        process::run(self.command(&self.program).args(["connect", address]))
    }

    /// Returns the body of the answer, without a final line break. Fails unless its status is 200.
    pub(crate) fn get(&self, url: &str) -> anyhow::Result<String> {
        let answer = process::output(self.command(&self.program).args(["get", url]))?;
        Ok(answer.trim_end().to_owned())
    }

    /// Returns a command that runs inside.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(&self.entry[0]);
        command.args(&self.entry[1..]).arg(program);
        command
    }
}

/// Builds the program that takes the place of others in containers, unless it was built before.
pub(crate) fn replacement_program(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let module = GoModule {
        folder: &workspace.root.join(STAND_IN),
        program: "stand-in",
        variables: &[],
        limit: BUILD_LIMIT,
    };
    module
        .build()
        .context("cannot build the program of the containers")
}

impl Node {
    /// Starts everything and waits until the node is ready. Needs root.
    pub(crate) fn start(workspace: &Workspace, images: Option<&Images>) -> anyhow::Result<Self> {
        check_requirements()?;
        let programs = Programs::build(workspace)?;
        let stand_in = replacement_program(workspace)?;
        let dns = dns::build(workspace)?;
        let policies = policies::build(workspace)?;
        let folder = tempfile::Builder::new().prefix("odd-node-").tempdir()?;
        let machine = Machine::start(folder.path(), &ADDRESS.to_string())?;
        let client = Client {
            entry: machine.entry(),
            program: stand_in,
        };
        let programs = programs.inside(machine.entry());
        let api = SocketAddr::from((ADDRESS, 6443));
        let etcd = SocketAddr::from((Ipv4Addr::LOCALHOST, 2379));
        let control_plane = ControlPlane::start_at(&programs, api, etcd, Vec::new())?;
        let mut node = Self {
            machine,
            processes: Vec::new(),
            control_plane,
            client,
            folder,
        };
        node.start_containers()?;
        if let Some(images) = images {
            node.import(&images.archive)?;
        }
        node.start_programs(&programs)?;
        let client = node.control_plane.kubectl.configuration().to_owned();
        let folder = node.folder().to_owned();
        node.run("CoreDNS", |command| {
            command.arg(dns);
            dns::configure(command, &folder, ADDRESS, &client)
        })?;
        node.await_ready()?;
        // It does not start before its node exists.
        node.run("kube-router", |command| {
            command.arg(policies);
            policies::configure(command, NAME, &client);
            Ok(())
        })?;
        Ok(node)
    }

    /// Returns the folder of the node, which exists inside too.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn start_containers(&mut self) -> anyhow::Result<()> {
        let folder = self.folder().to_owned();
        let path = |name: &str| folder.join(name).display().to_string();
        let interfaces = json!({
            "cniVersion": "1.0.0",
            "name": "pods",
            "plugins": [{
                "type": "bridge",
                "bridge": "cni0",
                "isGateway": true,
                "hairpinMode": true,
                "ipam": {
                    "type": "host-local",
                    "dataDir": path("addresses"),
                    "ranges": [[{"subnet": POD_ADDRESSES}]],
                    "routes": [{"dst": "0.0.0.0/0"}],
                },
            }],
        });
        fs::create_dir(folder.join("cni"))?;
        fs::write(folder.join("cni/10-pods.conflist"), interfaces.to_string())?;
        fs::write(
            folder.join("containerd.toml"),
            settings::containerd(&folder),
        )?;
        self.run("containerd", |command| {
            command
                .arg("containerd")
                .args(["-c", &path("containerd.toml")]);
            Ok(())
        })?;
        let socket = path("containerd.sock");
        let deadline = Instant::now() + READY_LIMIT;
        while !Path::new(&socket).exists() {
            interrupt::check()?;
            ensure!(
                Instant::now() < deadline,
                "containerd does not become ready"
            );
            thread::sleep(POLL);
        }
        let image = path("image.tar");
        let mut stand_in = Command::new(&self.client.program);
        process::run(stand_in.args(["image", &image, IMAGE, PAUSE]))?;
        self.import(Path::new(&image))
    }

    /// Adds the images of an archive.
    fn import(&self, archive: &Path) -> anyhow::Result<()> {
        let mut import = self.machine.command("ctr");
        import
            .arg("--address")
            .arg(self.folder().join("containerd.sock"));
        import.args(["--namespace", "k8s.io", "images", "import"]);
        process::run(import.arg(archive))
    }

    fn start_programs(&mut self, programs: &Programs) -> anyhow::Result<()> {
        let folder = self.folder().to_owned();
        let path = |name: &str| folder.join(name).display().to_string();
        let client = self
            .control_plane
            .kubectl
            .configuration()
            .display()
            .to_string();
        let key = self.control_plane.file("apiserver.key");
        let certificate = self.control_plane.file("apiserver.crt");
        let controllers = [
            format!("--kubeconfig={client}"),
            format!("--service-account-private-key-file={}", key.display()),
            format!("--root-ca-file={}", certificate.display()),
            "--use-service-account-credentials=true".to_owned(),
            "--leader-elect=false".to_owned(),
            "--secure-port=0".to_owned(),
        ];
        let scheduler = [
            format!("--kubeconfig={client}"),
            "--leader-elect=false".to_owned(),
            "--secure-port=0".to_owned(),
        ];
        fs::write(
            folder.join("kubelet.json"),
            settings::kubelet(&folder, ADDRESS).to_string(),
        )?;
        let kubelet = [
            format!("--config={}", path("kubelet.json")),
            format!("--kubeconfig={client}"),
            format!("--hostname-override={NAME}"),
            format!("--node-ip={ADDRESS}"),
            format!("--root-dir={}", path("kubelet")),
            format!("--cert-dir={}", path("kubelet-certificates")),
        ];
        let proxy = [
            format!("--kubeconfig={client}"),
            format!("--hostname-override={NAME}"),
            format!("--bind-address={ADDRESS}"),
            format!("--cluster-cidr={POD_ADDRESSES}"),
            "--proxy-mode=nftables".to_owned(),
            // The table of connections belongs to the whole machine.
            "--conntrack-max-per-core=0".to_owned(),
        ];
        for (name, arguments) in [
            ("kube-controller-manager", &controllers[..]),
            ("kube-scheduler", &scheduler[..]),
            ("kubelet", &kubelet[..]),
            ("kube-proxy", &proxy[..]),
        ] {
            let mut command = programs.server(name);
            command.args(arguments);
            let log = folder.join(format!("{name}.log"));
            self.processes
                .push(ServiceProcess::start(name, command, &log)?);
        }
        Ok(())
    }

    fn run(
        &mut self,
        name: &str,
        arguments: impl FnOnce(&mut Command) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let entry = self.machine.entry();
        let mut command = dependent_command(&entry[0]);
        command.args(&entry[1..]);
        arguments(&mut command)?;
        let log = self.folder().join(format!("{name}.log"));
        self.processes
            .push(ServiceProcess::start(name, command, &log)?);
        Ok(())
    }

    fn await_ready(&mut self) -> anyhow::Result<()> {
        let deadline = Instant::now() + READY_LIMIT;
        let status = "jsonpath={.status.conditions[?(@.type==\"Ready\")].status}";
        loop {
            interrupt::check()?;
            let answer = self
                .control_plane
                .kubectl
                .ask(&["get", "node", NAME, "-o", status])?;
            if answer.output == "True" {
                return Ok(());
            }
            for process in &mut self.processes {
                if let Some(status) = process.ended()? {
                    bail!(
                        "a program of the node ended ({status}):\n{}",
                        process.last_log_lines()
                    );
                }
            }
            if Instant::now() >= deadline {
                let logs: Vec<String> = self
                    .processes
                    .iter()
                    .map(ServiceProcess::last_log_lines)
                    .collect();
                bail!("the node does not become ready:\n{}", logs.join("\n\n"));
            }
            thread::sleep(POLL);
        }
    }
}

/// Fails unless this process is root and all programs are installed, and names the packages.
fn check_requirements() -> anyhow::Result<()> {
    ensure!(
        cfg!(target_os = "linux") && rustix::process::geteuid().is_root(),
        "a node needs root on Linux: run the command with sudo"
    );
    let absent = NEEDED.iter().filter(|(file, _)| !Path::new(file).exists());
    let packages: Vec<&str> = absent.map(|(_, package)| *package).collect();
    ensure!(
        packages.is_empty(),
        "programs are missing; on Debian and Ubuntu `apt-get install {}`",
        packages.join(" ")
    );
    Ok(())
}
