//! The commands `failures`, `types` and `integrity`.

use serde_json::{Value, json};

use crate::fake_server::{FakeServer, json_response};
use crate::program::odd;
use crate::up::Up;

const AT: &str = "2026-01-31T12:00:00.000000Z";

fn json_of(up: &Up, arguments: &[&str]) -> Value {
    let printed = up.odd(&[arguments, &["-o", "json"]].concat()).expect(0);
    serde_json::from_str(&printed).expect("JSON")
}

/// Submits a job that fails for good, and waits for its end.
fn fail(up: &Up, message: &str) {
    let payload = json!({"message": message, "permanent": true}).to_string();
    up.odd(&["submit", "fail", &payload, "--wait"]).expect(6);
}

#[test]
fn failures_are_listed_shown_and_retried_by_kind() {
    let up = Up::start();
    fail(&up, "no user 7");
    fail(&up, "no user 8");
    fail(&up, "no disk");
    let list = json_of(&up, &["failures"]);
    let groups = list["groups"].as_array().expect("groups");
    assert_eq!(groups.len(), 2, "{list}");
    let users = groups.iter().find(|group| group["jobs"] == 2);
    let fingerprint = users.expect("two jobs")["fingerprint"].as_str();
    let fingerprint = fingerprint.expect("a text");

    let shown = up.odd(&["failures", "get", fingerprint]).expect(0);
    assert!(shown.contains("no user 8"), "{shown}");
    let names = up.odd(&["failures", "list", "-o", "name"]).expect(0);
    assert_eq!(names.lines().count(), 2);
    assert!(names.contains(fingerprint), "{names}");

    let dry_run = ["failures", "retry", fingerprint, "--dry-run"];
    assert_eq!(json_of(&up, &dry_run)["selected"], 2);
    let refused = up.odd(&["failures", "retry", fingerprint, "--no-input"]);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    let retried = json_of(&up, &["failures", "retry", fingerprint, "--yes"]);
    assert_eq!(retried["changed"], 2, "{retried}");

    let filter = format!("fingerprint:{fingerprint}");
    let others = up.odd(&["jobs", "list", "--filter", &filter, "-o", "name"]);
    // They may have failed again already.
    assert!(others.expect(0).lines().count() <= 2);
}

#[test]
fn unknown_failures_and_types_are_not_found() {
    let up = Up::start();
    up.odd(&["failures", "get", "0123456789abcdef"]).expect(5);
    up.odd(&["types", "get", "mail"]).expect(5);
    for arguments in [
        &["failures", "get", "nothing"][..],
        &["failures", "retry", "0123"],
        &["types", "--window", "2h"],
        &["types", "get", "a b"],
    ] {
        odd(arguments).expect(2);
    }
}

#[test]
fn types_are_listed_and_shown_with_their_schema() {
    let up = Up::start();
    up.odd(&["submit", "echo", "--wait"]).expect(0);
    fail(&up, "no disk");
    let list = json_of(&up, &["types", "--window", "15m"]);
    let types = list["types"].as_array().expect("types").iter();
    let failing = types.clone().find(|summary| summary["type"] == "fail");
    assert_eq!(failing.expect("a type")["failureRatio"], 1.0);
    assert!(types.clone().any(|summary| summary["type"] == "echo"));
    let detail = json_of(&up, &["types", "get", "sleep"]);
    assert_eq!(detail["schema"]["required"], json!(["ms"]));
    let text = up.odd(&["types", "get", "fail"]).expect(0);
    assert!(
        text.contains("no disk") && text.contains("100.0 %"),
        "{text}"
    );
}

#[test]
fn integrity_holds_on_a_running_observatory() {
    let up = Up::start();
    up.odd(&["submit", "echo", "--wait"]).expect(0);
    fail(&up, "no disk");
    let integrity = json_of(&up, &["integrity"]);
    assert_eq!(
        (&integrity["accepted"], &integrity["lost"]),
        (&json!(2), &json!(0))
    );
    assert_eq!(
        (&integrity["completed"], &integrity["failed"]),
        (&json!(1), &json!(1))
    );
    let text = up.odd(&["integrity"]).expect(0);
    assert!(text.contains("createdInLog = 2"), "{text}");
    assert_eq!(up.odd(&["integrity", "-o", "name"]).expect(0), "ok\n");
}

#[test]
fn lost_and_duplicated_jobs_are_a_failure() {
    for (lost, duplicated, code) in [(0, 0, 0), (1, 0, 1), (0, 1, 1)] {
        let server = FakeServer::start(move |_| {
            json_response(&json!({
                "accepted": 5, "finished": 4, "completed": 4, "failed": 0, "cancelled": 0, "inFlight": 0, "removed": 0,
                "lost": lost, "duplicated": duplicated, "evidence": [], "asOf": AT
            }))
        });
        for format in ["table", "json", "name"] {
            let run = server.run(&["integrity", "-o", format]);
            assert_eq!(run.code, Some(code), "{lost} {duplicated} {run:?}");
        }
    }
}
