//! Every documented exit code, produced by a command.

use std::collections::BTreeSet;
use std::io::Read;
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use crate::fake_server::FakeServer;
use crate::program::{odd, run};
use crate::up::Up;

/// A server that refuses the token of every request.
fn refusing_server() -> FakeServer {
    FakeServer::start(|_| {
        let problem = json!({
            "type": "about:blank", "title": "not authorised", "status": 401, "detail": "no token", "code": "unauthorized",
            "correlationId": "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11"
        })
        .to_string();
        let length = problem.len();
        format!(
            "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/problem+json\r\nContent-Length: {length}\r\n\r\n\
             {problem}"
        )
    })
}

/// Starts to follow events, and ends the command by a signal once it prints them.
fn stopped_by(command: &mut Command, signal: Signal) -> i32 {
    let follow = ["events", "--follow", "--since", "1h"];
    let child = command.args(follow).stdout(Stdio::piped()).spawn();
    let mut child = child.expect("it starts");
    let mut byte = [0];
    let stdout = child.stdout.as_mut().expect("piped");
    stdout.read_exact(&mut byte).expect("an event");
    kill_process(Pid::from_child(&child), signal).expect("it runs");
    child.wait().expect("it ends").code().expect("a code")
}

fn produced() -> BTreeSet<i32> {
    let up = Up::start();
    let mut codes = BTreeSet::new();
    let mut expect = |code: i32, produced: Option<i32>| {
        assert_eq!(produced, Some(code));
        codes.insert(code);
    };
    let unknown = "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11";
    let fail = [
        "submit",
        "fail",
        r#"{"message":"no","permanent":true}"#,
        "--wait",
    ];
    let slow = [
        "submit",
        "sleep",
        r#"{"ms":60000}"#,
        "--wait",
        "--timeout",
        "100ms",
    ];
    let unreachable = ["submit", "echo", "--gateway-url", "http://127.0.0.1:1"];
    expect(0, odd(["version"]).code);
    expect(
        1,
        odd(["rebuild-views", "--data-dir", "/nowhere/at/all"]).code,
    );
    expect(2, odd(["status", "-o", "xml"]).code);
    expect(3, odd(unreachable).code);
    expect(4, refusing_server().run(&["jobs", "get", unknown]).code);
    expect(5, up.odd(&["jobs", "get", unknown]).code);
    expect(6, up.odd(&fail).code);
    expect(124, run(up.program().args(slow)).code);
    expect(130, Some(stopped_by(&mut up.program(), Signal::INT)));
    expect(143, Some(stopped_by(&mut up.program(), Signal::TERM)));
    codes
}

/// The codes in the table of the reference.
fn documented() -> BTreeSet<i32> {
    let page = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../docs/reference/cli.md"
    ));
    let (_, section) = page.split_once("\n## Exit codes\n").expect("a section");
    let section = section.split("\n## ").next().expect("not empty");
    let cells = section
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    cells
        .flat_map(|cell| cell.split(", "))
        .filter_map(|code| code.parse().ok())
        .collect()
}

#[test]
fn every_documented_exit_code_is_produced_and_no_other() {
    assert_eq!(produced(), documented());
}
