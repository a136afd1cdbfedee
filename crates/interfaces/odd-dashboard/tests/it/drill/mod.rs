//! `drill` against embedded observatories that allow drills, and against ones that do not.

mod refusals;
#[cfg(unix)]
mod signals;
mod webhook;

use std::time::Duration;

use odd_contracts::{AlertRules, Timestamp};
use serde_json::Value;

use self::webhook::{Receiver, SECRET};
use crate::up::Up;

/// The longest delay of an alert beyond the time that its condition has to hold.
const LATEST: Duration = Duration::from_secs(15);

pub(crate) fn allowing_drills() -> Up {
    Up::start_with(|command| {
        command
            .env("ODD_ALLOW_DRILLS", "true")
            // Every failure is logged as a warning.
            .env("ODD_LOG", "error");
    })
}

/// Runs a drill to its end. Returns the report as JSON and as Markdown.
fn run(up: &Up, name: &str) -> (Value, String) {
    let file = up.data_dir().with_file_name("report.md");
    let path = file.to_str().expect("text");
    let run = up.odd(&["drill", "run", name, "-o", "json", "--report", path]);
    assert_eq!(run.code, Some(0), "{run:#?}");
    let report = serde_json::from_str(&run.stdout).expect("JSON");
    let page = std::fs::read_to_string(&file).expect("the report");
    (report, page)
}

/// Returns how long the alert of a rule may take to fire.
fn longest(rule: &str) -> Duration {
    let rule = AlertRules::embedded().get(rule).expect("a rule");
    rule.hold.duration() + LATEST
}

fn duration(report: &Value, member: &str) -> Duration {
    Duration::from_millis(report[member].as_u64().expect(member))
}

/// Returns when the timeline of a report has an event that begins with this text.
fn time_of(report: &Value, event: &str) -> Timestamp {
    let mut entries = report["timeline"].as_array().expect("a list").iter();
    let found = entries.find(|entry| {
        let text = entry["event"].as_str().expect("text");
        text.starts_with(event)
    });
    let at = found.expect(event)["at"].as_str().expect("a time");
    at.parse().expect("a time")
}

#[test]
fn stopped_processor_reaches_alerts_and_webhook_within_the_time_of_the_rule_and_15_seconds() {
    let receiver = Receiver::start();
    let up = Up::start_with(|command| {
        command
            .env("ODD_ALLOW_DRILLS", "true")
            .env("ODD_LOG", "error")
            .env("ODD_ALERT_WEBHOOK_URL", receiver.url())
            .env("ODD_ALERT_WEBHOOK_SECRET", SECRET);
    });
    let (report, page) = run(&up, "stopped-worker");
    assert_eq!(report["outcome"], "passed", "{report:#}");
    assert!(duration(&report, "firingAfterMs") <= longest("ServiceDown"));
    assert_eq!(report["alert"]["labels"]["service"], "processor");
    assert_eq!(report["health"]["status"], "failing");
    assert_eq!(report["jobs"], serde_json::json!({"COMPLETED": 5}));
    assert!(page.contains("> # ServiceDown"), "{page}");

    let broken_at = time_of(&report, "started the fault stopped-worker");
    let (received_at, _) = receiver.wait_for("ServiceDown", "firing");
    let late = received_at.millis_since(broken_at);
    assert!(
        Duration::from_millis(late) <= longest("ServiceDown"),
        "the webhook was notified after {late} ms"
    );
    receiver.wait_for("ServiceDown", "resolved");
    let history = up.odd(&["alerts", "history", "-o", "json"]).expect(0);
    assert!(history.contains("ServiceDown"), "{history}");
}

#[test]
fn views_that_are_unavailable_are_alerted_while_jobs_run() {
    let up = allowing_drills();
    let (report, _) = run(&up, "views-unavailable");
    assert_eq!(report["outcome"], "passed", "{report:#}");
    assert!(duration(&report, "firingAfterMs") <= longest("ViewsUnavailable"));
    assert!(report["pendingAfterMs"].is_u64(), "{report:#}");
    time_of(&report, "3 jobs are COMPLETED although the fault is active");
    let stats = up.odd(&["status", "-o", "json"]).expect(0);
    let status: Value = serde_json::from_str(&stats).expect("JSON");
    assert_eq!(status["overview"]["statuses"]["COMPLETED"], 3, "{stats}");
}
