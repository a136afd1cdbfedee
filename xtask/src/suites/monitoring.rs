//! A cluster with Prometheus and Alertmanager: `odd-dashboard gate` passes, and stopped processors cause an alert in time.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::alert_contract::AlertContract;
use crate::cluster::{Cluster, Plan, RoleProcess};
use crate::http::get_json;
use crate::interrupt;
use crate::process;
use crate::suites::scraped;
use crate::suites::webhook::Webhook;
use crate::tally::Count;
use crate::workspace::{Profile, Workspace};

/// The alert that stopped processors cause, and how long its expression holds before it fires.
const ALERT: &str = "ServiceDown";
const HOLD: (&str, Duration) = ("1m", Duration::from_secs(60));
/// The path of the receiver of critical alerts.
const RECEIVER: &str = "/page";
/// The longest time from the stop to the alert, in addition to the time that the expression holds.
const DELAY: Duration = Duration::from_secs(15);
/// The longest time until the cluster is scraped, and until the alert has ended after a restart.
const LIMIT: Duration = Duration::from_secs(60);
/// The longest time until the receiver knows that the alert has ended: the `group_interval` of Alertmanager, and a margin.
const RESOLVED_LIMIT: Duration = Duration::from_secs(60 + 30);
const POLL: Duration = Duration::from_millis(100);
/// What the gate cannot check here; every other check has to be made.
const SKIPPED: [&str; 2] = [
    "give --grafana to check it",
    "a cluster has no data directory",
];

/// The alerts that a healthy cluster does not cause. The latency of the gateway depends on what else the machine does.
const UNEXPECTED: &str = r#"ALERTS{alertname!="GatewayLatencyHigh"}"#;

/// Starts a cluster, runs the gate against it, and measures the time to an alert.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<Count> {
    let hold = AlertContract::read(&workspace.root)?;
    let hold = &hold.get(ALERT)?.hold;
    ensure!(hold == HOLD.0, "{ALERT} fires after {hold} now");
    let folder = workspace.scratch("monitoring")?;
    fs::remove_dir_all(&folder).context("cannot remove the previous cluster")?;
    fs::create_dir_all(&folder)?;
    let objectives = folder.join("observatory.toml");
    fs::write(
        &objectives,
        "[objectives.echo]\nratio = 0.99\nwithin = \"30s\"\n",
    )?;
    let webhook = Webhook::open()?;
    let binary = workspace.binary(Profile::DEV);
    let plan = Plan {
        archive: true,
        monitoring: Some(workspace.root.join("infra")),
        webhook: Some(webhook.address()),
        settings: vec![("ODD_CONFIG".to_owned(), objectives.display().to_string())],
        ..Plan::default()
    };
    let mut cluster = Cluster::start(&binary, &folder, &plan)?;
    await_until("Prometheus scrapes every process", LIMIT, || {
        scraped::is_every_process_scraped(&cluster)
    })?;
    check_gate(&binary, &folder, &cluster)?;
    check_no_alert(&cluster)?;
    measure_alert(&mut cluster, &webhook)?;
    cluster.stop()?;
    Ok(Count {
        passed: 3,
        failed: 0,
    })
}

/// Fails unless the gate passes, and makes every check that it can.
fn check_gate(binary: &Path, folder: &Path, cluster: &Cluster) -> anyhow::Result<()> {
    let monitors = cluster.backends.monitors.as_ref();
    let monitors = monitors.context("the cluster has no Prometheus")?;
    let mut gate = Command::new(binary);
    gate.args(["gate", "-o", "json"])
        .args(["--gateway-url", &cluster.urls("gateway")[0]])
        .args(["--read-model-url", &cluster.urls("read-model")[0]])
        .args(["--prometheus", &monitors.prometheus.url()])
        .args(["--alertmanager", &monitors.alertmanager.url()])
        .arg("--artifacts")
        .arg(folder.join("gate"));
    for role in &cluster.roles {
        gate.arg("--log").arg(role.log());
    }
    let report: Value = serde_json::from_str(&process::output(&mut gate)?)?;
    let aspects = report["aspects"].as_array().context("aspects")?;
    for aspect in aspects {
        ensure!(aspect["outcome"] == "passed", "not passed: {aspect:#}");
        for check in aspect["checks"].as_array().into_iter().flatten() {
            let is_expected = SKIPPED.iter().any(|detail| check["detail"] == **detail);
            ensure!(
                check["outcome"] != "skipped" || is_expected,
                "skipped: {check:#}"
            );
        }
    }
    ensure!(aspects.len() == 6, "{} aspects", aspects.len());
    let seconds = report["tookMs"].as_f64().context("a duration")? / 1_000.0;
    eprintln!("The gate passed in {seconds:.0} s");
    Ok(())
}

/// Fails if the rules find a problem in the healthy cluster, even one that is only pending.
fn check_no_alert(cluster: &Cluster) -> anyhow::Result<()> {
    let monitors = cluster.backends.monitors.as_ref();
    let monitors = monitors.context("the cluster has no Prometheus")?;
    let alerts = monitors.prometheus.query(UNEXPECTED)?;
    let is_empty = alerts.as_array().is_some_and(Vec::is_empty);
    ensure!(is_empty, "alerts in a healthy cluster: {alerts:#}");
    Ok(())
}

/// Kills all processors. Fails unless the read-model and a receiver of notifications have the alert in time, and both learn
/// that it ends after a restart.
fn measure_alert(cluster: &mut Cluster, webhook: &Webhook) -> anyhow::Result<()> {
    let read_model = cluster.urls("read-model").remove(0);
    ensure!(!is_firing(&read_model)?, "{ALERT} fires already");
    while webhook.try_next().is_some() {}
    let killed = Instant::now();
    for role in processors(cluster) {
        role.kill()?;
    }
    let (mut shown, mut notified) = (None, None);
    while shown.is_none() || notified.is_none() {
        interrupt::check()?;
        if shown.is_none() && is_firing(&read_model)? {
            shown = Some(killed.elapsed());
        }
        if let Some(notification) = webhook.try_next()
            && notification.path == RECEIVER
            && notification.is_about(ALERT, "firing")
        {
            notified.get_or_insert(notification.at - killed);
        }
        let limit = HOLD.1 + DELAY;
        ensure!(
            killed.elapsed() < limit,
            "{ALERT} is not everywhere within {} s: in /alerts {shown:?}, at the receiver {notified:?}",
            limit.as_secs()
        );
        thread::sleep(POLL);
    }
    for (place, after) in [("in /alerts", shown), ("at the receiver", notified)] {
        let seconds = after.unwrap_or_default().as_secs_f64();
        eprintln!("{ALERT} was {place} {seconds:.1} s after the processors were killed");
    }
    for role in processors(cluster) {
        role.restart()?;
    }
    for role in processors(cluster) {
        role.await_ready()?;
    }
    await_until("the alert has ended", LIMIT, || {
        Ok(!is_firing(&read_model)?)
    })?;
    await_until("the receiver knows the end", RESOLVED_LIMIT, || {
        let notification = webhook.try_next();
        Ok(notification.is_some_and(|notification| notification.is_about(ALERT, "resolved")))
    })
}

fn processors(cluster: &mut Cluster) -> impl Iterator<Item = &mut RoleProcess> {
    let roles = cluster.roles.iter_mut();
    roles.filter(|role| role.role() == "processor")
}

/// Returns `true` if the read-model shows that the alert fires for the processor.
fn is_firing(read_model: &str) -> anyhow::Result<bool> {
    let list = get_json(read_model, "/alerts")?;
    ensure!(list["source"]["status"] == "ok", "no alerts: {list}");
    let mut alerts = list["alerts"].as_array().context("a list")?.iter();
    Ok(alerts.any(|alert| {
        alert["name"] == ALERT
            && alert["labels"]["service"] == "processor"
            && alert["state"] == "firing"
    }))
}

/// Waits until the condition holds.
fn await_until(
    what: &str,
    limit: Duration,
    mut is_met: impl FnMut() -> anyhow::Result<bool>,
) -> anyhow::Result<()> {
    let deadline = Instant::now() + limit;
    while !is_met()? {
        interrupt::check()?;
        let is_late = Instant::now() >= deadline;
        ensure!(!is_late, "not within {} s: {what}", limit.as_secs());
        thread::sleep(POLL);
    }
    Ok(())
}
