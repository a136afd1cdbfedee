use odd_contracts::{AlertSeverity, AlertState};
use odd_promql::METRIC_NAME;

use super::*;

fn set() -> RuleSet {
    RuleSet::new(AlertRules::embedded().clone(), Limits::default()).expect("all can be evaluated")
}

const INTERVAL: Duration = Duration::from_secs(5);

const fn at(second: i64) -> Timestamp {
    Timestamp::from_micros(second * 1_000_000)
}

/// A moment at which the wall clock has never been changed.
const fn moment(second: i64) -> Moment {
    Moment {
        at_ms: second * 1_000,
        wall: at(second),
    }
}

/// The records of a process that found these alerts in its last evaluation.
fn recorded(alerts: &[Alert], second: i64) -> AlertRecords {
    let mut records = AlertRecords::default();
    records.record(alerts.to_vec(), at(second), false);
    records
}

fn up(set: &mut RuleSet, service: &str, second: i64, value: f64) {
    let labels = Labels::new([
        (METRIC_NAME, "up"),
        ("job", "observatory"),
        ("service", service),
        ("instance", "1"),
    ]);
    set.store
        .append(&labels, second * 1_000, value)
        .expect("stored");
}

/// Returns the alerts after `until` seconds in which the gateway is down.
fn gateway_down(set: &mut RuleSet, from: i64, until: i64) -> Vec<Alert> {
    let mut alerts = Vec::new();
    for second in (from..=until).step_by(5) {
        up(set, "gateway", second, 0.0);
        for service in ["processor", "read-model", "metrics-engine"] {
            up(set, service, second, 1.0);
        }
        alerts = set.evaluate(moment(second));
    }
    alerts
}

#[test]
fn role_that_does_not_respond_fires_with_links_and_texts() {
    let mut set = set();
    let pending = gateway_down(&mut set, 0, 55);
    assert_eq!(pending.len(), 1, "{pending:?}");
    assert_eq!(pending[0].state, AlertState::Pending);
    let firing = gateway_down(&mut set, 60, 60);
    let alert = &firing[0];
    assert_eq!(
        (alert.state, alert.name.as_str()),
        (AlertState::Firing, "ServiceDown")
    );
    assert_eq!(alert.severity, AlertSeverity::Critical);
    assert!(alert.summary.contains("gateway"), "{}", alert.summary);
    assert!(
        alert
            .dashboard_url
            .as_ref()
            .is_some_and(|url| url.ends_with("/d/service-health"))
    );
    assert!(
        alert
            .runbook_url
            .as_ref()
            .is_some_and(|url| url.ends_with("/ServiceDown.md"))
    );
    assert_eq!(
        (alert.active_at, alert.starts_at),
        (Some(at(0)), at(60)),
        "the start of the condition, and when it began to fire"
    );
    assert_eq!(alert.labels["service"], "gateway");
    assert_eq!(alert.labels["severity"], "critical");
    assert_eq!(alert.id.len(), 16);
    assert_eq!(alert.id, pending[0].id);
    let value = serde_json::to_value(alert).expect("JSON");
    let schema = odd_contracts::schema::Schemas::embedded().get("alert");
    assert_eq!(schema.expect("compiled in").validate(&value), Ok(()));
}

#[test]
fn restored_alert_is_resolved_after_enough_samples() {
    let mut first = set();
    let firing = gateway_down(&mut first, 0, 60);
    let mut second = set();
    second.restore(&recorded(&firing, 60), at(100), INTERVAL);
    // Nothing has been scraped yet.
    let alerts = second.evaluate(moment(100));
    assert!(alerts.iter().any(|alert| alert.id == firing[0].id));
    for at in [105, 110, 115, 120] {
        for service in ["gateway", "processor", "read-model", "metrics-engine"] {
            up(&mut second, service, at, 1.0);
        }
        let alerts = second.evaluate(moment(at));
        assert_eq!(alerts.is_empty(), at >= 115, "{at}: {alerts:?}");
    }
}

/// An alert of an earlier process, whose rule has a range of five minutes.
fn failing_jobs() -> Alert {
    let alert = r#"{"id": "a", "name": "JobFailureRateHigh", "severity": "critical", "state": "firing",
        "summary": "40 % of the jobs failed.", "startsAt": "2026-01-01T00:00:00.000000Z",
        "labels": {"alertname": "JobFailureRateHigh", "severity": "critical", "service": "processor", "type": "echo"}}"#;
    serde_json::from_str(alert).expect("an alert")
}

#[test]
fn restored_alert_of_a_five_minute_range_is_kept_for_the_range() {
    let alert = failing_jobs();
    let mut set = set();
    set.restore(&recorded(&[alert], 60), at(100), INTERVAL);
    for at in (100..=430).step_by(5) {
        for service in ["gateway", "processor", "read-model", "metrics-engine"] {
            up(&mut set, service, at, 1.0);
        }
        let alerts = set.evaluate(moment(at));
        let is_kept = alerts
            .iter()
            .any(|alert| alert.name == "JobFailureRateHigh");
        assert_eq!(is_kept, at < 100 + 5 * 60 + 15, "{at}: {alerts:?}");
    }
}

#[test]
fn restored_alert_keeps_its_texts_until_it_is_found_again() {
    let mut first = set();
    let mut stored = gateway_down(&mut first, 0, 60).remove(0);
    stored.summary = "as it was".to_owned();
    let failing = failing_jobs();
    let mut second = set();
    let earlier = recorded(&[stored.clone(), failing.clone()], 60);
    second.restore(&earlier, at(100), INTERVAL);
    let by_id = |alerts: &[Alert], id: &str| alerts.iter().find(|it| it.id == id).cloned();
    // The rule does not find the alert in the first samples.
    up(&mut second, "gateway", 100, 1.0);
    let alerts = second.evaluate(moment(100));
    assert_eq!(by_id(&alerts, &stored.id), Some(stored.clone()));
    let alerts = gateway_down(&mut second, 105, 110);
    let found = by_id(&alerts, &stored.id).expect("it still fires");
    assert!(found.summary.contains("gateway"), "{}", found.summary);
    assert_eq!(found.starts_at, stored.starts_at);
    assert_eq!(by_id(&alerts, &failing.id), Some(failing));
}

#[test]
fn pending_alert_of_an_earlier_process_fires_after_the_rest_of_the_duration() {
    let mut first = set();
    let pending = gateway_down(&mut first, 0, 40);
    assert_eq!(pending[0].state, AlertState::Pending);
    // It was pending for 40 s of 60 s; an outage of 100 s follows.
    let mut second = set();
    second.restore(&recorded(&pending, 40), at(140), INTERVAL);
    let state_at = |set: &mut RuleSet, from, until| gateway_down(set, from, until)[0].state;
    assert_eq!(state_at(&mut second, 140, 155), AlertState::Pending);
    assert_eq!(state_at(&mut second, 160, 160), AlertState::Firing);
    // After an outage of more than an hour, it begins again.
    let mut second = set();
    second.restore(&recorded(&pending, 40), at(3_645), INTERVAL);
    assert_eq!(state_at(&mut second, 3_645, 3_700), AlertState::Pending);
    assert_eq!(state_at(&mut second, 3_705, 3_705), AlertState::Firing);
}

#[test]
fn pending_alert_of_an_earlier_process_ends_if_its_condition_does() {
    let pending = gateway_down(&mut set(), 0, 40);
    let mut set = set();
    set.restore(&recorded(&pending, 40), at(50), INTERVAL);
    for second in [50, 55, 60, 65] {
        for service in ["gateway", "processor", "read-model", "metrics-engine"] {
            up(&mut set, service, second, 1.0);
        }
        let alerts = set.evaluate(moment(second));
        assert_eq!(alerts.is_empty(), second >= 65, "{second}: {alerts:?}");
    }
}

#[test]
fn only_series_that_rules_read_are_stored_within_the_bound() {
    let limits = Limits {
        max_series: 50,
        max_samples: 400,
    };
    let mut set = RuleSet::new(AlertRules::embedded().clone(), limits).expect("valid");
    assert!(set.store.keeps("observatory_queue_depth"));
    assert!(!set.store.keeps("observatory_build_info"));
    for second in (0..3_600).step_by(5) {
        for queue in 0..100 {
            let queue = queue.to_string();
            let labels = Labels::new([(METRIC_NAME, "observatory_queue_depth"), ("queue", &queue)]);
            let _ = set.store.append(&labels, second * 1_000, 1.0);
        }
        set.evaluate(moment(second));
        assert!(set.store.series() <= 50 && set.store.samples() <= 400);
    }
}
