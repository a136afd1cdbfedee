use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use crate::fake_server::{FakeServer, json_response};
use crate::pty::Interface;
use crate::up::up_command;

/// A read-model with one queue, which answers 503 while the flag is set.
fn server() -> (FakeServer, Arc<AtomicBool>) {
    let is_down = Arc::new(AtomicBool::new(false));
    let flag = is_down.clone();
    let server = FakeServer::start(move |_| match flag.load(Ordering::SeqCst) {
        true => "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n".to_owned(),
        false => json_response(&json!({
            "queues": [
                {
                    "queue": "default", "ready": 3, "delayed": 2, "executing": 1, "failed": 0, "oldestReadySeconds": 200.0,
                    "running": 1, "concurrency": 4, "utilisation": 0.25, "arrivalPerSecond": 0.5,
                    "finishPerSecond": 2.0, "drainSeconds": 2.0, "types": [{"type": "echo", "count": 6}],
                    "depthHistory": [5, 3]
                },
                {"queue": "slow", "ready": 0, "delayed": 0, "executing": 0, "failed": 7, "oldestReadySeconds": null}
            ],
            "asOf": "2026-01-31T12:00:00.000000Z"
        })),
    });
    (server, is_down)
}

const TABLE: &str = "\
QUEUE    READY  DELAYED  EXECUTING  FAILED  OLDEST READY  WORKERS BUSY  ARRIVE  FINISH  DRAINED IN
default  3      2        1          0       3 min 20 s    25 %          0.5/s   2.0/s   2.0 s
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
    let mut terminal = Interface::run(command.args(["queues", "--watch", "1"]), 100, 24);
    let shown = terminal.see("slow ");
    assert!(shown.contains("● live, every 1.0 s"), "{}", shown.text());
    is_down.store(true, Ordering::SeqCst);
    let stale = terminal.see("s old, retrying: ");
    let tables = stale.lines().filter(|line| line.contains("3 min 20 s"));
    assert_eq!(tables.count(), 1, "{}", stale.text());
    assert!(!stale.contains("● live"), "{}", stale.text());
    is_down.store(false, Ordering::SeqCst);
    terminal.see("● live");
    terminal.signal(Signal::INT);
    assert_eq!(terminal.end(), 130);
}

#[test]
fn watch_appends_on_a_terminal_that_cannot_move_its_cursor() {
    let (server, _) = server();
    let mut command = server.program();
    command.env("TERM", "dumb").args(["queues", "--watch", "1"]);
    let mut terminal = Interface::run(&command, 100, 24);
    terminal.until("two tables", |screen| {
        screen
            .lines()
            .filter(|line| line.starts_with("slow "))
            .count()
            == 2
    });
    assert!(
        !terminal.written().contains('\u{1b}'),
        "{:?}",
        terminal.written()
    );
    terminal.signal(Signal::INT);
    assert_eq!(terminal.end(), 130);
}

#[test]
fn queues_fit_the_terminal() {
    let (server, _) = server();
    let mut command = server.program();
    let mut terminal = Interface::run(command.arg("queues"), 40, 12);
    let shown = terminal.see("slow ");
    let rows = shown.lines().filter(|line| !line.trim().is_empty());
    assert_eq!(rows.count(), 3, "{}", shown.text());
    assert_eq!(terminal.end(), 0);
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
    let mut terminal = Interface::run(&up_command(&dir.path().join("data")), 100, 24);
    let process = format!("process         {}", terminal.pid());
    let shown = terminal.see("Ctrl+C stops it");
    assert!(shown.contains(&process), "{}", shown.text());
    terminal.signal(Signal::TERM);
    assert_eq!(terminal.end(), 0);
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
