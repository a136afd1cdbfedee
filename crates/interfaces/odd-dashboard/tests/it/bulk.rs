//! Commands for many jobs that end early, or change nothing.

use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::fake_server::{FakeServer, job_response, json_response};
use crate::program::{Run, odd, run};
use crate::up::Up;

fn id(number: usize) -> String {
    format!("0192f0c1-2f3b-7a51-b6a1-{number:012x}")
}

/// An observatory with 20 jobs, which cancels three of them and does not answer for the others. Returns how many requests to
/// cancel it has received, too.
fn server() -> (FakeServer, Arc<AtomicUsize>) {
    let requests = Arc::new(AtomicUsize::new(0));
    let count = requests.clone();
    let job: Value = serde_json::from_str(
        job_response(&id(0), "PENDING")
            .split("\r\n\r\n")
            .nth(1)
            .expect("a body"),
    )
    .expect("JSON");
    let server = FakeServer::start(move |request| {
        if request.starts_with("get /jobs?") {
            let jobs = (0..20).map(|number| {
                let mut job = job.clone();
                job["id"] = id(number).into();
                job
            });
            let jobs: Vec<Value> = jobs.collect();
            return json_response(&json!({ "jobs": jobs, "nextCursor": null }));
        }
        if request.contains("/cancel") && count.fetch_add(1, Ordering::SeqCst) >= 3 {
            std::thread::sleep(Duration::from_secs(60));
        }
        let id = request.split('/').nth(2).unwrap_or_default();
        job_response(id, "CANCELLED")
    });
    (server, requests)
}

fn cancel(server: &FakeServer, args: &[&str]) -> Command {
    let mut command = server.program();
    command
        .args(["jobs", "cancel", "--filter", "type:echo", "--yes"])
        .args(args);
    command
}

/// Interrupts a command once three jobs are cancelled and the others do not answer.
fn interrupted(command: &mut Command, requests: &AtomicUsize) -> Run {
    let mut child: Child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let deadline = Instant::now() + Duration::from_secs(20);
    while requests.load(Ordering::SeqCst) < 11 {
        let has_ended = child.try_wait().expect("a child").is_some();
        assert!(!has_ended && Instant::now() < deadline, "11 requests");
        std::thread::sleep(Duration::from_millis(5));
    }
    kill_process(Pid::from_child(&child), Signal::INT).expect("it runs");
    child.wait_with_output().expect("it ends").into()
}

const SENTENCE: &str = "3 jobs cancelled or asked to stop, 17 not tried\n";

#[test]
fn interrupted_command_reports_what_it_has_done() {
    let (server, requests) = server();
    let run = interrupted(&mut cancel(&server, &[]), &requests);
    let warning = "up to 8 skipped jobs may have been changed";
    assert!(run.stderr.contains(warning), "{run:?}");
    assert_eq!(run.expect(130), SENTENCE);
    let (server, requests) = self::server();
    let run = interrupted(&mut cancel(&server, &["-o", "json"]), &requests);
    let report: Value = serde_json::from_str(&run.expect(130)).expect("JSON");
    assert_eq!(
        (&report["changed"], &report["skipped"]),
        (&3.into(), &17.into())
    );
    let jobs = report["jobs"].as_array().expect("a list");
    let skipped = jobs.iter().filter(|job| job["outcome"] == "skipped");
    assert_eq!((jobs.len(), skipped.count()), (20, 17));
}

#[test]
fn command_that_takes_too_long_reports_what_it_has_done() {
    let (server, _) = server();
    let run = run(&mut cancel(&server, &["--timeout", "1s"]));
    assert!(run.stderr.contains("not finished within 1s"), "{run:?}");
    assert_eq!(run.expect(124), SENTENCE);
}

#[test]
fn report_of_an_empty_selection_is_that_of_a_real_run() {
    let server = FakeServer::start(|_| json_response(&json!({ "jobs": [], "nextCursor": null })));
    let report = |args: &[&str]| -> Value {
        let command = run(cancel(&server, &["-o", "json"]).args(args));
        serde_json::from_str(&command.expect(0)).expect("JSON")
    };
    let real = report(&[]);
    assert_eq!(
        (&real["dryRun"], &real["changed"]),
        (&false.into(), &0.into())
    );
    assert_eq!(report(&["--dry-run"])["dryRun"], true);
}

#[test]
fn empty_filter_is_refused() {
    for (action, example) in [
        ("cancel", "status:PENDING"),
        ("retry", "status:FAILED,CANCELLED"),
    ] {
        for filter in ["", "  "] {
            let error = odd(["jobs", action, "--filter", filter, "-y"]).expect_error(2);
            assert!(error.contains("the filter is empty"), "{error}");
            assert!(error.contains(example), "{error}");
        }
    }
}

#[test]
fn job_whose_unique_key_another_one_has_is_listed_as_refused() {
    let up = Up::start();
    let failing = "{\"message\":\"no\",\"permanent\":true}";
    let submit =
        |args: &[&str]| up.odd(&[&["submit", "--unique-key", "k", "-o", "name"], args].concat());
    let failed = submit(&["fail", failing, "--wait"]).expect(6);
    let other = up
        .odd(&["submit", "fail", failing, "--wait", "-o", "name"])
        .expect(6);
    let holder = submit(&["echo", "--delay", "1h"]).expect(0);
    let [failed, other, holder] = [&failed, &other, &holder].map(|id| id.trim());

    let error = up.odd(&["jobs", "retry", failed]).expect_error(1);
    assert!(
        error.contains(holder) && error.contains("hint: "),
        "{error}"
    );
    let retry = [
        "jobs",
        "retry",
        "--filter",
        "status:FAILED",
        "--yes",
        "-o",
        "json",
    ];
    let run = up.odd(&retry);
    assert!(run.stderr.contains(holder), "{run:#?}");
    let report: Value = serde_json::from_str(&run.expect(1)).expect("JSON");
    assert_eq!(
        (&report["changed"], &report["refused"]),
        (&1.into(), &1.into())
    );
    let jobs = report["jobs"].as_array().expect("a list");
    let outcome = |id: &str| {
        let job = jobs.iter().find(|job| job["id"] == id).expect("listed");
        (
            job["outcome"].clone(),
            job["detail"].as_str().unwrap_or_default().to_owned(),
        )
    };
    assert_eq!(outcome(other).0, "changed");
    let (refused, why) = outcome(failed);
    assert_eq!(refused, "refused");
    assert!(why.contains(holder), "{why}");
}
