use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use crate::fake_server::{FakeServer, json_response};
use crate::pseudo_terminal::PseudoTerminal;
use crate::up::up_command;

/// A read-model with one queue, which answers 503 while the flag is set.
fn server() -> (FakeServer, Arc<AtomicBool>) {
    let is_down = Arc::new(AtomicBool::new(false));
    let flag = is_down.clone();
    let server = FakeServer::start(move |_| match flag.load(Ordering::SeqCst) {
        true => "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n".to_owned(),
        false => json_response(&json!({
            "queues": [
                {"queue": "default", "ready": 3, "delayed": 2, "executing": 1, "failed": 0, "oldestReadySeconds": 200.0},
                {"queue": "slow", "ready": 0, "delayed": 0, "executing": 0, "failed": 7, "oldestReadySeconds": null}
            ],
            "asOf": "2026-01-31T12:00:00.000000Z"
        })),
    });
    (server, is_down)
}

const TABLE: &str = "\
QUEUE    READY  DELAYED  EXECUTING  FAILED  OLDEST READY
default  3      2        1          0       3 min 20 s
slow     0      0        0          7
";

#[test]
fn queues_are_shown_with_human_durations() {
    let (server, _) = server();
    assert_eq!(server.run(&["queues"]).expect(0), TABLE);
    assert_eq!(
        server.run(&["queues", "-o", "name"]).expect(0),
        "default\nslow\n"
    );
    let lines = server.run(&["queues", "-o", "jsonl"]).expect(0);
    assert_eq!(lines.lines().count(), 2, "{lines}");
    assert_eq!(server.received(), ["get /queues"; 3]);
}

#[test]
fn watch_redraws_in_place_and_keeps_old_figures_with_their_age() {
    let (server, is_down) = server();
    let mut command = server.program();
    let mut terminal = PseudoTerminal::start(command.args(["queues", "--watch", "1"]));
    let first = terminal.read_until("slow ");
    assert!(first.contains("● live, every 1.0 s"), "{first:?}");
    let again = terminal.read_until("slow ");
    // The notice, an empty line and the table of three lines.
    assert!(again.contains("\u{1b}[5A"), "{again:?}");
    is_down.store(true, Ordering::SeqCst);
    let stale = terminal.read_until("s old, retrying: ");
    assert!(stale.contains("◌ "), "{stale:?}");
    let kept = terminal.read_until("slow ");
    assert!(kept.contains("3 min 20 s"), "{kept:?}");
    is_down.store(false, Ordering::SeqCst);
    terminal.read_until("● live");
    terminal.signal(Signal::INT);
    assert_eq!(terminal.end().0, Some(130));
}

#[test]
fn watch_appends_on_a_pipe_and_reports_a_lost_server_once() {
    let (server, is_down) = server();
    let mut child = server
        .program()
        .args(["queues", "--watch", "1"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let mut table = || -> String {
        let lines = lines.by_ref().map(|line| line.expect("text"));
        lines
            .take_while(|line| !line.is_empty())
            .map(|line| line + "\n")
            .collect()
    };
    assert_eq!([table(), table()], [TABLE; 2]);
    is_down.store(true, Ordering::SeqCst);
    let mut messages = BufReader::new(child.stderr.take().expect("piped")).lines();
    let message = messages.next().expect("a line").expect("text");
    assert!(
        message.starts_with("warning: ") && message.ends_with("; retrying"),
        "{message}"
    );
    is_down.store(false, Ordering::SeqCst);
    let message = messages.next().expect("a line").expect("text");
    assert!(
        message.starts_with("the server answers again after "),
        "{message}"
    );
    kill_process(Pid::from_child(&child), Signal::INT).expect("it runs");
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
}

#[test]
fn up_prints_its_process_on_a_terminal() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut terminal = PseudoTerminal::start(&mut up_command(&dir.path().join("data")));
    let process = format!("process         {}", terminal.pid());
    let shown = terminal.read_until("Ctrl+C stops it");
    assert!(shown.contains(&process), "{shown}");
    terminal.signal(Signal::TERM);
    assert_eq!(terminal.end().0, Some(0));
}

#[test]
fn watch_fails_at_once_when_the_server_cannot_be_reached() {
    let (server, is_down) = server();
    is_down.store(true, Ordering::SeqCst);
    for command in ["queues", "status"] {
        let run = server.run(&[command, "--watch"]);
        assert_ne!(run.code, Some(0), "{run:?}");
    }
}
