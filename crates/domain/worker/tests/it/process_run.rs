use std::fmt::Write as _;
use std::time::Duration;

use odd_contracts::{LogLine, LogStream};
use odd_worker::{BuiltInConfig, HandlerError, JobContext, ProcessRunConfig};
use serde_json::{Value, json};

use crate::trial::Trial;

/// Returns a trial of `process.run` that may start `programs`.
pub(crate) fn allowing(programs: &[&str]) -> Trial {
    allowing_with_grace(programs, ProcessRunConfig::default().grace_ms)
}

pub(crate) fn allowing_with_grace(programs: &[&str], grace_ms: u64) -> Trial {
    let process = ProcessRunConfig {
        allow: programs
            .iter()
            .map(|text| text.parse().expect("a program"))
            .collect(),
        grace_ms,
        ..ProcessRunConfig::default()
    };
    let config = BuiltInConfig {
        process,
        ..BuiltInConfig::default()
    };
    Trial::new("process.run", config)
}

pub(crate) fn script(text: &str) -> Value {
    json!({"program": "sh", "args": ["-c", text]})
}

async fn run(payload: &Value) -> (Result<Value, HandlerError>, Vec<LogLine>) {
    let trial = allowing(&["sh=/bin/sh"]);
    let (outcome, signals) = trial.run_parts(trial.parts(payload)).await;
    let result = outcome.map(|result| result.expect("has a result").parse().expect("JSON"));
    (result, signals.take_rest().lines)
}

#[tokio::test]
async fn output_becomes_log_lines_and_result() {
    let (result, lines) = run(&script("echo one; echo two >&2; printf three")).await;
    let result = result.expect("succeeds");
    assert_eq!(result["exitCode"], 0);
    assert_eq!(result["stdout"], "one\nthree");
    assert_eq!(result["stderr"], "two\n");
    assert_eq!(result["stdoutTruncated"], false);
    let mut logged: Vec<_> = lines
        .iter()
        .map(|line| (line.stream, line.line.as_str()))
        .collect();
    logged.sort_by_key(|(_, line)| *line);
    assert_eq!(
        logged,
        [
            (LogStream::Stdout, "one"),
            (LogStream::Stdout, "three"),
            (LogStream::Stderr, "two"),
        ]
    );
}

#[tokio::test]
async fn failure_shows_the_end_of_stderr_or_else_of_stdout() {
    for (text, message) in [
        ("echo no such file >&2; exit 3", "exit code 3: no such file"),
        (
            "echo fine; echo started >&2; echo 'no such file' >&2; echo >&2; exit 3",
            "exit code 3: no such file (stderr before it: started)",
        ),
        (
            "echo one; printf 'no room'; exit 1",
            "exit code 1: no room (stdout before it: one)",
        ),
        ("exit 7", "exit code 7"),
    ] {
        let (result, _) = run(&script(text)).await;
        let expected = HandlerError::failed(format_args!("the program ended with {message}"));
        assert_eq!(result, Err(expected), "{text}");
    }
    let (result, _) = run(&script("kill -9 $$")).await;
    let message = result.expect_err("fails").to_string();
    assert!(message.contains("signal: 9"), "{message}");
}

#[tokio::test]
async fn progress_on_one_line_does_not_hide_the_error() {
    let text = "i=0; while [ $i -lt 3000 ]; do printf '\\r%d of 3000 files' $i >&2; i=$((i+1)); done; \
        printf '\\rERROR: disk quota exceeded' >&2; exit 1";
    let (result, lines) = run(&script(text)).await;
    let message = result.expect_err("fails").to_string();
    assert_eq!(
        message,
        "the program ended with exit code 1: ERROR: disk quota exceeded"
    );
    let lines: Vec<_> = lines.iter().map(|line| line.line.as_str()).collect();
    assert_eq!(lines, ["ERROR: disk quota exceeded"]);
}

#[tokio::test]
async fn line_without_an_end_is_logged_when_the_attempt_is_dropped() {
    let directory = tempfile::tempdir().expect("a directory");
    let marker = directory.path().join("written");
    let text = format!(
        "echo begun; printf 'working on item 17'; : > {}; sleep 60",
        marker.display()
    );
    let trial = allowing(&["sh=/bin/sh"]);
    let (ctx, signals) = JobContext::new(trial.parts(&script(&text)));
    let mut attempt = trial.handler().run(&ctx);
    for _ in 0..2_000 {
        // What the program has written is read when the attempt is polled after that.
        let is_written = marker.exists();
        let polled = tokio::time::timeout(Duration::from_millis(10), &mut attempt).await;
        assert!(polled.is_err(), "{polled:?}");
        if is_written {
            break;
        }
    }
    drop(attempt);
    let lines = signals.take_rest().lines;
    let lines: Vec<_> = lines.iter().map(|line| line.line.as_str()).collect();
    assert_eq!(lines, ["begun", "working on item 17"]);
}

#[tokio::test]
async fn arguments_reach_the_program_without_a_shell() {
    let trial = allowing(&["/bin/echo"]);
    let payload = json!({"program": "/bin/echo", "args": ["$(id)", "a  b", "; ls", ""]});
    let result = trial
        .run(&payload)
        .await
        .expect("succeeds")
        .expect("has a result");
    let result: Value = result.parse().expect("JSON");
    assert_eq!(result["stdout"], "$(id) a  b ; ls \n");
}

#[tokio::test]
async fn environment_of_the_worker_is_not_inherited() {
    let trial = allowing(&["/usr/bin/env"]);
    let payload = json!({"program": "/usr/bin/env", "env": {"GREETING": "hello"}});
    let parts = trial.parts(&payload);
    let mut expected = "GREETING=hello\nODD_ATTEMPT=1\n".to_owned();
    writeln!(expected, "ODD_IDEMPOTENCY_TOKEN={}:1", parts.job_id).expect("writes");
    writeln!(expected, "ODD_JOB_ID={}", parts.job_id).expect("writes");
    expected.push_str("PATH=/usr/local/bin:/usr/bin:/bin");
    let result = trial
        .run_parts(parts)
        .await
        .0
        .expect("succeeds")
        .expect("has a result");
    let result: Value = result.parse().expect("JSON");
    let mut lines: Vec<&str> = result["stdout"].as_str().expect("a text").lines().collect();
    lines.sort_unstable();
    assert_eq!(lines.join("\n"), expected);
}

#[tokio::test]
async fn standard_input_and_directory_are_passed() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().canonicalize().expect("exists");
    let mut payload = script("cat; pwd");
    payload["stdin"] = "fed\n".into();
    payload["cwd"] = path.to_str().expect("UTF-8").into();
    let (result, _) = run(&payload).await;
    let expected = format!("fed\n{}\n", path.display());
    assert_eq!(result.expect("succeeds")["stdout"], expected);
}

#[tokio::test]
async fn missing_directory_is_named() {
    let mut payload = script("pwd");
    payload["cwd"] = "/not/there".into();
    let error = run(&payload).await.0.expect_err("cannot start");
    assert!(
        error
            .to_string()
            .contains("cannot be started in /not/there"),
        "{error}"
    );
}

#[tokio::test]
async fn unread_input_does_not_block() {
    let mut payload = script("exit 0");
    payload["stdin"] = "x".repeat(500_000).into();
    assert!(run(&payload).await.0.is_ok());
}

#[tokio::test]
async fn excess_output_is_omitted_and_counted() {
    let flood = "i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done";
    let (result, lines) = run(&script(flood)).await;
    let result = result.expect("succeeds");
    assert_eq!(lines.len(), 1_000);
    assert_eq!(lines[499].line, "line 499");
    assert_eq!(lines[500].line, "19001 lines omitted");
    assert_eq!(lines[999].line, "line 19999");
    assert_eq!(result["omittedLogLines"], 19_001);
    let tail = result["stdout"].as_str().expect("a text");
    assert_eq!(tail.len(), 64 * 1024);
    assert!(tail.ends_with("line 19999\n"));
    assert_eq!(result["stdoutTruncated"], true);
    let written: usize = (0..20_000).map(|n| format!("line {n}\n").len()).sum();
    assert_eq!(result["stdoutOmittedBytes"], written - 64 * 1024);
    assert_eq!(result["stderrOmittedBytes"], 0);
}

#[test]
fn only_listed_programs_are_accepted() {
    let off = Trial::new("process.run", BuiltInConfig::default());
    let refusal = off
        .validate(&json!({"program": "/bin/sh"}))
        .expect_err("off by default");
    assert_eq!(refusal.errors[0].pointer, "/program");
    assert!(refusal.errors[0].message.contains("is off"), "{refusal}");

    let trial = allowing(&["sh=/bin/sh"]);
    for program in ["sh", "/bin/sh"] {
        assert_eq!(trial.validate(&json!({"program": program})), Ok(()));
    }
    for program in [
        "",
        "bash",
        "/bin/bash",
        "/bin/../bin/sh",
        "//bin/sh",
        "/bin/sh ",
        "./sh",
        "SH",
    ] {
        assert_eq!(
            trial.refused_at(&json!({"program": program})),
            "/program",
            "{program}"
        );
    }
}

#[test]
fn refusal_names_the_setting_that_allows_the_program() {
    let refusal = |programs: &[&str], program: &str| {
        let process = ProcessRunConfig {
            allow: programs
                .iter()
                .map(|text| text.parse().expect("a program"))
                .collect(),
            allow_setting: Some("SOME_SETTING"),
            ..ProcessRunConfig::default()
        };
        let config = BuiltInConfig {
            process,
            ..BuiltInConfig::default()
        };
        let refused = Trial::new("process.run", config).validate(&json!({"program": program}));
        refused.expect_err("not listed").errors.remove(0).message
    };
    for (programs, program, hint) in [
        (&[][..], "/bin/ls", "to allow it, set SOME_SETTING=/bin/ls"),
        (
            &["/bin/sh"][..],
            "/bin/ls",
            "to allow it, add /bin/ls to SOME_SETTING",
        ),
        (
            &["/bin/sh"][..],
            "ls",
            "for example SOME_SETTING=/usr/bin/convert",
        ),
        (
            &["/bin/sh"][..],
            "/bin/a,b",
            "for example SOME_SETTING=/usr/bin/convert",
        ),
    ] {
        let message = refusal(programs, program);
        assert!(message.ends_with(hint), "{message}");
    }
}

#[test]
fn invalid_fields_are_refused_at_their_pointer() {
    let trial = allowing(&["sh=/bin/sh"]);
    for (field, value, pointer) in [
        ("args", json!("-c"), "/args"),
        ("args", json!(["-c", 1]), "/args/1"),
        ("args", json!(["a\u{0}b"]), "/args/0"),
        ("args", json!(vec!["x"; 1_001]), "/args"),
        ("env", json!({"LD_PRELOAD": "/tmp/x.so"}), "/env/LD_PRELOAD"),
        ("env", json!({"PATH": "/tmp"}), "/env/PATH"),
        ("env", json!({"ODD_JOB_ID": "x"}), "/env/ODD_JOB_ID"),
        ("env", json!({"A=B": "x"}), "/env/A=B"),
        ("env", json!({"": "x"}), "/env/"),
        ("cwd", json!("relative"), "/cwd"),
        ("stdin", json!(["x"]), "/stdin"),
        ("shell", json!(true), "/shell"),
    ] {
        let payload = json!({"program": "sh", (field): value});
        assert_eq!(trial.refused_at(&payload), pointer, "{payload}");
    }
}
