//! The process of `up`: signals, limits, and what programs of jobs leave.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::up::Up;

/// Starts an observatory whose jobs may run a shell, by a command such as `prlimit` that runs the rest of its arguments.
fn start_under(wrapper: &[&str]) -> Up {
    Up::start_under(wrapper, |command| {
        command.env("ODD_PROCESS_RUN_ALLOW", "/bin/sh");
    })
}

fn script(text: &str) -> String {
    json!({"program": "/bin/sh", "args": ["-c", text]}).to_string()
}

fn within_a_minute<T>(what: &str, mut check: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(found) = check() {
            return found;
        }
        assert!(Instant::now() < deadline, "not within a minute: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn written(file: &Path) -> String {
    within_a_minute("the program writes its file", || {
        let text = std::fs::read_to_string(file).ok()?;
        text.ends_with('\n').then(|| text.trim().to_owned())
    })
}

fn job(up: &Up, id: &str) -> Value {
    let text = up.odd(&["jobs", "get", id, "-o", "json"]).expect(0);
    serde_json::from_str(&text).expect("JSON")
}

/// Returns the processes whose parent is `parent`, with the letters of their states.
fn children(parent: u32) -> Vec<(u32, char)> {
    let processes = std::fs::read_dir("/proc").expect("is mounted");
    let stats =
        processes.filter_map(|entry| std::fs::read_to_string(entry.ok()?.path().join("stat")).ok());
    stats
        .filter_map(|stat| {
            let (start, rest) = stat.rsplit_once(") ")?;
            let mut fields = rest.split(' ');
            let state = fields.next()?.chars().next()?;
            let is_child = fields.next()?.parse() == Ok(parent);
            let pid = start.split(' ').next()?.parse().ok()?;
            is_child.then_some((pid, state))
        })
        .collect()
}

#[test]
fn hangup_finishes_running_jobs() {
    let mut up = start_under(&["env"]);
    let started = up.data_dir().join("started");
    let text = format!("echo > {}; sleep 3", started.display());
    let submitted = [
        "submit",
        "process.run",
        &script(&text),
        "--max-attempts",
        "1",
        "-o",
        "name",
    ];
    let id = up.odd(&submitted).expect(0);
    written(&started);
    up.signal(Signal::HUP);
    // The shell of a closed terminal sends the signal, and the kernel sends it again when the shell has ended.
    std::thread::sleep(std::time::Duration::from_millis(800));
    up.signal(Signal::HUP);
    assert_eq!(up.wait().code(), Some(0));
    up.restart();
    let job = job(&up, id.trim());
    assert_eq!(
        (&job["status"], &job["attempt"]),
        (&json!("COMPLETED"), &json!(1))
    );
}

#[test]
fn ignored_hangup_stays_ignored() {
    let mut up = start_under(&["nohup"]);
    up.signal(Signal::HUP);
    up.odd(&["submit", "echo", "--wait"]).expect(0);
    assert!(up.is_running());
    assert_eq!(up.stop().code(), Some(0));
}

#[test]
fn first_process_waits_for_what_programs_leave() {
    let up = start_under(&["unshare", "--pid", "--fork", "--kill-child"]);
    let (left, ended) = (up.data_dir().join("left"), up.data_dir().join("ended"));
    // The program ends once the other process has left its group, as the rest of the group is killed then.
    let text = format!(
        "(setsid sh -c 'echo > {left}; sleep 0.1; echo > {ended}' >/dev/null 2>&1 &); \
         until [ -e {left} ]; do sleep 0.02; done; exit 3",
        left = left.display(),
        ended = ended.display(),
    );
    let submitted = [
        "submit",
        "process.run",
        &script(&text),
        "--max-attempts",
        "1",
        "--wait",
        "-o",
        "json",
    ];
    let failed = up.odd(&submitted).expect(6);
    assert!(
        failed.contains("exit code 3"),
        "its status was taken: {failed}"
    );
    written(&ended);
    let [(first, _)] = children(up.pid())[..] else {
        panic!("unshare has one child");
    };
    within_a_minute("no zombie is left", || {
        let zombies = children(first)
            .into_iter()
            .filter(|(_, state)| *state == 'Z');
        (zombies.count() == 0).then_some(())
    });
    rustix::process::kill_process(pid(first), Signal::TERM).expect("it runs");
    let mut up = up;
    assert_eq!(up.wait().code(), Some(0));
}

fn pid(raw: u32) -> rustix::process::Pid {
    rustix::process::Pid::from_raw(raw.cast_signed()).expect("not zero")
}

#[test]
fn soft_limit_of_open_files_is_raised_for_the_observatory_only() {
    let up = start_under(&["prlimit", "--nofile=512:4096"]);
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", up.pid())).expect("it runs");
    let open_files = limits
        .lines()
        .find(|line| line.starts_with("Max open files"));
    let numbers: Vec<_> = open_files
        .expect("listed")
        .split_whitespace()
        .skip(3)
        .collect();
    assert_eq!(numbers, ["4096", "4096", "files"]);
    // The limit is set as soon as the program has started; it reads its input after that.
    let payload = json!({
        "program": "/bin/sh",
        "args": ["-c", "read go; ulimit -Sn; ulimit -Hn"],
        "stdin": "go\n",
    });
    let text = up
        .odd(&[
            "submit",
            "process.run",
            &payload.to_string(),
            "--wait",
            "-o",
            "json",
        ])
        .expect(0);
    let job: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(job["result"]["stdout"], "512\n4096\n");
}

#[test]
fn shortage_of_descriptors_burns_no_attempt() {
    let up = Up::start_under(&["prlimit", "--nofile=256:256"], |command| {
        command
            .env("ODD_PROCESS_RUN_ALLOW", "/bin/sh")
            .env("ODD_WORKER_CONCURRENCY", "200");
    });
    let line = json!({
        "type": "process.run",
        "payload": {"program": "/bin/sh", "args": ["-c", "sleep 0.3"]},
        "maxAttempts": 1,
    });
    let batch = up.data_dir().join("batch.ndjson");
    std::fs::write(&batch, format!("{line}\n").repeat(150)).expect("written");
    let batch = batch.to_str().expect("UTF-8");
    up.odd(&["submit", "--batch", batch, "--wait", "--timeout", "2m"])
        .expect(0);
}

#[test]
fn write_beyond_the_file_size_limit_is_answered_with_503() {
    let mut up = start_under(&["env"]);
    let text = "x".repeat(500_000);
    let body = json!({"type": "echo", "payload": text}).to_string();
    let gateway = up.url("gateway").trim_start_matches("http://").to_owned();
    let submit = || post(&gateway, &body);
    let refusal = limited(&up, || {
        within_a_minute("a submission is refused", || {
            let answer = submit();
            (!answer.starts_with("HTTP/1.1 201 ")).then_some(answer)
        })
    });
    assert!(refusal.starts_with("HTTP/1.1 503 "), "{refusal}");
    assert!(up.is_running());
    within_a_minute("submissions are accepted again", || {
        submit().starts_with("HTTP/1.1 201 ").then_some(())
    });
    assert_eq!(up.stop().code(), Some(0));
}

/// Submits a job and returns the response.
fn post(gateway: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(gateway).expect("listens");
    let head = format!(
        "POST /jobs HTTP/1.1\r\nHost: {gateway}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("sent");
    stream.write_all(body.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answered");
    answer
}

/// Calls `check` while the files of the observatory may not grow beyond 4 MB.
fn limited<T>(up: &Up, check: impl FnOnce() -> T) -> T {
    let set = |limit: Option<u64>| {
        let limit = rustix::process::Rlimit {
            current: limit,
            maximum: None,
        };
        rustix::process::prlimit(Some(pid(up.pid())), rustix::process::Resource::Fsize, limit)
            .expect("permitted")
    };
    set(Some(4_000_000));
    let checked = check();
    set(None);
    checked
}
