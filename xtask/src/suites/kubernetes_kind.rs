//! `odd-dashboard cluster` on a real cluster of kind: the start passes the gate, a second start changes nothing, forwards survive
//! the end of their pod, and the end removes everything.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use odd_private_servers::GoModule;
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::containers::{Engine, Images, LOCAL_IMAGE, build_node_image, complete};
use crate::interrupt;
use crate::kubernetes::Programs;
use crate::process;
use crate::service_process::{ServiceProcess, ignore_user_configuration};
use crate::tally::Count;
use crate::workspace::{Profile, Workspace};

const NAME: &str = "observatory-check";
const NAMESPACE: &str = "observatory";
const KIND: &str = "infra/k8s/test-tools/kind";
const BUILD_LIMIT: Duration = Duration::from_secs(10 * 60);
const START_LIMIT: Duration = Duration::from_secs(5 * 60);
/// How long a forward may take to lead to the pod that follows the deleted one.
const FORWARD_LIMIT: Duration = Duration::from_secs(90);
const STOP_LIMIT: Duration = Duration::from_secs(30);

/// A cluster that may exist, and how it is started.
struct Cluster<'a> {
    engine: &'a Engine,
    binary: PathBuf,
    folder: PathBuf,
    /// Options of `cluster up` for images that no registry has.
    options: Vec<String>,
    search_path: OsString,
}

/// Runs the suite. Returns the number of checks.
///
/// # Errors
/// If a check fails; the cluster is deleted in any case.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<Count> {
    interrupt::catch()?;
    let engine = Engine::find(workspace)?;
    Images::prepare(workspace, &engine, Profile::DEV)?;
    let mut options = vec![format!("--image={LOCAL_IMAGE}")];
    let mut search_path = engine.search_path();
    if !engine.has_registry() {
        let images = complete(workspace, &engine)?;
        options.push(format!("--load={}", images.join(",")));
        let node = build_node_image(workspace, &engine)?;
        options.push(format!("--node-image={node}"));
        let folders = [tools(workspace)?];
        let others = env::split_paths(&search_path);
        search_path = env::join_paths(folders.into_iter().chain(others))?;
    }
    let cluster = Cluster {
        engine: &engine,
        binary: workspace.binary(Profile::DEV),
        folder: workspace.scratch("kind-check")?,
        options,
        search_path,
    };
    // An earlier run may have been killed.
    process::run(&mut cluster.command(&["cluster", "down", "--yes"]))?;
    if cluster.data().exists() {
        fs::remove_dir_all(cluster.data())?;
    }
    let result = cluster.check();
    if result.is_err()
        && let Err(error) = cluster.keep_logs(&workspace.scratch("kind-logs")?)
    {
        eprintln!("the logs of the cluster are not kept: {error:#}");
    }
    let removed = cluster.remove();
    let passed = result?;
    removed?;
    Ok(Count {
        passed: passed + 1,
        failed: 0,
    })
}

/// Returns a folder with kind and kubectl, built from source.
fn tools(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let kind = GoModule {
        folder: &workspace.root.join(KIND),
        program: "kind",
        variables: &[],
        limit: BUILD_LIMIT,
    };
    let kind = kind.build().context("cannot build kind")?;
    let folder = workspace.scratch("kind-tools")?;
    let programs = Programs::build(workspace)?;
    for (program, name) in [(&*kind, "kind"), (programs.executable(), "kubectl")] {
        let link = folder.join(name);
        if link.is_symlink() {
            fs::remove_file(&link)?;
        }
        symlink(program, link)?;
    }
    Ok(folder)
}

impl Cluster<'_> {
    fn check(&self) -> anyhow::Result<usize> {
        let events = self.up(&[])?;
        let is_passed = |event: &Value| event["event"] == "gate" && event["passed"] == true;
        ensure!(events.iter().any(is_passed), "the gate passes");
        let status = self.status()?;
        ensure!(status["isReady"] == true, "not ready: {status}");
        let pods = self.pods()?;
        self.up(&["--skip-gate"])?;
        ensure!(pods == self.pods()?, "a second start replaces no pod");
        println!("a second start has replaced none of {} pods", pods.len());
        self.check_forwards()?;
        Ok(4)
    }

    /// Starts the cluster, and returns what the command prints.
    fn up(&self, arguments: &[&str]) -> anyhow::Result<Vec<Value>> {
        let mut up = self.command(&["cluster", "up", "--detach", "--timeout", "30m"]);
        up.args(arguments).args(&self.options);
        let started = process::tee(&mut up)?;
        ensure!(started.success, "the cluster does not start");
        let lines = started.text.lines();
        let events: Result<Vec<Value>, _> = lines.map(serde_json::from_str).collect();
        let events = events.context("`cluster up` prints JSON lines")?;
        let last = events.last().map(|event| &event["event"]);
        ensure!(last == Some(&json!("ready")), "`ready` is the last event");
        Ok(events)
    }

    fn status(&self) -> anyhow::Result<Value> {
        let mut status = self.command(&["cluster", "status", "--output", "json"]);
        // It fails unless everything is ready.
        let output = status.output().context("cannot start odd-dashboard")?;
        let errors = String::from_utf8_lossy(&output.stderr);
        serde_json::from_slice(&output.stdout)
            .with_context(|| format!("`cluster status` prints no JSON: {errors}"))
    }

    /// Returns the identities of the pods.
    fn pods(&self) -> anyhow::Result<Vec<String>> {
        let ids = self.kubectl(&[
            "get",
            "pods",
            "--output",
            "jsonpath={.items[*].metadata.uid}",
        ])?;
        Ok(ids.split_whitespace().map(str::to_owned).collect())
    }

    /// Runs jobs through the forwards, before and after the end of the pod of a gateway.
    fn check_forwards(&self) -> anyhow::Result<()> {
        let mut up = self.server(&["cluster", "up", "--skip-gate"]);
        up.args(&self.options);
        let log = self.folder.join("forwards.log");
        let mut forwards = ServiceProcess::start("cluster", up, &log)?;
        let deadline = Instant::now() + START_LIMIT;
        let (mut gateway, mut read_model) = (None, None);
        loop {
            let announcement = forwards.next_announcement(deadline)?;
            match (&*announcement.event, announcement.role.as_deref()) {
                ("listening", Some("gateway")) => gateway = announcement.url,
                ("listening", Some("read-model")) => read_model = announcement.url,
                ("ready", _) => break,
                _ => {}
            }
        }
        let gateway = gateway.context("the gateway is forwarded")?;
        let read_model = read_model.context("the read model is forwarded")?;
        let submit = || -> anyhow::Result<()> {
            let mut submit = self.engine.command(&self.binary);
            ignore_user_configuration(&mut submit);
            submit
                .args(["submit", "echo", "--wait", "--timeout", "20s"])
                .args(["--gateway-url", &gateway, "--read-model-url", &read_model])
                .env("ODD_TOKEN_FILE", self.data().join("secrets/admin-token"));
            process::output(&mut submit).map(drop)
        };
        submit()?;
        let gateways = "app.kubernetes.io/name=gateway";
        self.kubectl(&["delete", "pods", "--selector", gateways])?;
        let deadline = Instant::now() + FORWARD_LIMIT;
        while let Err(error) = submit() {
            interrupt::check()?;
            if Instant::now() > deadline {
                return Err(error.context("the forward does not lead to the next pod"));
            }
            thread::sleep(Duration::from_secs(1));
        }
        println!("a forward has been opened again after the end of its pod");
        forwards.signal(Signal::INT);
        let status = forwards.await_end(STOP_LIMIT)?;
        ensure!(status.success(), "after Ctrl+C: {status}");
        Ok(())
    }

    /// Writes the logs of the node and its pods to a folder, and what failed checks of the gate left behind.
    fn keep_logs(&self, folder: &Path) -> anyhow::Result<()> {
        let mut export = self.configured(self.engine.command("kind"));
        export.args(["export", "logs", "--name", NAME]).arg(folder);
        process::run(&mut export)?;
        let gate = self.data().join("gate");
        if gate.exists() {
            let kept = folder.join("gate");
            if kept.exists() {
                fs::remove_dir_all(&kept)?;
            }
            fs::rename(gate, kept)?;
        }
        Ok(())
    }

    /// Deletes the cluster, and fails if a part of it is left.
    fn remove(&self) -> anyhow::Result<()> {
        process::run(&mut self.command(&["cluster", "down", "--yes"]))?;
        ensure!(self.status()?["exists"] == false, "the cluster is deleted");
        ensure!(!self.data().exists(), "its passwords are deleted");
        let label = format!("label=io.x-k8s.kind.cluster={NAME}");
        let mut list = self
            .engine
            .docker(&["ps", "--all", "--quiet", "--filter", &label]);
        let containers = process::output(&mut list)?;
        ensure!(containers.trim().is_empty(), "its node is deleted");
        Ok(())
    }

    /// The directory of the cluster.
    fn data(&self) -> PathBuf {
        self.folder.join("kubernetes").join(NAME)
    }

    fn kubectl(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let mut kubectl = self.configured(self.engine.command("kubectl"));
        let kubeconfig = self.data().join("kubeconfig");
        kubectl.arg("--kubeconfig").arg(kubeconfig);
        kubectl.args(["--namespace", NAMESPACE]).args(arguments);
        process::output(&mut kubectl)
    }

    /// Returns a command of `odd-dashboard` for this cluster.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.configured(self.engine.command(&self.binary));
        command.args(arguments).args(["--name", NAME]);
        command
    }

    /// Returns a command that ends with this process.
    fn server(&self, arguments: &[&str]) -> Command {
        let mut command = self.configured(self.engine.server(&self.binary));
        command.args(arguments).args(["--name", NAME]);
        command
    }

    fn configured(&self, mut command: Command) -> Command {
        ignore_user_configuration(&mut command);
        command
            .env("ODD_DATA_DIR", &self.folder)
            .env("PATH", &self.search_path);
        command
    }
}
