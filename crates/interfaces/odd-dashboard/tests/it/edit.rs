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
        let is_kept = error.contains("the edited text: {");
        assert_eq!(is_kept, code == 2, "{script}: {error}");
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

#[test]
fn interrupt_while_the_editor_is_open_belongs_to_the_editor() {
    let up = Up::start();
    let script = format!("kill -INT $PPID; {}", replace("world", "you"));
    let job = run(&mut submit(&up, &script, &["echo", r#"{"hello":"world"}"#])).expect(0);
    assert!(job.contains("you"), "{job}");
    let script = format!("kill -TERM $PPID; {}", replace("world", "you"));
    let error = run(&mut submit(&up, &script, &["echo", r#"{"hello":"world"}"#]));
    let error = error.expect_error(143);
    assert!(error.contains("the edited submission: {"), "{error}");
    assert_eq!(
        up.odd(&["jobs", "list", "-o", "name"])
            .expect(0)
            .lines()
            .count(),
        1
    );
}

#[test]
fn edited_text_is_never_lost() {
    let up = Up::start();
    let payload = "{\"hello\":\"wo\u{200b}rld\"}";
    let script = replace("hello", "goodbye");
    // The system accepts the connection; nothing answers it.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let silent = format!("http://{}", listener.local_addr().expect("bound"));
    for (url, timeout, code) in [
        ("http://127.0.0.1:1", "30s", 3),
        (silent.as_str(), "200ms", 124),
    ] {
        let arguments = ["echo", payload, "--quiet", "--timeout", timeout];
        let mut command = submit(&up, &script, &arguments);
        let run = run(command.env("ODD_GATEWAY_URL", url));
        assert_eq!(run.code, Some(code), "{run:?}");
        let json = run
            .stderr
            .lines()
            .find_map(|line| line.strip_prefix("the edited submission: "));
        let json = json.unwrap_or_else(|| panic!("{run:?}"));
        assert!(json.contains("wo\\u200brld"), "{json}");
        let submission: serde_json::Value = serde_json::from_str(json).expect("JSON");
        assert_eq!(submission["payload"]["goodbye"], "wo\u{200b}rld");
    }
}

#[test]
fn what_can_fail_before_the_editor_opens_does() {
    let up = Up::start();
    let marker = up.data_dir().with_file_name("opened");
    let script = format!(": > {}", marker.display());
    for (arguments, cause) in [
        (["--token-file", "/nowhere"], "cannot read the token file"),
        (["--gateway-url", "nothing"], "must be a URL"),
    ] {
        let mut command = submit(&up, &script, &["echo"]);
        let error = run(command.args(arguments)).expect_error(2);
        assert!(error.contains(cause), "{error}");
    }
    let mut command = submit(&up, &script, &["echo"]);
    let error = run(command.env_remove("EDITOR")).expect_error(2);
    assert!(error.contains("are not a terminal"), "{error}");
    assert!(error.contains("hint: set VISUAL or EDITOR"), "{error}");
    assert!(!marker.exists());
}
