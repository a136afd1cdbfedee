//! Each aspect is broken on its own, and the gate names it.

use serde_json::Value;

use super::faulty_proxy::FaultyProxy;
use super::report;
use super::stack::{Scraping, Stack};
use crate::program::{Run, run};
use crate::up::Up;

/// Returns the numbers of the failed aspects, and what the first failed check reports.
fn failures(run: Run) -> (Vec<u64>, String) {
    let report = report(&run.expect(1));
    assert_eq!(report["outcome"], "failed");
    let aspects = report["aspects"].as_array().expect("aspects");
    let failed: Vec<&Value> = aspects
        .iter()
        .filter(|aspect| aspect["outcome"] == "failed")
        .collect();
    let checks = failed[0]["checks"].as_array().expect("checks");
    let check = checks.iter().find(|check| check["outcome"] == "failed");
    let check = check.expect("a failed check");
    let numbers = failed.iter().filter_map(|aspect| aspect["number"].as_u64());
    (
        numbers.collect(),
        format!("{}: {}", check["name"], check["detail"]),
    )
}

/// Runs the aspects that need no other server against an observatory with a fault in one role.
fn with_fault(
    role: &str,
    fault: impl Fn(&str, &str) -> Option<String> + Send + Sync + 'static,
) -> (Vec<u64>, String) {
    let up = Up::start();
    let proxy = FaultyProxy::start(up.url(role), fault);
    let variable = match role {
        "gateway" => "ODD_GATEWAY_URL",
        _ => "ODD_READ_MODEL_URL",
    };
    let artifacts = tempfile::tempdir().expect("a directory");
    let mut command = up.program();
    command
        .env(variable, proxy.url())
        .args(["gate", "-o", "json", "--limit", "60s"])
        .args([
            "--aspect", "1", "--aspect", "2", "--aspect", "3", "--aspect", "6",
        ])
        .arg("--artifacts")
        .arg(artifacts.path());
    failures(run(&mut command))
}

#[test]
fn job_that_violates_its_contract_fails_the_first_aspect() {
    let (failed, detail) = with_fault("gateway", |request, body| {
        (request == "POST /jobs")
            .then(|| body.replace("\"status\":\"PENDING\"", "\"status\":\"LOST\""))
    });
    assert_eq!(failed, [1]);
    assert!(
        detail.contains("P1") && detail.contains("job.json"),
        "{detail}"
    );
}

#[test]
fn events_without_the_completion_fail_the_second_aspect() {
    let (failed, detail) = with_fault("read-model", |request, body| {
        let is_history = request.starts_with("GET /jobs/") && request.ends_with("/events");
        is_history.then(|| {
            let mut list: Value = serde_json::from_str(body).expect("JSON");
            if let Some(events) = list["events"].as_array_mut() {
                events.retain(|event| event["eventType"] != "job.completed");
            }
            list.to_string()
        })
    });
    // The history is also one of the APIs that have to agree.
    assert_eq!(failed, [2, 6]);
    assert!(detail.contains("P2"), "{detail}");
}

#[test]
fn events_that_violate_their_contract_fail_the_second_aspect() {
    let (failed, detail) = with_fault("read-model", |request, body| {
        let is_history = request.starts_with("GET /jobs/") && request.ends_with("/events");
        is_history.then(|| body.replace("\"producer\":", "\"sender\":"))
    });
    assert_eq!(failed, [2]);
    assert!(
        detail.contains("P2") && detail.contains("event-envelope.json"),
        "{detail}"
    );
}

#[test]
fn api_that_disagrees_fails_the_sixth_aspect() {
    let (failed, detail) = with_fault("read-model", |request, body| {
        request
            .starts_with("GET /jobs?")
            .then(|| body.replace("COMPLETED", "EXECUTING"))
    });
    assert_eq!(failed, [6]);
    assert!(detail.contains("/jobs lists it"), "{detail}");
}

/// Runs the third and the fourth aspect with a Prometheus that answers some queries with nothing.
fn without_results(is_empty: impl Fn(&str) -> bool + Send + Sync + 'static) -> (Vec<u64>, String) {
    let stack = Stack::start();
    let prometheus = FaultyProxy::start(&stack.prometheus.url(), move |request, _| {
        let empty = r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#;
        is_empty(request).then(|| empty.to_owned())
    });
    let args = [
        "-o", "json", "--limit", "120s", "--aspect", "3", "--aspect", "4",
    ];
    failures(run(&mut stack.command_with(prometheus.url(), &args)))
}

#[test]
fn metrics_that_prometheus_lacks_fail_the_third_aspect() {
    let (failed, detail) = without_results(|request| request.contains("__name__"));
    assert_eq!(failed, [3]);
    assert!(detail.contains("every metric"), "{detail}");
}

#[test]
fn query_without_data_fails_the_fourth_aspect() {
    let (failed, detail) = without_results(|request| {
        request.contains("observatory_queue_depth") && !request.contains("__name__")
    });
    assert_eq!(failed, [4]);
    assert!(detail.contains("observatory_queue_depth"), "{detail}");
}

#[test]
fn missing_target_fails_the_metrics_and_the_dashboards() {
    let stack = Stack::with(&Scraping {
        roles: &["gateway", "metrics-engine", "read-model"],
        has_rules: true,
    });
    let args = [
        "-o", "json", "--limit", "90s", "--aspect", "3", "--aspect", "4",
    ];
    let (failed, detail) = failures(stack.gate(&args));
    assert_eq!(failed, [3, 4]);
    assert!(
        detail.contains("observatory_jobs_completed_total"),
        "{detail}"
    );
    let run = std::fs::read_dir(stack.artifacts())
        .expect("artifacts")
        .next();
    let artifacts = run.expect("a run").expect("readable").path();
    for name in ["report.json", "report.txt", "metrics", "responses"] {
        assert!(artifacts.join(name).exists(), "{name}");
    }
}

#[test]
fn missing_rules_fail_the_fifth_aspect() {
    let stack = Stack::with(&Scraping {
        has_rules: false,
        ..Scraping::COMPLETE
    });
    let args = ["-o", "json", "--limit", "35s", "--aspect", "5"];
    let (failed, detail) = failures(stack.gate(&args));
    assert_eq!(failed, [5]);
    assert!(detail.contains("NoWorkerForType fires"), "{detail}");
}

#[test]
fn skipped_aspect_fails_unless_it_is_accepted() {
    let up = Up::start();
    let artifacts = tempfile::tempdir().expect("a directory");
    let artifacts = artifacts.path().to_str().expect("UTF-8");
    let args = [
        "gate",
        "-o",
        "json",
        "--aspect",
        "4",
        "--limit",
        "30s",
        "--artifacts",
        artifacts,
    ];
    let refused = report(&up.odd(&args).expect(1));
    assert_eq!(refused["outcome"], "skipped");
    let accepted = up.odd(&[&args[..], &["--accept-skipped"]].concat());
    assert_eq!(report(&accepted.expect(0))["outcome"], "skipped");
}
