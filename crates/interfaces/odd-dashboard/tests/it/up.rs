use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

use crate::program::{Run, program, run};

/// A running observatory. Dropping it kills the process and removes its data.
pub(crate) struct Up {
    child: Child,
    stdout: BufReader<ChildStdout>,
    urls: BTreeMap<String, String>,
    announced_dir: Option<PathBuf>,
    dir: tempfile::TempDir,
}

impl Up {
    pub(crate) fn start() -> Self {
        Self::start_with(|_| {})
    }

    /// Starts one with more settings.
    pub(crate) fn start_with(configure: impl FnOnce(&mut Command)) -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let mut command = up_command(&dir.path().join("data"));
        configure(&mut command);
        Self::launch(command, dir)
    }

    /// Starts one by a command, such as `prlimit`, that runs the rest of its arguments.
    pub(crate) fn start_under(wrapper: &[&str], configure: impl FnOnce(&mut Command)) -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let mut inner = up_command(&dir.path().join("data"));
        configure(&mut inner);
        let mut command = Command::new(wrapper[0]);
        command
            .args(&wrapper[1..])
            .arg(inner.get_program())
            .args(inner.get_args())
            .stdin(Stdio::null());
        for (name, value) in inner.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        Self::launch(command, dir)
    }

    /// Kills the process with SIGKILL and starts another on the same data.
    pub(crate) fn crash_and_restart(mut self) -> Self {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
        let dir = std::mem::replace(&mut self.dir, tempfile::tempdir().expect("a directory"));
        Self::launch(up_command(&dir.path().join("data")), dir)
    }

    /// Kills the process with SIGKILL. Its data and its addresses stay reserved for [`Self::restart`].
    pub(crate) fn crash(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// Starts the process again after [`Self::crash`], on the same data and at the same addresses.
    pub(crate) fn restart(&mut self) {
        let mut command = up_command(&self.data_dir());
        for (role, url) in &self.urls {
            let name = role.trim_start_matches("web-");
            let name = name.replace('-', "_").to_uppercase();
            let address = url.trim_start_matches("http://").trim_end_matches('/');
            command.env(format!("ODD_{name}_ADDR"), address);
        }
        (self.child, self.stdout) = spawn(&mut command);
        while !self.read_announcement() {}
    }

    fn launch(mut command: Command, dir: tempfile::TempDir) -> Self {
        let (child, stdout) = spawn(&mut command);
        let mut up = Self {
            child,
            stdout,
            urls: BTreeMap::new(),
            announced_dir: None,
            dir,
        };
        while !up.read_announcement() {}
        up
    }

    /// Reads one line; returns `true` when it announces that everything is ready.
    fn read_announcement(&mut self) -> bool {
        let mut line = String::new();
        let read = self.stdout.read_line(&mut line).expect("it prints lines");
        assert!(read > 0, "the observatory ended before it was ready");
        let line: serde_json::Value = serde_json::from_str(&line).expect("a line of JSON");
        let text = |name: &str| line[name].as_str().expect("a string").to_owned();
        match text("event").as_str() {
            "data-directory" => self.announced_dir = Some(text("path").into()),
            "listening" => drop(self.urls.insert(text("role"), text("url"))),
            _ => {}
        }
        line["event"] == "ready"
    }

    /// The data directory that it announced.
    pub(crate) fn announced_dir(&self) -> Option<&Path> {
        self.announced_dir.as_deref()
    }

    pub(crate) fn url(&self, role: &str) -> &str {
        &self.urls[role]
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The executable, with the URLs of this observatory.
    pub(crate) fn program(&self) -> Command {
        let mut command = program();
        command
            .env("ODD_GATEWAY_URL", self.url("gateway"))
            .env("ODD_READ_MODEL_URL", self.url("read-model"));
        command
    }

    /// Runs a command against this observatory.
    pub(crate) fn odd(&self, args: &[&str]) -> Run {
        run(self.program().args(args))
    }

    /// Sends a signal to the process.
    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, signal).expect("it runs");
    }

    /// Returns `true` until the process has ended.
    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("it is our child").is_none()
    }

    /// Waits until the process has ended.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.child.wait().expect("it ends")
    }

    /// Asks the process to stop, and waits until it has ended.
    pub(crate) fn stop(&mut self) -> ExitStatus {
        self.signal(rustix::process::Signal::TERM);
        self.wait()
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(command: &mut Command) -> (Child, BufReader<ChildStdout>) {
    let child = command.stdout(Stdio::piped()).spawn();
    let mut child = child.expect("the executable starts");
    let stdout = child.stdout.take().expect("piped");
    (child, BufReader::new(stdout))
}

/// `up` on this directory and free ports.
pub(crate) fn up_command(data_dir: &Path) -> Command {
    let mut command = program();
    command.arg("up").env("ODD_DATA_DIR", data_dir);
    for role in [
        "GATEWAY",
        "READ_MODEL",
        "WEB",
        "PROCESSOR",
        "METRICS_ENGINE",
        "PTY",
        "PTY_METRICS",
    ] {
        command.env(format!("ODD_{role}_ADDR"), "127.0.0.1:0");
    }
    command.env("ODD_LOG", "warn");
    command
}
