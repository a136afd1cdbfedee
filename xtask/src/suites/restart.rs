//! A cluster under supervision: killed processes are restarted, and the others take over their jobs.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::cluster::{Cluster, Plan, Supervisor};
use crate::interrupt;
use crate::process;
use crate::tally::Count;
use crate::workspace::{Profile, Workspace};

const JOBS: usize = 60;
/// Jobs that a processor runs at a time.
const CONCURRENCY: usize = 10;
const JOB_MS: u32 = 3_000;
const LIMIT: Duration = Duration::from_secs(120);
const POLL: Duration = Duration::from_millis(100);

/// Kills a processor and Redis by their process ids while jobs are running.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<Count> {
    let folder = workspace.scratch("restart")?;
    fs::remove_dir_all(&folder).context("cannot remove the previous cluster")?;
    fs::create_dir_all(&folder)?;
    let binary = workspace.binary(Profile::DEV);
    let setting = |name: &str, value: usize| (name.to_owned(), value.to_string());
    let plan = Plan {
        settings: vec![
            setting("ODD_WORKER_CONCURRENCY", CONCURRENCY),
            setting("ODD_WORKER_LEASE_SECONDS", 5),
        ],
        ..Plan::default()
    };
    let mut supervisor = Supervisor::new(Cluster::start(&binary, &folder, &plan)?);
    submit_batch(&binary, &folder, supervisor.cluster())?;
    let mut lines = Vec::new();
    // More jobs are running than one processor runs at a time.
    await_jobs(
        &binary,
        &mut supervisor,
        &mut lines,
        "EXECUTING",
        CONCURRENCY + 1,
    )?;
    let killed = kill_processor_and_redis(supervisor.cluster())?;
    await_jobs(&binary, &mut supervisor, &mut lines, "COMPLETED", JOBS)?;
    for (name, pid) in &killed {
        let ended = format!("{name} (pid {pid}) ended with signal: 9");
        let restarted = format!("{name} was restarted (pid ");
        for expected in [&ended, &restarted] {
            let found = lines.iter().any(|line| line.starts_with(expected.as_str()));
            ensure!(found, "no line begins with {expected:?}: {lines:?}");
        }
    }
    let jobs = list(&binary, supervisor.cluster(), "COMPLETED")?;
    let taken_over = jobs.iter().filter(|job| job["attempt"].as_u64() > Some(1));
    ensure!(
        taken_over.count() > 0,
        "no job of the killed processor was taken over"
    );
    supervisor.stop()?;
    Ok(Count::ONE)
}

fn submit_batch(binary: &Path, folder: &Path, cluster: &Cluster) -> anyhow::Result<()> {
    let line = format!("{{\"type\":\"sleep\",\"payload\":{{\"ms\":{JOB_MS}}}}}\n");
    let file = folder.join("jobs.ndjson");
    fs::write(&file, line.repeat(JOBS))?;
    let mut command = dashboard(binary, cluster);
    command
        .args(["submit", "-q", "--batch"])
        .arg(&file)
        .stdin(Stdio::null());
    process::output(&mut command).map(drop)
}

/// Supervises the cluster until at least `count` jobs have the status.
fn await_jobs(
    binary: &Path,
    supervisor: &mut Supervisor,
    lines: &mut Vec<String>,
    status: &str,
    count: usize,
) -> anyhow::Result<()> {
    let deadline = Instant::now() + LIMIT;
    while list(binary, supervisor.cluster(), status)?.len() < count {
        let report = |line| {
            eprintln!("{line}");
            lines.push(line);
        };
        supervisor.check(report)?;
        interrupt::check()?;
        ensure!(
            Instant::now() < deadline,
            "fewer than {count} jobs are {status} after {} s: {lines:?}",
            LIMIT.as_secs()
        );
        thread::sleep(POLL);
    }
    Ok(())
}

/// Returns the names and process ids of the killed processes.
fn kill_processor_and_redis(cluster: &Cluster) -> anyhow::Result<Vec<(String, u32)>> {
    let mut roles = cluster.roles.iter();
    let processor = roles.find(|role| role.role() == "processor");
    let processor = processor.context("the cluster has no processor")?;
    let mut servers = cluster.backends.servers();
    let redis = servers.find(|server| server.name == "redis");
    let redis = redis.context("the cluster has no Redis")?;
    let killed = vec![
        (format!("processor at {}", processor.url()), processor.pid()),
        (
            format!("Redis at {}", redis.address),
            redis.pid.context("Redis is not running")?,
        ),
    ];
    for (_, pid) in &killed {
        let pid = i32::try_from(*pid).ok().and_then(Pid::from_raw);
        kill_process(pid.context("a process id is positive")?, Signal::KILL)?;
    }
    Ok(killed)
}

fn list(binary: &Path, cluster: &Cluster, status: &str) -> anyhow::Result<Vec<Value>> {
    let mut command = dashboard(binary, cluster);
    command.args(["jobs", "list", "--limit", "200", "-o", "jsonl", "--status"]);
    let text = process::output(command.arg(status))?;
    let jobs = text.lines().map(serde_json::from_str).collect();
    Result::with_context(jobs, || format!("`jobs list` printed {text}"))
}

fn dashboard(binary: &Path, cluster: &Cluster) -> Command {
    let mut command = Command::new(binary);
    command
        .env("ODD_GATEWAY_URL", &cluster.urls("gateway")[0])
        .env("ODD_READ_MODEL_URL", &cluster.urls("read-model")[0]);
    command
}
