use std::time::{Duration, Instant};

use serde_json::Value;

use crate::program::run;
use crate::tokens::{SECRET, guarded};
use crate::up::{Up, up_command};

/// Returns the alerts once the rules have been evaluated.
fn evaluated(list: impl Fn() -> String) -> Value {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let alerts: Value = serde_json::from_str(&list()).expect("JSON");
        if alerts["source"]["status"] == "ok" {
            return alerts;
        }
        assert!(Instant::now() < deadline, "not evaluated: {alerts}");
    }
}

/// Returns the names of the alerts that are not about the machine.
fn about_roles(alerts: &Value) -> Vec<&str> {
    let alerts = alerts["alerts"].as_array().expect("a list").iter();
    let names = alerts.map(|alert| alert["name"].as_str().expect("text"));
    names.filter(|name| *name != "DiskAlmostFull").collect()
}

#[test]
fn embedded_observatory_evaluates_the_rules_itself() {
    let up = Up::start();
    let alerts = evaluated(|| up.odd(&["alerts", "list", "-o", "json"]).expect(0));
    assert_eq!(about_roles(&alerts), [""; 0]);
    assert_eq!(up.odd(&["alerts", "history", "-o", "name"]).expect(0), "");
    for command in ["ack", "silence"] {
        let error = up.odd(&["alerts", command, "unknown"]).expect_error(5);
        assert!(error.contains("unknown"), "{error}");
    }
}

#[test]
fn roles_that_require_a_token_are_up() {
    let up = guarded("operate");
    let odd = |args: &[&str]| run(up.program().env("ODD_TOKEN", SECRET).args(args));
    let alerts = evaluated(|| odd(&["alerts", "list", "-o", "json"]).expect(0));
    assert_eq!(about_roles(&alerts), [""; 0]);
}

#[test]
fn reader_may_not_change_alerts() {
    let up = guarded("read");
    let odd = |args: &[&str]| run(up.program().env("ODD_TOKEN", SECRET).args(args));
    odd(&["alerts", "list"]).expect(0);
    odd(&["alerts", "ack", "a"]).expect_error(4);
    odd(&["alerts", "silence", "a", "--end"]).expect_error(4);
}

#[test]
fn webhook_without_a_sufficient_key_is_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    for (secret, bytes) in [("", "0 bytes"), ("short", "5 bytes")] {
        let mut command = up_command(dir.path());
        command
            .env(
                "ODD_ALERT_WEBHOOK_URL",
                "https://hooks.example/a?key=hidden",
            )
            .env("ODD_ALERT_WEBHOOK_SECRET", secret);
        let error = run(&mut command).expect_error(2);
        assert!(
            error.contains(bytes) && error.contains("at least 16"),
            "{error}"
        );
        assert!(!error.contains("hidden"), "{error}");
    }
    let mut command = up_command(dir.path());
    let error = run(command.env("ODD_ALERT_WEBHOOK_URL", "ftp://hooks.example")).expect_error(2);
    assert!(error.contains("ODD_ALERT_WEBHOOK_URL"), "{error}");
}
