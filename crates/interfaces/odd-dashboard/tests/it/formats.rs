use crate::up::Up;

/// Checks the formats of a command that prints data. `has_names` is false for data that may be empty.
fn check(up: &Up, arguments: &[&str], has_names: bool) {
    let print = |format| {
        let run = up.odd(&[arguments, &["-o", format]].concat());
        assert!(matches!(run.code, Some(0 | 1)), "{arguments:?}: {run:?}");
        run.stdout
    };
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text);
    let document = print("json");
    assert!(json(&document).is_ok(), "{arguments:?}: {document}");
    for line in print("jsonl").lines() {
        assert!(json(line).is_ok(), "{arguments:?}: {line}");
    }
    let names = print("name");
    assert!(!names.contains(['{', '"']), "{arguments:?}: {names}");
    assert!(!(names.is_empty() && has_names), "{arguments:?}: {names}");
    let table = print("table");
    assert!(json(&table).is_err(), "{arguments:?}: {table}");
}

#[test]
fn every_command_that_prints_data_has_every_format() {
    let up = Up::start();
    let submitted = up
        .odd(&["submit", "echo", "--wait", "-o", "name"])
        .expect(0);
    let id = submitted.trim();
    up.odd(&[
        "submit",
        "fail",
        r#"{"message":"no","permanent":true}"#,
        "--wait",
    ])
    .expect(6);
    for arguments in [
        &["version"][..],
        &["status"],
        &["queues"],
        &["workers"],
        &["types"],
        &["types", "list"],
        &["types", "get", "fail"],
        &["failures"],
        &["failures", "list"],
        &["integrity"],
        &["jobs"],
        &["jobs", "list"],
        &["jobs", "get", id],
        &["jobs", "wait", id],
        &["events"],
        &["explain", id],
        &["dlq", "list"],
        &["drill", "list"],
        &["submit", "echo"],
        &["submit", "echo", "--wait"],
    ] {
        check(&up, arguments, true);
    }
    // Whether there are alerts depends on the machine.
    for arguments in [&["alerts", "list"][..], &["alerts", "history"]] {
        check(&up, arguments, false);
    }
}
