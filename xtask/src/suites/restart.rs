//! A cluster under supervision: killed processes are restarted, while the others keep running.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::cluster::{Cluster, Plan, SupervisedCluster};
use crate::http::get_json;
use crate::interrupt;
use crate::process;
use crate::suites::scraped;
use crate::tally::Count;
use crate::workspace::{Profile, Workspace};

/// Enough that some are still waiting when the leases of the killed processor expire.
const JOBS: usize = 90;
/// Jobs that a processor runs at a time.
const CONCURRENCY: usize = 10;
/// The servers that are killed after Redis, by name in the cluster and in reported lines.
const OTHER_SERVERS: [(&str, &str); 4] = [
    ("postgres", "PostgreSQL"),
    ("rabbitmq", "RabbitMQ"),
    ("prometheus", "Prometheus"),
    ("alertmanager", "Alertmanager"),
];
const LIMIT: Duration = Duration::from_secs(120);
const POLL: Duration = Duration::from_millis(100);

/// Kills a processor and Redis by their process ids while jobs are running: the other processor has to take over jobs of the
/// killed one. Then kills the other servers: after their restart, a new job has to complete, and Prometheus has to scrape
/// every process as before. No other process may end.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<Count> {
    let folder = workspace.scratch("restart")?;
    fs::remove_dir_all(&folder).context("cannot remove the previous cluster")?;
    fs::create_dir_all(&folder)?;
    let binary = workspace.binary(Profile::DEV);
    let setting = |name: &str, value: usize| (name.to_owned(), value.to_string());
    let plan = Plan {
        monitoring: Some(workspace.root.join("infra")),
        settings: vec![
            setting("ODD_WORKER_CONCURRENCY", CONCURRENCY),
            setting("ODD_WORKER_LEASE_SECONDS", 5),
        ],
        ..Plan::default()
    };
    let mut supervised = SupervisedCluster::new(Cluster::start(&binary, &folder, &plan)?);
    let mut lines = Vec::new();
    await_scraped(&mut supervised, &mut lines)?;
    let processors = supervised.cluster().urls("processor");
    let workers: Vec<String> = processors
        .iter()
        .map(|url| worker_id(url))
        .collect::<Result<_, _>>()?;
    let [killed_worker, other_worker] = workers.try_into().expect("two processors");
    submit_batch(&binary, &folder, supervised.cluster())?;
    // More jobs are running than one processor runs at a time.
    await_jobs(
        &binary,
        &mut supervised,
        &mut lines,
        "EXECUTING",
        CONCURRENCY + 1,
    )?;
    check_load(supervised.cluster())?;
    let mut killed = kill_processor_and_redis(supervised.cluster())?;
    await_jobs(&binary, &mut supervised, &mut lines, "COMPLETED", JOBS)?;
    check_takeover(&binary, supervised.cluster(), &killed_worker, &other_worker)?;
    for (name, shown) in OTHER_SERVERS {
        killed.push(kill_server(supervised.cluster(), name, shown)?);
    }
    await_recovery(&binary, &mut supervised, &mut lines, &killed)?;
    await_scraped(&mut supervised, &mut lines)?;
    supervised.stop(|line| lines.push(line))?;
    check_lines(&lines, &killed)?;
    Ok(Count::ONE)
}

/// Fails unless an autoscaler would see jobs that run and jobs that wait.
fn check_load(cluster: &Cluster) -> anyhow::Result<()> {
    let urls = cluster.urls("read-model");
    let url = urls.first().context("the cluster has a read-model")?;
    let load = get_json(url, "/queues/default/scale")?;
    let is_positive = |figure: &str| load[figure].as_f64().is_some_and(|value| value > 0.0);
    let figures = ["depth", "oldestSeconds", "running"];
    ensure!(figures.into_iter().all(is_positive), "no load: {load}");
    Ok(())
}

/// Returns the id under which a processor claims jobs. It is that of the process.
fn worker_id(url: &str) -> anyhow::Result<String> {
    let health = get_json(url, "/healthz")?;
    let id = health["instanceId"].as_str();
    id.map(str::to_owned).context("no instance id")
}

/// Fails unless the other worker completed a job that the killed one had started.
fn check_takeover(
    binary: &Path,
    cluster: &Cluster,
    killed_worker: &str,
    other_worker: &str,
) -> anyhow::Result<()> {
    let jobs = list(binary, cluster, "COMPLETED")?;
    let retried = jobs.iter().filter(|job| job["attempt"].as_u64() > Some(1));
    let ids = retried.map(|job| job["id"].as_str().context("a job has an id"));
    let mut command = dashboard(binary, cluster);
    command.args(["jobs", "get", "-o", "jsonl"]);
    command.args(ids.collect::<Result<Vec<_>, _>>()?);
    let jobs = parse_lines(&process::output(&mut command)?)?;
    let is_taken_over = |job: &&Value| {
        let attempts = job["attempts"].as_array().map_or(&[][..], Vec::as_slice);
        let has = |worker: &str, outcome: &str| {
            attempts
                .iter()
                .any(|attempt| attempt["workerId"] == worker && attempt["outcome"] == outcome)
        };
        has(killed_worker, "LOST") && has(other_worker, "SUCCEEDED")
    };
    let taken_over = jobs.iter().filter(is_taken_over).count();
    eprintln!(
        "{taken_over} of {} retried jobs were taken over by the other processor",
        jobs.len()
    );
    ensure!(
        taken_over > 0,
        "the other processor took over no job of the killed one"
    );
    Ok(())
}

/// Fails unless exactly the killed processes ended, and all of them were restarted.
fn check_lines(lines: &[String], killed: &[(String, u32)]) -> anyhow::Result<()> {
    for (name, pid) in killed {
        let ended = format!("{name} (pid {pid}) ended with signal: 9");
        let restarted = format!("{name} was restarted (pid ");
        for expected in [&ended, &restarted] {
            let found = lines.iter().any(|line| line.starts_with(expected.as_str()));
            ensure!(found, "no line begins with {expected:?}: {lines:?}");
        }
    }
    let ended = lines.iter().filter(|line| line.contains(" ended with "));
    ensure!(
        ended.count() == killed.len(),
        "other processes than {killed:?} ended: {lines:?}"
    );
    Ok(())
}

fn submit_batch(binary: &Path, folder: &Path, cluster: &Cluster) -> anyhow::Result<()> {
    let line = |number: usize| {
        // Different times, so that both processors claim jobs continually rather than in batches.
        let ms = 2_000 + number * 370 % 2_000;
        format!("{{\"type\":\"sleep\",\"payload\":{{\"ms\":{ms}}}}}\n")
    };
    let file = folder.join("jobs.ndjson");
    fs::write(&file, (0..JOBS).map(line).collect::<String>())?;
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
    supervised: &mut SupervisedCluster,
    lines: &mut Vec<String>,
    status: &str,
    count: usize,
) -> anyhow::Result<()> {
    let what = format!("{count} jobs are {status}");
    supervise_until(supervised, lines, &what, |cluster, _| {
        Ok(list(binary, cluster, status)?.len() >= count)
    })
}

/// Supervises the cluster until Prometheus scrapes every process.
fn await_scraped(
    supervised: &mut SupervisedCluster,
    lines: &mut Vec<String>,
) -> anyhow::Result<()> {
    let what = "Prometheus scrapes every process";
    supervise_until(supervised, lines, what, |cluster, _| {
        scraped::is_every_process_scraped(cluster)
    })
}

/// Supervises the cluster until the killed processes run again, and a new job completes.
fn await_recovery(
    binary: &Path,
    supervised: &mut SupervisedCluster,
    lines: &mut Vec<String>,
    killed: &[(String, u32)],
) -> anyhow::Result<()> {
    let are_restarted = |_: &Cluster, lines: &[String]| {
        let restarted = lines.iter().filter(|line| line.contains(" was restarted "));
        Ok(restarted.count() == killed.len())
    };
    supervise_until(supervised, lines, "all are restarted", are_restarted)?;
    // Submissions fail until the gateway is connected again.
    supervise_until(supervised, lines, "a new job completes", |cluster, _| {
        let mut command = dashboard(binary, cluster);
        command.args(["submit", "echo", "{}", "--idempotency-key", "recovery"]);
        command.args(["--wait", "--timeout", "30s"]);
        Ok(process::output(&mut command).is_ok())
    })
}

/// Supervises the cluster until the condition holds for it and the reported lines.
fn supervise_until(
    supervised: &mut SupervisedCluster,
    lines: &mut Vec<String>,
    what: &str,
    mut is_met: impl FnMut(&Cluster, &[String]) -> anyhow::Result<bool>,
) -> anyhow::Result<()> {
    let deadline = Instant::now() + LIMIT;
    while !is_met(supervised.cluster(), lines)? {
        supervised.check(|line| {
            eprintln!("{line}");
            lines.push(line);
        })?;
        interrupt::check()?;
        ensure!(
            Instant::now() < deadline,
            "it takes longer than {} s until {what}: {lines:?}",
            LIMIT.as_secs()
        );
        thread::sleep(POLL);
    }
    Ok(())
}

/// Kills the first processor and Redis. Returns their names and process ids.
fn kill_processor_and_redis(cluster: &Cluster) -> anyhow::Result<Vec<(String, u32)>> {
    let mut roles = cluster.roles.iter();
    let processor = roles.find(|role| role.role() == "processor");
    let processor = processor.context("the cluster has no processor")?;
    let processor = (format!("processor at {}", processor.url()), processor.pid());
    kill(processor.1)?;
    Ok(vec![processor, kill_server(cluster, "redis", "Redis")?])
}

/// Kills a server, given by its name in the cluster and in reported lines. Returns its name and process id.
fn kill_server(cluster: &Cluster, name: &str, shown: &str) -> anyhow::Result<(String, u32)> {
    let mut servers = cluster.backends.servers();
    let server = servers.find(|server| server.name == name);
    let server = server.with_context(|| format!("the cluster has no {name}"))?;
    let pid = server
        .pid
        .with_context(|| format!("{name} is not running"))?;
    kill(pid)?;
    Ok((format!("{shown} at {}", server.address), pid))
}

fn kill(pid: u32) -> anyhow::Result<()> {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    let pid = pid.context("a process id is positive")?;
    Ok(kill_process(pid, Signal::KILL)?)
}

fn list(binary: &Path, cluster: &Cluster, status: &str) -> anyhow::Result<Vec<Value>> {
    let mut command = dashboard(binary, cluster);
    command.args(["jobs", "list", "--limit", "200", "-o", "jsonl", "--status"]);
    parse_lines(&process::output(command.arg(status))?)
}

fn parse_lines(text: &str) -> anyhow::Result<Vec<Value>> {
    let values = text.lines().map(serde_json::from_str).collect();
    Result::with_context(values, || format!("`jobs` printed {text}"))
}

fn dashboard(binary: &Path, cluster: &Cluster) -> Command {
    let mut command = Command::new(binary);
    command
        .env("ODD_GATEWAY_URL", &cluster.urls("gateway")[0])
        .env("ODD_READ_MODEL_URL", &cluster.urls("read-model")[0]);
    command
}
