//! Filters, parts of ids, and commands for all jobs that a filter selects.

use serde_json::Value;

use crate::program::odd;
use crate::up::Up;

const A: &str = "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11";
const B: &str = "0192f0c1-2f3c-7a51-b6a1-3f1f5a0c7c11";
const C: &str = "0192f0c2-0000-7a51-b6a1-3f1f5a0c7c12";

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("one JSON document")
}

/// Starts an observatory with three jobs that no worker handles.
fn up_with_waiting_jobs() -> Up {
    let up = Up::start();
    for (id, job_type, tag) in [(A, "email", "x"), (B, "report", "x"), (C, "email", "y")] {
        up.odd(&["submit", job_type, "--id", id, "--tag", tag, "--queue", "q"])
            .expect(0);
    }
    up
}

fn names(up: &Up, args: &[&str]) -> Vec<String> {
    let command = [&["jobs", "list", "-o", "name"], args].concat();
    let listed = up.odd(&command).expect(0);
    listed.lines().map(str::to_owned).collect()
}

#[test]
fn filter_selects_jobs_together_with_the_other_options() {
    let up = up_with_waiting_jobs();
    let filtered = |filter: &str| names(&up, &["--filter", filter]);
    assert_eq!(filtered("queue:q"), [C, B, A]);
    assert_eq!(filtered("!type:email"), [B]);
    assert_eq!(filtered("!tag:x !status:COMPLETED"), [C]);
    assert_eq!(filtered("!status:PENDING"), [""; 0]);
    assert_eq!(filtered("type:email since:1h !report"), [C, A]);
    assert_eq!(filtered("id:0192f0c1~7c11"), [B, A]);
    assert_eq!(filtered("until:1h"), [""; 0]);
    let both = [
        "--filter",
        "!type:report",
        "--tag",
        "x",
        "--status",
        "pending",
    ];
    assert_eq!(names(&up, &both), [A]);
    let error = up
        .odd(&["jobs", "list", "--filter", "type:a", "--type", "b"])
        .expect_error(2);
    assert!(error.contains("type is given twice"), "{error}");
}

#[test]
fn part_of_an_id_names_a_job_in_every_command() {
    let up = up_with_waiting_jobs();
    let get = |job: &str| up.odd(&["jobs", "get", job, "-o", "json"]);
    for part in [C, "0192f0c2~7c12", "0192F0C2", "0192f0c2-0000", "0192~7c12"] {
        assert_eq!(json(&get(part).expect(0))["id"], C, "{part}");
    }
    let error = get("0192f0c1~7c11").expect_error(1);
    assert!(error.contains(A) && error.contains(B), "{error}");
    assert!(error.contains("hint: use more digits"), "{error}");
    get("0192f0c3~7c11").expect_error(5);
    get("0192f0").expect_error(2);

    let part = "0192f0c1~c7c11";
    assert!(up.odd(&["explain", "0192f0c2"]).expect(0).contains(C));
    up.odd(&["jobs", "log", "0192f0c2"]).expect(0);
    let events = up.odd(&["events", "--job", "0192f0c2", "-o", "jsonl"]);
    assert_eq!(events.expect(0).lines().count(), 1);
    up.odd(&["jobs", "cancel", part]).expect_error(1);
    assert!(
        up.odd(&["jobs", "cancel", "0192f0c2"])
            .expect(0)
            .contains(C)
    );
    up.odd(&["jobs", "wait", "0192f0c2"]).expect_error(6);
    assert!(up.odd(&["jobs", "retry", "0192f0c2"]).expect(0).contains(C));
    for command in ["replay", "drop"] {
        let error = up.odd(&["dlq", command, "0192f0c2", "-y"]).expect_error(1);
        assert!(error.contains("error: "), "{error}");
    }
}

#[test]
fn jobs_of_a_filter_are_counted_confirmed_and_changed() {
    let up = up_with_waiting_jobs();
    let cancel = |args: &[&str]| {
        let command = ["jobs", "cancel", "--filter", "queue:q !type:report"];
        up.odd(&[&command, args].concat())
    };
    let dry = cancel(&["--dry-run"]);
    assert_eq!(dry.stderr, "2 jobs would be cancelled:\n");
    assert_eq!(dry.expect(0), format!("{C}\n{A}\n"));
    let report = json(&cancel(&["--dry-run", "-o", "json"]).expect(0));
    assert_eq!(report["jobs"], serde_json::json!([{"id": C}, {"id": A}]));
    assert_eq!(
        (&report["selected"], &report["hasMore"]),
        (&2.into(), &false.into())
    );
    let refused = cancel(&[]).expect_error(2);
    assert!(refused.contains("Cancel 2 jobs?"), "{refused}");
    assert_eq!(names(&up, &["--status", "CANCELLED"]), [""; 0]);

    let report = json(&cancel(&["-y", "-o", "json"]).expect(0));
    assert_eq!(
        (&report["changed"], &report["failed"]),
        (&2.into(), &0.into())
    );
    assert_eq!(report["jobs"][0]["status"], "CANCELLED");
    let mut cancelled = names(&up, &["--status", "CANCELLED"]);
    cancelled.sort();
    assert_eq!(cancelled, [A, C]);
    let again = cancel(&["-y"]);
    assert_eq!(again.stderr, "no job that can be changed matches\n");
    again.expect(0);

    let retried = up
        .odd(&["jobs", "retry", "--filter", "queue:q", "-y"])
        .expect(0);
    assert_eq!(retried, "2 jobs retried\n");
    assert_eq!(names(&up, &["--filter", "status:PENDING"]).len(), 3);
}

#[test]
fn filter_that_selects_no_job_of_a_fitting_status_is_refused() {
    let up = Up::start();
    let cancel = ["jobs", "cancel", "--filter", "status:FAILED", "-y"];
    let error = up.odd(&cancel).expect_error(2);
    assert!(
        error.contains("hint: only jobs that are not finished"),
        "{error}"
    );
}

#[test]
fn misspelt_filter_is_refused_with_a_suggestion() {
    let error = odd(["jobs", "list", "--filter", "staus:FAILED"]).expect_error(2);
    assert!(
        error.contains("`staus` is not a key; did you mean `status`?"),
        "{error}"
    );
}
