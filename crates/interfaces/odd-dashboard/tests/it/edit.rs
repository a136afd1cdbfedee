use std::process::Command;

use crate::program::run;
use crate::up::Up;

/// `submit --edit` with an editor that runs this script of the shell on the file.
fn submit(up: &Up, script: &str, arguments: &[&str]) -> Command {
    let mut command = up.program();
    command
        .env_remove("VISUAL")
        .env("EDITOR", format!("sh -c '{script}' editor"))
        .args(["submit", "--edit", "-o", "json"])
        .args(arguments);
    command
}

/// Replaces text in the file.
fn replace(from: &str, to: &str) -> String {
    format!("sed \"s/{from}/{to}/\" \"$1\" > \"$1.new\" && mv \"$1.new\" \"$1\"")
}

#[test]
fn edited_submission_is_submitted() {
    let up = Up::start();
    let script = replace("world", "you");
    let arguments = ["echo", r#"{"hello":"world"}"#, "--tag", "edited"];
    let job = run(&mut submit(&up, &script, &arguments)).expect(0);
    let job: serde_json::Value = serde_json::from_str(&job).expect("JSON");
    assert_eq!(job["payload"], serde_json::json!({"hello": "you"}));
    assert_eq!(job["tags"], serde_json::json!(["edited"]));
}

#[test]
fn invalid_empty_and_unchanged_submissions_are_not_submitted() {
    let up = Up::start();
    for (script, code, cause) in [
        ("true".to_owned(), 1, "the text was not changed"),
        (": > \"$1\"".to_owned(), 1, "the text is empty"),
        (replace("priority", "prioritty"), 2, "prioritty"),
        ("exit 3".to_owned(), 1, "nothing was changed"),
    ] {
        let error = run(&mut submit(&up, &script, &["echo", "--no-input"])).expect_error(code);
        assert!(error.contains(cause), "{script}: {error}");
    }
    assert_eq!(up.odd(&["jobs", "list", "-o", "name"]).expect(0), "");
}

#[test]
fn text_of_a_refused_submission_is_printed() {
    let up = Up::start();
    let script = replace("1000", "-1");
    let error = run(&mut submit(&up, &script, &["sleep", r#"{"ms":1000}"#])).expect_error(2);
    assert!(error.contains("the edited submission: {"), "{error}");
    assert!(error.contains(r#""type":"sleep""#), "{error}");
}
