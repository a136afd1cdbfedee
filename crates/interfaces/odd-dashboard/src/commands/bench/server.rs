use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use odd_client::Url;
use serde::Deserialize;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::Instant;

use crate::failure::Failure;

const READY_LIMIT: Duration = Duration::from_secs(120);
const STOP_LIMIT: Duration = Duration::from_secs(30);

/// A separate observatory: a child process on a temporary data directory. Dropping it kills the process and removes the
/// directory.
pub(super) struct Server {
    dir: PathBuf,
    telemetry: Option<String>,
    child: Child,
    urls: BTreeMap<String, String>,
    ready_after: Duration,
}

#[derive(Deserialize)]
struct Announcement {
    event: String,
    role: Option<String>,
    url: Option<String>,
}

impl Server {
    /// Starts an observatory. Given the URL of a trace collector, it writes a log and sends one trace in ten.
    pub(super) async fn start(parent: &Path, telemetry: Option<String>) -> Result<Self, Failure> {
        let dir = parent.join(format!("odd-bench-{}", uuid::Uuid::new_v4()));
        let (child, urls, ready_after) = launch(&dir, telemetry.as_deref()).await?;
        Ok(Self {
            dir,
            telemetry,
            child,
            urls,
            ready_after,
        })
    }

    /// Stops the process and starts another on the same directory.
    pub(super) async fn restart(&mut self) -> Result<(), Failure> {
        end(&mut self.child).await?;
        let telemetry = self.telemetry.as_deref();
        (self.child, self.urls, self.ready_after) = launch(&self.dir, telemetry).await?;
        Ok(())
    }

    /// Stops the process and removes the directory.
    pub(super) async fn stop(mut self) -> Result<(), Failure> {
        end(&mut self.child).await
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id().unwrap_or_default()
    }

    pub(super) fn ready_after(&self) -> Duration {
        self.ready_after
    }

    /// Returns the base URLs of all roles.
    pub(super) fn urls(&self) -> Vec<Url> {
        let urls = self.urls.values();
        urls.filter_map(|url| Url::parse(url).ok()).collect()
    }

    pub(super) fn url(&self, role: &str) -> Result<Url, Failure> {
        let url = self.urls.get(role).and_then(|url| Url::parse(url).ok());
        url.ok_or_else(|| Failure::failed(format!("the observatory did not announce its {role}")))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The process may have ended already, and the directory is only temporary.
        let _ = self.child.start_kill();
        let _ = std::fs::remove_dir_all(&self.dir);
        let _ = std::fs::remove_file(log_file(&self.dir));
    }
}

type Launched = (Child, BTreeMap<String, String>, Duration);

async fn launch(dir: &Path, telemetry: Option<&str>) -> Result<Launched, Failure> {
    let begun = Instant::now();
    let mut child = command(dir, telemetry)?
        .spawn()
        .map_err(|error| Failure::failed("cannot start an observatory").cause(error))?;
    let stdout = child.stdout.take().expect("standard output is piped");
    let lines = BufReader::new(stdout).lines();
    let urls = tokio::time::timeout(READY_LIMIT, await_ready(lines))
        .await
        .map_err(|_| Failure::failed("the observatory did not become ready"))??;
    Ok((child, urls, begun.elapsed()))
}

/// An empty file instead of the default one, which could change the results.
const NO_FILE: &str = if cfg!(windows) { "NUL" } else { "/dev/null" };

fn command(dir: &Path, telemetry: Option<&str>) -> Result<Command, Failure> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .arg("up")
        .env("ODD_DATA_DIR", dir)
        .env("ODD_GATEWAY_ADDR", "127.0.0.1:0")
        .env("ODD_READ_MODEL_ADDR", "127.0.0.1:0")
        .env("ODD_WEB_ADDR", "127.0.0.1:0")
        .env("ODD_PROCESSOR_ADDR", "127.0.0.1:0")
        .env("ODD_METRICS_ENGINE_ADDR", "127.0.0.1:0")
        .env("ODD_PTY_ADDR", "127.0.0.1:0")
        .env("ODD_PTY_METRICS_ADDR", "127.0.0.1:0")
        .env("ODD_LOG", "warn")
        .env_remove("ODD_API_TOKENS")
        .env("ODD_CONFIG", NO_FILE)
        .env_remove("ODD_PROFILE")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    let inherited = std::env::vars_os().map(|(name, _)| name);
    for name in inherited.filter(|name| name.to_string_lossy().starts_with("OTEL_")) {
        command.env_remove(name);
    }
    if let Some(collector) = telemetry {
        if let Some(parent) = dir.parent() {
            std::fs::create_dir_all(parent)?;
        }
        command
            .env("ODD_LOG", "info")
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", collector)
            .env("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
            .env("OTEL_TRACES_SAMPLER", "parentbased_traceidratio")
            .env("OTEL_TRACES_SAMPLER_ARG", "0.1")
            .stderr(std::fs::File::create(log_file(dir))?);
    }
    Ok(command)
}

/// Returns the log of an observatory with telemetry. It is not in its data directory, which must contain nothing else.
fn log_file(dir: &Path) -> PathBuf {
    dir.with_extension("log")
}

async fn await_ready(
    mut lines: Lines<BufReader<ChildStdout>>,
) -> Result<BTreeMap<String, String>, Failure> {
    let mut urls = BTreeMap::new();
    while let Some(line) = lines.next_line().await? {
        let Ok(announcement) = serde_json::from_str::<Announcement>(&line) else {
            continue;
        };
        match (
            announcement.event.as_str(),
            announcement.role,
            announcement.url,
        ) {
            ("listening", Some(role), Some(url)) => drop(urls.insert(role, url)),
            ("ready", ..) => return Ok(urls),
            _ => {}
        }
    }
    Err(Failure::failed("the observatory ended before it was ready"))
}

/// Asks the process to stop gracefully, and waits until it has ended.
async fn end(child: &mut Child) -> Result<(), Failure> {
    #[cfg(unix)]
    if let Some(pid) = child
        .id()
        .and_then(|id| rustix::process::Pid::from_raw(id.cast_signed()))
    {
        // A process that has ended needs no signal.
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
    }
    #[cfg(not(unix))]
    child.start_kill()?;
    let status = tokio::time::timeout(STOP_LIMIT, child.wait())
        .await
        .map_err(|_| Failure::failed("the observatory did not stop"))??;
    if status.success() || cfg!(not(unix)) {
        return Ok(());
    }
    Err(Failure::failed(format!(
        "the observatory ended with {status}"
    )))
}
