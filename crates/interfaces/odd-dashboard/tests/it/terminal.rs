use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};

use crate::fake_server::{FakeServer, job_response};
use crate::program::program;
#[cfg(unix)]
use crate::pty::Interface;
use crate::up::Up;

#[test]
fn closed_pipe_ends_a_command_without_a_message() {
    // The page is larger than the buffer of a pipe, so writing fails.
    let mut child = program()
        .args(["man"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn closed_pipe_ends_an_event_stream_without_a_message() {
    let up = Up::start();
    let mut child = up
        .program()
        .args(["events", "--follow", "--since", "1h", "-o", "jsonl"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    up.odd(&["submit", "echo", "--wait"]).expect(0);
    let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
    let mut line = String::new();
    stdout.read_line(&mut line).expect("an event");
    assert!(line.contains("job.created"), "{line}");
    drop(stdout);
    up.odd(&["submit", "echo", "--wait"]).expect(0);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn signal_ends_a_command_with_its_exit_code() {
    let up = Up::start();
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        up.odd(&["submit", "echo", "--wait"]).expect(0);
        let mut child = up
            .program()
            .args(["events", "--follow", "--since", "1h"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut byte = [0];
        child
            .stdout
            .as_mut()
            .expect("piped")
            .read_exact(&mut byte)
            .expect("an event");
        kill_process(Pid::from_child(&child), signal).expect("it runs");
        assert_eq!(child.wait().expect("it ends").code(), Some(code));
    }
}

#[test]
fn control_characters_in_jobs_are_escaped() {
    let up = Up::start();
    let payload =
        "{\"message\":\"\\u001b]52;c;eA==\\u0007 \\u009b31m \u{202e}evil\",\"permanent\":true}";
    let run = up.odd(&[
        "submit",
        "fail",
        payload,
        "--tag",
        "t\u{2066}ag",
        "--wait",
        "--color",
        "always",
    ]);
    let shown = format!("{}{}", run.stdout, run.stderr);
    assert_eq!(run.code, Some(6));
    let list = up.odd(&["dlq", "list"]).expect(0);
    let json = up.odd(&["jobs", "list", "-o", "json"]).expect(0);
    for text in [&shown, &list, &json] {
        for active in ["\u{1b}]", "\u{7}", "\u{9b}", "\u{202e}", "\u{2066}"] {
            assert!(!text.contains(active), "{active:?} in {text:?}");
        }
    }
    assert!(shown.contains("\\u{202e}evil"), "{shown}");
    assert!(json.contains("t\\u2066ag"), "{json}");
}

/// What a list prints on a terminal with these variables and arguments.
#[cfg(unix)]
fn on_a_terminal(variables: &[(&str, &str)], arguments: &[&str]) -> String {
    let id = "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11";
    let server = FakeServer::start(move |_| job_response(id, "COMPLETED"));
    let mut command = server.program();
    command
        .args(["jobs", "cancel", id])
        .args(arguments)
        .envs(variables.iter().copied());
    let mut terminal = Interface::run(&command, 100, 24);
    assert_eq!(terminal.end(), 0);
    terminal.see("COMPLETED");
    terminal.written()
}

#[cfg(unix)]
#[test]
fn colour_on_a_terminal_depends_on_the_option_and_the_environment() {
    for (variables, arguments, is_coloured) in [
        (&[][..], &[][..], true),
        (&[("NO_COLOR", "")], &[], true),
        (&[("NO_COLOR", "1")], &[], false),
        (&[("TERM", "dumb")], &[], false),
        (&[("NO_COLOR", "1")], &["--color", "always"], true),
        (&[("TERM", "dumb")], &["--color", "always"], true),
        (&[], &["--color", "never"], false),
        (&[], &["-o", "json"], false),
    ] {
        let shown = on_a_terminal(variables, arguments);
        let case = format!("{variables:?} {arguments:?}: {shown:?}");
        assert!(shown.contains("COMPLETED"), "{case}");
        assert_eq!(shown.contains("\u{1b}["), is_coloured, "{case}");
    }
}

#[test]
fn colour_is_used_only_on_request_in_pipes() {
    let up = Up::start();
    up.odd(&["submit", "echo", "--wait"]).expect(0);
    let plain = up.odd(&["jobs"]).expect(0);
    assert!(!plain.contains('\u{1b}'), "{plain}");
    let coloured = up.odd(&["jobs", "--color", "always"]).expect(0);
    assert!(
        coloured.contains("\u{1b}[32m✓ COMPLETED\u{1b}[0m"),
        "{coloured}"
    );
    let without = |text: &str| text.replace("\u{1b}[32m", "").replace("\u{1b}[0m", "");
    assert_eq!(without(&coloured), plain);
}
