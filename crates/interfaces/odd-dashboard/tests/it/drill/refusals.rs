use serde_json::Value;

use super::allowing_drills;
use crate::program::{odd, run};
use crate::tokens::{SECRET, guarded_with};
use crate::up::Up;

#[test]
fn deployment_that_does_not_allow_drills_is_not_broken() {
    let up = Up::start();
    let error = up.odd(&["drill", "run", "stopped-worker"]).expect_error(1);
    assert!(
        error.contains("drills are not allowed") && error.contains("ODD_ALLOW_DRILLS"),
        "{error}"
    );
    let flood = up.odd(&["drill", "run", "flood"]).expect_error(1);
    assert!(flood.contains("drills are not allowed"), "{flood}");
    let list = up.odd(&["drill", "list", "-o", "json"]).expect(0);
    let list: Value = serde_json::from_str(&list).expect("JSON");
    for drill in list["drills"].as_array().expect("a list") {
        assert_eq!(drill["supported"], false, "{drill}");
    }
    let list = up.odd(&["drill", "list"]);
    assert_eq!(
        list.stderr.matches("drills are not allowed here").count(),
        1,
        "{list:?}"
    );
    assert!(list.stderr.contains("--allow-drills"), "{list:?}");
    assert!(
        !list.expect(0).contains("no: "),
        "the reason is printed once"
    );
    up.odd(&["submit", "echo", "--wait"]).expect(0);
}

#[test]
fn report_that_cannot_be_written_is_noticed_before_anything_is_broken() {
    let up = allowing_drills();
    let file = up.data_dir().join("missing").join("report.md");
    let path = file.to_str().expect("text");
    let drill = ["drill", "run", "stopped-worker", "--report", path];
    let error = up.odd(&drill).expect_error(1);
    assert!(error.contains("cannot write"), "{error}");
    assert!(!error.contains("started the fault"), "{error}");
    up.odd(&["submit", "echo", "--wait"]).expect(0);
}

#[test]
fn list_shows_what_the_deployment_supports() {
    let up = allowing_drills();
    let list = up.odd(&["drill", "list", "-o", "json"]).expect(0);
    let list: Value = serde_json::from_str(&list).expect("JSON");
    for drill in list["drills"].as_array().expect("a list") {
        let expected = drill["name"] != "broker-unavailable";
        assert_eq!(drill["supported"], expected, "{drill}");
    }
    let error = up
        .odd(&["drill", "run", "broker-unavailable"])
        .expect_error(1);
    assert!(error.contains("broker-unavailable"), "{error}");
}

#[test]
fn drills_are_listed_without_a_deployment() {
    let nowhere = ["--read-model-url", "http://127.0.0.1:9"];
    let list = odd(["drill", "list"].iter().chain(&nowhere)).expect(0);
    for name in [
        "failing-jobs",
        "stopped-worker",
        "flood",
        "views-unavailable",
    ] {
        assert!(list.contains(name), "{list}");
    }
    assert!(list.contains("unknown"), "{list}");
    let run = odd(["drill", "run", "flood"].iter().chain(&nowhere));
    run.expect_error(3);
}

#[test]
fn unknown_drill_is_a_usage_error_that_lists_the_drills() {
    let error = odd(["drill", "run", "unknown"]).expect_error(2);
    assert!(
        error.contains("failing-jobs, stopped-worker, flood"),
        "{error}"
    );
}

#[test]
fn only_administrators_may_run_drills() {
    let up = guarded_with("operate", |command| {
        command.env("ODD_ALLOW_DRILLS", "true");
    });
    let drill = ["drill", "run", "stopped-worker"];
    let error = run(up.program().env("ODD_TOKEN", SECRET).args(drill)).expect_error(4);
    assert!(error.contains("admin"), "{error}");
}

#[test]
fn setting_that_is_neither_true_nor_false_is_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut command = crate::up::up_command(dir.path());
    let error = run(command.env("ODD_ALLOW_DRILLS", "maybe")).expect_error(2);
    assert!(
        error.contains("ODD_ALLOW_DRILLS must be true or false"),
        "{error}"
    );
}
