use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::fake_server::{FakeServer, json_response};
use crate::program::{odd, program, run};

/// Completes `LAST` after `WORDS` as bash does when a user presses Tab.
const BASH: &str = r#"
source <(odd-dashboard completions bash)
COMP_WORDS=($WORDS "$LAST")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
COMP_TYPE=9
_clap_complete_odd_dashboard odd-dashboard "$LAST" ''
printf '%s\n' "${COMPREPLY[@]}"
"#;

/// Runs a shell with the executable on its path.
fn shell(name: &str) -> Command {
    let executable = Path::new(env!("CARGO_BIN_EXE_odd-dashboard"));
    let dir = executable.parent().expect("a directory");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let paths = std::iter::once(dir.to_owned()).chain(std::env::split_paths(&path));
    let mut command = Command::new(name);
    let template = program();
    for (name, value) in template.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command.env("PATH", std::env::join_paths(paths).expect("a path"));
    command
}

/// The candidates that bash shows for `last`, after `words`.
fn completed(words: &str, last: &str, configure: impl FnOnce(&mut Command)) -> Vec<String> {
    let mut command = shell("bash");
    command
        .args(["--norc", "--noprofile", "-c", BASH])
        .env("WORDS", words)
        .env("LAST", last);
    configure(&mut command);
    let result = run(&mut command);
    assert_eq!(result.stderr, "", "a completion prints no error");
    let shown = result.expect(0);
    shown.lines().map(|line| line.trim().to_owned()).collect()
}

fn completed_offline(words: &str, last: &str) -> Vec<String> {
    completed(words, last, |command| {
        command.env("ODD_READ_MODEL_URL", "http://127.0.0.1:1");
    })
}

const ID: &str = "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11";
const FINGERPRINT: &str = "9c2f1e0b7a4d3c55";

/// A read-model with one job, one queue and one job type.
fn server() -> FakeServer {
    let at = "2026-01-31T12:00:00.000000Z";
    FakeServer::start(move |request| {
        json_response(&match request {
            jobs if jobs.starts_with("get /jobs?") => json!({
                "jobs": [{
                    "id": ID, "type": "render", "queue": "slow", "status": "PENDING", "version": 1, "priority": 0,
                    "attempt": 0, "maxAttempts": 5, "run": 1, "timeoutMs": 1000, "createdAt": at, "updatedAt": at,
                    "correlationId": ID
                }],
                "nextCursor": null
            }),
            "get /queues" => json!({
                "queues": [{
                    "queue": "slow", "ready": 1, "delayed": 0, "executing": 0, "failed": 0, "oldestReadySeconds": 1.0
                }],
                "asOf": at
            }),
            "get /failures?limit=20" => json!({
                "groups": [{
                    "fingerprint": FINGERPRINT, "type": "render", "code": "error", "message": "no disk",
                    "firstSeenAt": at, "lastSeenAt": at, "occurrences": 2, "jobs": 1, "versions": ["0.1.0"],
                    "sampleJobIds": []
                }],
                "unlisted": 0,
                "asOf": at
            }),
            other => panic!("{other}"),
        })
    })
}

#[test]
fn commands_and_fixed_names_are_completed_in_bash() {
    for (words, last, expected) in [
        ("odd-dashboard", "rebuild", "rebuild-views"),
        ("odd-dashboard jobs", "ca", "cancel"),
        ("odd-dashboard serve", "gate", "gateway"),
        (
            "odd-dashboard jobs list --status",
            "FAILED,CANC",
            "FAILED,CANCELLED",
        ),
        ("odd-dashboard events --type", "job.cr", "job.created"),
        ("odd-dashboard drill run", "flo", "flood"),
        ("odd-dashboard submit", "htt", "http.request"),
        ("odd-dashboard status -o", "jsonl", "jsonl"),
    ] {
        assert_eq!(completed_offline(words, last), [expected], "{words} {last}");
    }
}

#[test]
fn ids_and_queues_of_the_observatory_are_completed() {
    let server = server();
    let with_server = |words, last| {
        completed(words, last, |command| {
            command.env("ODD_READ_MODEL_URL", server.url());
        })
    };
    assert_eq!(with_server("odd-dashboard jobs get", "0192"), [ID]);
    assert_eq!(with_server("odd-dashboard explain", "")[0], ID);
    assert_eq!(
        with_server("odd-dashboard failures retry", "9c"),
        [FINGERPRINT]
    );
    assert_eq!(
        with_server("odd-dashboard jobs list --queue", "s"),
        ["slow"]
    );
    let url = server.url();
    let with_flag = format!("odd-dashboard --read-model-url {url} jobs cancel");
    assert_eq!(completed_offline(&with_flag, "0192"), [ID]);
}

#[test]
fn profiles_of_the_configuration_file_are_completed() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("odd.toml");
    let urls = "gateway_url = 'http://127.0.0.1:1'\nread_model_url = 'http://127.0.0.1:1'\n";
    let profiles = format!("[profiles.prod]\n{urls}[profiles.dev]\n{urls}");
    std::fs::write(&file, profiles).expect("written");
    let profiles = completed("odd-dashboard status --profile", "pr", |command| {
        command.env("ODD_CONFIG", &file);
    });
    assert_eq!(profiles, ["prod"]);
}

#[test]
fn completion_does_not_wait_for_a_server_that_does_not_answer() {
    // The system accepts the connection; nothing answers it.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", silent.local_addr().expect("bound"));
    let begun = Instant::now();
    let jobs = completed("odd-dashboard jobs get", "0192", |command| {
        command.env("ODD_READ_MODEL_URL", &url);
    });
    assert_eq!(jobs.concat(), "");
    // The limit is 0.3 s. The rest is for shells on a busy machine.
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "{:?}",
        begun.elapsed()
    );
}

#[test]
fn every_shell_has_a_script() {
    for name in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = odd(["completions", name]).expect(0);
        assert!(
            script.contains("_ODD_DASHBOARD_COMPLETE"),
            "{name}: {script}"
        );
    }
}

#[test]
fn scripts_are_valid_in_the_shells_that_are_installed() {
    for (name, arguments) in [
        ("zsh", ["-f", "-n"]),
        ("fish", ["--no-config", "--no-execute"]),
    ] {
        let script = odd(["completions", name]).expect(0);
        let dir = tempfile::tempdir().expect("a directory");
        let file = dir.path().join("script");
        std::fs::write(&file, script).expect("written");
        match shell(name).args(arguments).arg(&file).output() {
            Ok(output) => assert!(output.status.success(), "{name}: {output:?}"),
            Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::NotFound),
        }
    }
}

#[test]
fn completion_does_not_wait_for_a_pipe() {
    let dir = tempfile::tempdir().expect("a directory");
    let pipe = dir.path().join("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status().expect("it runs");
    assert!(made.success());
    for option in ["--config", "--token-file"] {
        let words = format!("odd-dashboard {option} {} jobs get", pipe.display());
        let started = Instant::now();
        assert_eq!(completed_offline(&words, "0192").concat(), "");
        assert!(started.elapsed() < Duration::from_secs(10), "{option}");
    }
}
