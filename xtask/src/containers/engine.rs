use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use odd_private_servers::dependent_command;

use super::compose;
use super::namespace::Namespace;
use crate::process;
use crate::workspace::Workspace;

const START_LIMIT: Duration = Duration::from_secs(60);
const STOP_LIMIT: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(100);

/// Containers of the private engine lack what this machine lacks: a process without CAP_SYS_RESOURCE can neither pass it on nor
/// raise limits.
const RUNTIME: &str = "tests/containers/runtime.py";

/// A Docker engine: the one of this machine, or a private one in a network namespace of its own.
pub(crate) enum Engine {
    Installed,
    Private(PrivateEngine),
}

/// An engine that ends with this value, with its containers.
pub(crate) struct PrivateEngine {
    folder: PathBuf,
    search_path: OsString,
    process: Child,
    namespace: Namespace,
}

impl Engine {
    /// Uses the engine of this machine if one answers, and otherwise starts a private one: as root on Linux, with Debian's
    /// package `docker.io`.
    ///
    /// # Errors
    /// If there is no engine, and none can be started.
    pub(crate) fn find(workspace: &Workspace) -> anyhow::Result<Self> {
        if process::is_installed("docker", &["version"]) {
            return Ok(Self::Installed);
        }
        ensure!(
            process::is_installed("dockerd", &["--version"])
                && process::is_installed("ip", &["-Version"]),
            "no Docker engine answers, and none can be started: install Docker, or as root on Debian `apt-get install docker.io iproute2`"
        );
        PrivateEngine::start(workspace).map(Self::Private)
    }

    /// Returns the engine of this machine.
    ///
    /// # Errors
    /// If none answers.
    pub(crate) fn installed() -> anyhow::Result<Self> {
        ensure!(
            process::is_installed("docker", &["version"]),
            "no Docker engine answers: install Docker, or start it"
        );
        Ok(Self::Installed)
    }

    /// Returns `true` if images come from a registry. The private engine has no network, so its images are built here.
    pub(crate) const fn has_registry(&self) -> bool {
        matches!(self, Self::Installed)
    }

    /// Returns a command that uses this engine and reaches the ports of its containers.
    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
        self.enter(program.as_ref(), |program| Command::new(program))
    }

    /// Like [`Self::command`], for a process that ends with this one.
    pub(crate) fn server(&self, program: impl AsRef<Path>) -> Command {
        self.enter(program.as_ref(), |program| dependent_command(program))
    }

    /// Returns the search path of these commands.
    pub(crate) fn search_path(&self) -> OsString {
        match self {
            Self::Installed => env::var_os("PATH").unwrap_or_default(),
            Self::Private(engine) => engine.search_path.clone(),
        }
    }

    fn enter(&self, program: &Path, create: fn(&OsStr) -> Command) -> Command {
        match self {
            Self::Installed => create(program.as_os_str()),
            Self::Private(engine) => {
                let mut command = create(OsStr::new("nsenter"));
                command
                    .arg(engine.namespace.option())
                    .arg(program)
                    .env("DOCKER_HOST", engine.host())
                    .env("DOCKER_BUILDKIT", "1")
                    .env("PATH", &engine.search_path);
                command
            }
        }
    }

    /// Returns a command of `docker`.
    pub(crate) fn docker(&self, arguments: &[&str]) -> Command {
        let mut command = self.command("docker");
        command.args(arguments);
        command
    }
}

impl PrivateEngine {
    fn start(workspace: &Workspace) -> anyhow::Result<Self> {
        let search_path = compose::search_path(workspace)?;
        let folder = workspace.scratch("docker")?;
        let runtime = folder.join("runtime");
        fs::copy(workspace.root.join(RUNTIME), &runtime)?;
        fs::set_permissions(&runtime, fs::Permissions::from_mode(0o755))?;
        let namespace = Namespace::create()?;
        let log = fs::File::create(folder.join("dockerd.log"))?;
        let process = Command::new("nsenter")
            .arg(namespace.option())
            .args(["setpriv", "--pdeathsig", "TERM", "dockerd"])
            .arg("--data-root")
            .arg(folder.join("data"))
            .arg("--exec-root")
            .arg(folder.join("exec"))
            .arg("--pidfile")
            .arg(folder.join("dockerd.pid"))
            .arg("--host")
            .arg(format!("unix://{}", folder.join("docker.sock").display()))
            .arg("--add-runtime")
            .arg(format!("odd={}", runtime.display()))
            .args(["--default-runtime", "odd"])
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("cannot start dockerd")?;
        let engine = Self {
            folder,
            search_path,
            process,
            namespace,
        };
        engine.await_answer()?;
        Ok(engine)
    }

    fn host(&self) -> String {
        format!("unix://{}", self.folder.join("docker.sock").display())
    }

    fn await_answer(&self) -> anyhow::Result<()> {
        let deadline = Instant::now() + START_LIMIT;
        let answers = || {
            Command::new("docker")
                .arg("version")
                .env("DOCKER_HOST", self.host())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .is_ok_and(|status| status.success())
        };
        while !answers() {
            if Instant::now() > deadline {
                bail!(
                    "dockerd does not answer; its log is {}",
                    self.folder.join("dockerd.log").display()
                );
            }
            thread::sleep(POLL);
        }
        Ok(())
    }
}

impl Drop for PrivateEngine {
    /// Stops the engine, which stops its containers.
    fn drop(&mut self) {
        let id = i32::try_from(self.process.id()).ok();
        if let Some(id) = id.and_then(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process(id, rustix::process::Signal::TERM);
        }
        let deadline = Instant::now() + STOP_LIMIT;
        while matches!(self.process.try_wait(), Ok(None)) && Instant::now() < deadline {
            thread::sleep(POLL);
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
