use serde_json::Value;

use crate::program::run_with_input;
use crate::up::Up;

const UNKNOWN: &str = "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11";

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("one JSON document")
}

#[test]
fn jobs_are_submitted_followed_and_listed() {
    let up = Up::start();

    // The payload from the argument, from a file, from standard input.
    let run = up.odd(&["submit", "echo", "{\"a\":1}", "--wait", "-o", "json"]);
    assert!(run.stderr.contains("job.created"), "{}", run.stderr);
    assert!(run.stderr.contains("job.completed"), "{}", run.stderr);
    let job = json(&run.expect(0));
    assert_eq!(
        (&job["status"], &job["result"]["a"]),
        (&"COMPLETED".into(), &1.into())
    );
    let file = up.data_dir().with_file_name("payload.json");
    std::fs::write(&file, "[1, 2]\n").expect("written");
    let at_file = format!("@{}", file.display());
    let job = json(
        &up.odd(&["submit", "echo", &at_file, "-w", "-o", "json"])
            .expect(0),
    );
    assert_eq!(job["result"], serde_json::json!([1, 2]));
    let mut command = up.program();
    command.args(["submit", "echo", "--payload", "-", "-w", "-o", "json"]);
    let job = json(&run_with_input(&mut command, "\"x\"").expect(0));
    assert_eq!(job["result"], "x");

    // A failing job: exit 6, then a dead letter that is replayed and dropped.
    let failing = "{\"message\":\"no luck\",\"permanent\":true}";
    let run = up.odd(&[
        "submit", "fail", failing, "-w", "-o", "json", "--tag", "sad",
    ]);
    let job = json(&run.expect(6));
    let id = job["id"].as_str().expect("an id").to_owned();
    assert!(up.odd(&["dlq", "list"]).expect(0).contains("no luck"));
    assert_eq!(
        up.odd(&["dlq", "list", "-o", "name"]).expect(0),
        format!("{id}\n")
    );
    assert!(up.odd(&["explain", &id]).expect(0).contains("FAILED"));
    assert!(up.odd(&["dlq", "replay", &id]).expect(0).contains(&id));
    up.odd(&["jobs", "wait", &id]).expect(6);
    let refused = up.odd(&["dlq", "drop", &id]).expect_error(2);
    assert!(refused.contains("hint: confirm it with --yes"), "{refused}");
    up.odd(&["dlq", "drop", &id, "--yes"]).expect(0);
    assert_eq!(up.odd(&["dlq", "list", "-o", "name"]).expect(0), "");

    // Lists.
    let listed = up
        .odd(&["jobs", "list", "--tag", "sad", "-o", "json"])
        .expect(0);
    assert_eq!(json(&listed)["jobs"][0]["id"], *id);
    let names = up.odd(&["jobs", "--type", "echo", "-o", "name"]).expect(0);
    assert_eq!(names.lines().count(), 3);
    let completed = up.odd(&["jobs", "list", "--status", "completed", "-o", "jsonl"]);
    assert_eq!(completed.expect(0).lines().map(json).count(), 3);
    let events = up.odd(&["events", "--job", &id, "-o", "jsonl"]).expect(0);
    let types: Vec<Value> = events
        .lines()
        .map(|line| json(line)["eventType"].clone())
        .collect();
    assert_eq!(types.first(), Some(&"job.created".into()));
    assert_eq!(types.last(), Some(&"job.failed".into()));
    assert!(up.odd(&["jobs", "get", &id]).expect(0).contains("no luck"));

    // Unknown jobs, and a command that the status does not permit.
    for args in [["jobs", "get"], ["jobs", "cancel"], ["jobs", "wait"]] {
        up.odd(&[args[0], args[1], UNKNOWN]).expect_error(5);
    }
    up.odd(&["explain", UNKNOWN]).expect_error(5);
    up.odd(&["dlq", "replay", UNKNOWN]).expect_error(5);
    let done = up
        .odd(&["jobs", "--type", "echo", "-o", "name", "--limit", "1"])
        .expect(0);
    let error = up.odd(&["jobs", "cancel", done.trim()]).expect_error(1);
    assert!(
        error.starts_with("error: ") && error.contains("cause: "),
        "{error}"
    );
}

#[test]
fn repeated_submissions_return_the_same_job() {
    let up = Up::start();
    let submit = |payload: &str| {
        up.odd(&[
            "submit",
            "echo",
            payload,
            "--idempotency-key",
            "k",
            "-o",
            "name",
        ])
    };
    let first = submit("1").expect(0);
    assert_eq!(submit("1").expect(0), first);
    let error = submit("2").expect_error(1);
    assert!(error.contains("cause: "), "{error}");
    let chosen = ["submit", "echo", "--id", UNKNOWN, "-o", "name"];
    assert_eq!(up.odd(&chosen).expect(0).trim(), UNKNOWN);
    assert_eq!(up.odd(&chosen).expect(0).trim(), UNKNOWN);
    let sleeping = [
        "submit",
        "sleep",
        "{\"ms\":60000}",
        "--unique-key",
        "u",
        "-o",
        "name",
    ];
    assert_eq!(up.odd(&sleeping).expect(0), up.odd(&sleeping).expect(0));
}

#[test]
fn wait_explains_why_a_job_does_not_start() {
    let up = Up::start();
    let error = up
        .odd(&["submit", "ehco", "--wait", "--timeout", "5s"])
        .expect_error(124);
    assert!(
        error.contains("handles jobs of type ehco. Check the spelling of the type"),
        "{error}"
    );
}

#[test]
fn time_limit_is_exit_124_and_a_cancelled_job_is_exit_6() {
    let up = Up::start();
    let id = up
        .odd(&["submit", "sleep", "{\"ms\":600000}", "-o", "name"])
        .expect(0);
    let id = id.trim();
    let error = up
        .odd(&["jobs", "wait", id, "--timeout", "200ms"])
        .expect_error(124);
    assert!(error.contains("hint: use a longer --timeout"), "{error}");
    up.odd(&["jobs", "cancel", id]).expect(0);
    let run = up.odd(&["jobs", "wait", id, "-o", "json"]);
    assert_eq!(json(&run.expect(6))["status"], "CANCELLED");
    up.odd(&["jobs", "retry", id]).expect(0);
    assert_eq!(
        json(&up.odd(&["jobs", "get", id, "-o", "json"]).expect(0))["run"],
        2
    );
}

#[test]
fn status_shows_every_role_and_the_counts() {
    let up = Up::start();
    up.odd(&["submit", "echo", "--wait"]).expect(0);
    let text = up.odd(&["status"]).expect(0);
    let roles = [
        "gateway",
        "read-model",
        "web",
        "processor",
        "metrics-engine",
        "web-pty",
    ];
    for role in roles {
        let line = text
            .lines()
            .find(|line| line.split_whitespace().next() == Some(role))
            .expect(role);
        assert!(line.contains("up") && line.contains(up.url(role)), "{line}");
    }
    let report = json(&up.odd(&["status", "-o", "json"]).expect(0));
    assert_eq!(
        report["services"]["services"].as_array().map(Vec::len),
        Some(roles.len())
    );
}

#[cfg(unix)]
#[test]
fn long_log_has_its_start_its_end_and_the_number_of_omitted_lines() {
    let up = Up::start_with(|command| {
        command.env("ODD_PROCESS_RUN_ALLOW", "/bin/sh");
    });
    let log = |lines: u32| {
        let script = format!("i=0; while [ $i -lt {lines} ]; do i=$((i+1)); echo $i; done");
        let args = ["-c", &script];
        let payload = serde_json::json!({"program": "/bin/sh", "args": args}).to_string();
        let id = up.odd(&["submit", "process.run", &payload, "-w", "-o", "name"]);
        let log = up.odd(&["jobs", "log", id.expect(0).trim(), "-o", "jsonl"]);
        let lines = log.expect(0);
        let lines = lines.lines().map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
            line["line"].as_str().expect("a text").to_owned()
        });
        lines.collect::<Vec<_>>()
    };
    let complete: Vec<_> = (1..=1_000).map(|n: u32| n.to_string()).collect();
    assert_eq!(log(1_000), complete);
    let long = log(3_000);
    assert_eq!(long.len(), 1_000);
    assert_eq!(long[..500], complete[..500]);
    assert_eq!(long[500..502], ["2001 lines omitted", "2502"]);
    assert_eq!(long[999], "3000");
}

#[cfg(unix)]
#[test]
fn log_of_an_attempt_is_printed_in_full_and_in_order() {
    let up = Up::start_with(|command| {
        command.env("ODD_PROCESS_RUN_ALLOW", "/bin/sh");
    });
    // Two failed attempts, each with more lines than one page holds.
    let script = "i=0; while [ $i -lt 450 ]; do i=$((i+1)); echo line $i; done; exit 1";
    let payload = serde_json::json!({"program": "/bin/sh", "args": ["-c", script]}).to_string();
    let submit = [
        "submit",
        "process.run",
        payload.as_str(),
        "-w",
        "-o",
        "json",
    ];
    let run = up.odd(&[&submit[..], &["--max-attempts", "2"]].concat());
    let job = json(&run.expect(6));
    let id = job["id"].as_str().expect("an id");
    assert!(up.odd(&["jobs", "get", id]).expect(0).contains("450"));

    for attempt in ["1", "2"] {
        let log = up.odd(&["jobs", "log", id, "--attempt", attempt]).expect(0);
        let numbers = log
            .lines()
            .map(|line| line.rsplit(' ').next().map(str::to_owned));
        assert!(
            numbers.eq((1..=450).map(|number| Some(number.to_string()))),
            "{log}"
        );
        assert!(log.contains(" stdout: line 1\n"), "{log}");
    }
    let newest = up.odd(&["jobs", "log", id, "-o", "json"]).expect(0);
    assert_eq!(json(&newest)["lines"][449]["line"], "line 450");
    let lines = up.odd(&["jobs", "log", id, "-o", "jsonl"]).expect(0);
    assert_eq!(lines.lines().map(json).count(), 450);
    let missing = up.odd(&["jobs", "log", id, "--attempt", "3"]);
    let error = missing.expect_error(5);
    assert!(
        error.contains(&format!("job {id} has no attempt 3")),
        "{error}"
    );
    assert!(error.contains("hint: list its attempts"), "{error}");
    up.odd(&["jobs", "log", UNKNOWN]).expect_error(5);
}

#[test]
fn each_job_is_tried_although_another_one_is_refused() {
    let up = Up::start();
    let submit = |args: &[&str]| {
        let mut all = vec!["submit", "-o", "name"];
        all.extend(args);
        up.odd(&all).expect(0).trim().to_owned()
    };
    let waiting = |_| submit(&["echo", "--delay", "1h"]);
    let [first, last] = [1, 2].map(waiting);
    let finished = submit(&["echo", "--wait"]);

    let cancelled = up.odd(&["jobs", "cancel", &first, &finished, UNKNOWN, &last]);
    assert_eq!(cancelled.code, Some(1), "{cancelled:#?}");
    for id in [&first, &last] {
        let line = format!("{id}  ");
        assert!(cancelled.stdout.contains(&line), "{cancelled:#?}");
    }
    for text in [&finished, UNKNOWN, "2 of 4 jobs failed"] {
        assert!(cancelled.stderr.contains(text), "{cancelled:#?}");
    }

    let retried = up.odd(&["jobs", "retry", &finished, &first, "-o", "name"]);
    assert_eq!(
        (retried.code, retried.stdout),
        (Some(1), format!("{first}\n"))
    );
    let run = up.odd(&["jobs", "get", UNKNOWN, &first, "-o", "name"]);
    assert_eq!(run.stdout, format!("{first}\n"), "{run:#?}");
    assert_eq!(run.code, Some(5), "the exit code of the only failure");
    let waited = up.odd(&["jobs", "wait", UNKNOWN, &first, &finished, "-o", "name"]);
    assert_eq!(waited.stdout, format!("{first}\n{finished}\n"));
    assert_eq!(waited.code, Some(5), "{waited:#?}");

    let failing = "{\"message\":\"no luck\",\"permanent\":true}";
    let letter = up.odd(&["submit", "fail", failing, "-w", "-o", "name"]);
    let letter = letter.expect(6).trim().to_owned();
    let dropped = up.odd(&["dlq", "drop", "--yes", &finished, &letter]);
    assert_eq!(dropped.stdout, format!("{letter}\n"), "{dropped:#?}");
    assert_eq!(dropped.code, Some(1), "{dropped:#?}");
}
