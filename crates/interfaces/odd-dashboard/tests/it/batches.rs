use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::fake_server::{FakeServer, json_response};
use crate::program::{Run, run_with_input};
use crate::up::Up;

#[test]
fn file_of_jobs_is_submitted_and_followed_to_its_end() {
    let up = Up::start();
    let text: String = (0..10_500)
        .map(|number| format!("{{\"type\":\"echo\",\"payload\":{number}}}\n"))
        .collect();
    let file = up.data_dir().with_file_name("jobs.ndjson");
    std::fs::write(&file, text).expect("written");
    let file = file.to_str().expect("text");

    let run = up.odd(&["submit", "--batch", file, "--wait", "-o", "json"]);
    let progress: Vec<&str> = run.stderr.lines().collect();
    assert_eq!(
        progress,
        [
            "{\"accepted\":10000,\"created\":10000,\"event\":\"progress\",\"existing\":0,\"jobs\":10000}",
            "{\"accepted\":10500,\"created\":10500,\"event\":\"progress\",\"existing\":0,\"jobs\":500}"
        ]
    );
    let report: Value = serde_json::from_str(&run.expect(0)).expect("JSON");
    assert_eq!(report["completed"], 10_500);
}

#[test]
fn batch_that_loses_its_gateway_tells_what_was_accepted() {
    let id = "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11";
    let requests = AtomicUsize::new(0);
    let server = FakeServer::start(move |request| {
        if !request.starts_with("post /jobs/batch") {
            return json_response(&json!({}));
        }
        match requests.fetch_add(1, Ordering::SeqCst) {
            0 => json_response(&json!({"jobs": vec![json!({"id": id, "status": "PENDING"}); 10_000]})),
            // The connection ends within the answer.
            _ => "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 9\r\nConnection: close\r\n\r\n{"
                .to_owned(),
        }
    });
    let mut command = server.program();
    command.args(["submit", "--batch", "-", "--timeout", "20s"]);
    let error =
        run_with_input(&mut command, &"{\"type\":\"echo\"}\n".repeat(10_500)).expect_error(3);
    assert!(
        error.contains(
            "10000 jobs accepted; it is unknown whether those of the lines 10001 to 10500"
        ),
        "{error}"
    );
    assert!(error.contains("tail -n +10001"), "{error}");
}

#[test]
fn status_after_a_batch_includes_all_of_it() {
    let up = Up::start();
    let jobs = "{\"type\":\"echo\"}\n".repeat(3_000);
    for total in [3_000, 6_000] {
        let mut command = up.program();
        command.args(["submit", "--batch", "-"]);
        run_with_input(&mut command, &jobs).expect(0);
        let status = up.odd(&["status", "-o", "json"]).expect(0);
        let status: Value = serde_json::from_str(&status).expect("JSON");
        assert_eq!(status["overview"]["stats"]["totalJobs"], total);
    }
}

#[test]
fn batch_from_standard_input_reports_bad_lines_by_number() {
    let up = Up::start();
    let batch = |input: &str| {
        let mut command = up.program();
        command.args(["submit", "--batch", "-", "-o", "name"]);
        run_with_input(&mut command, input)
    };
    let ids = batch("{\"type\":\"echo\"}\n\n{\"type\":\"echo\"}\n").expect(0);
    assert_eq!(ids.lines().count(), 2);

    let error = batch("{\"type\":\"echo\"}\n{\"type\":\n").expect_error(2);
    assert!(
        error.contains("line 2 of standard input is not a job submission"),
        "{error}"
    );
    let error = batch("\n{\"type\":\"echo\"}\n{\"type\":\"bad type\"}\n").expect_error(2);
    assert!(error.contains("line 3, /type"), "{error}");

    let failing = "{\"type\":\"fail\",\"payload\":{\"message\":\"x\",\"permanent\":true}}\n";
    let mut command = up.program();
    command.args(["submit", "--batch", "-", "--wait"]);
    let report = run_with_input(&mut command, failing).expect(6);
    assert!(report.contains("failed     1"), "{report}");
}

/// Submits a batch of two jobs through pipes, and waits.
fn submit_and_wait(up: &Up, format: &[&str]) -> Run {
    let mut command = up.program();
    command
        .args(["submit", "--batch", "-", "--wait"])
        .args(format);
    let run = run_with_input(&mut command, "{\"type\":\"echo\"}\n{\"type\":\"echo\"}\n");
    assert_eq!(run.code, Some(0), "{run:#?}");
    run
}

#[test]
fn piped_batch_prints_one_format() {
    let up = Up::start();
    let text = submit_and_wait(&up, &[]);
    assert_eq!(text.stderr, "accepted 2 jobs\n");
    assert_eq!(text.stdout, "completed  2\nfailed     0\ncancelled  0\n");

    let is_json = |line: &str| serde_json::from_str::<Value>(line).is_ok();
    let json = submit_and_wait(&up, &["-o", "json"]);
    assert!(is_json(&json.stdout), "{json:#?}");
    assert!(json.stderr.lines().all(is_json), "{json:#?}");

    let lines = submit_and_wait(&up, &["-o", "jsonl"]);
    assert!(lines.stderr.lines().all(is_json), "{lines:#?}");
    let jobs = lines.stdout.lines().map(|line| {
        let job: Value = serde_json::from_str(line).expect("JSON");
        let keys: Vec<&String> = job.as_object().expect("an object").keys().collect();
        assert_eq!(
            keys,
            ["acceptance", "id", "status"],
            "every line has the same fields"
        );
        job["status"].as_str().expect("a status").to_owned()
    });
    let jobs: Vec<String> = jobs.collect();
    assert_eq!(jobs.len(), 4, "{lines:#?}");
    assert_eq!(jobs[2..], ["COMPLETED", "COMPLETED"]);
}

/// Waits with a limit: a wait for ends that lie in the past would last forever.
fn wait_for(up: &Up, input: &str, format: &str) -> Run {
    let mut command = up.program();
    command.args([
        "submit",
        "--batch",
        "-",
        "--wait",
        "--timeout",
        "60s",
        "-o",
        format,
    ]);
    run_with_input(&mut command, input)
}

#[test]
fn repeated_batch_whose_jobs_are_finished_ends_its_wait() {
    let up = Up::start();
    let line = |n: u32, payload: &str| {
        format!("{{\"id\":\"0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c{n:02}\",{payload}}}\n")
    };
    let old = line(11, "\"type\":\"echo\"")
        + &line(
            12,
            "\"type\":\"fail\",\"payload\":{\"message\":\"x\",\"permanent\":true}",
        );
    wait_for(&up, &old, "table").expect(6);

    let all = wait_for(&up, &(old.clone() + &old), "table");
    assert_eq!(all.code, Some(6), "{all:#?}");
    assert_eq!(all.stderr, "accepted 4 jobs: 0 new, 4 submitted before\n");
    assert_eq!(all.stdout, "completed  1\nfailed     1\ncancelled  0\n");

    let mixed = wait_for(&up, &(old + &line(13, "\"type\":\"echo\"")), "jsonl");
    assert_eq!(mixed.code, Some(6), "{mixed:#?}");
    let parse = |text: &str| {
        let lines = text.lines();
        let values = lines.map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        values.collect::<Vec<_>>()
    };
    let progress = &parse(&mixed.stderr)[0];
    assert_eq!(
        (&progress["created"], &progress["existing"]),
        (&json!(1), &json!(2))
    );
    let mut ends: Vec<String> = parse(&mixed.stdout)[3..]
        .iter()
        .map(|job| format!("{} {}", job["status"], job["acceptance"]))
        .collect();
    ends.sort();
    assert_eq!(
        ends,
        [
            "\"COMPLETED\" \"created\"",
            "\"COMPLETED\" \"replayed\"",
            "\"FAILED\" \"replayed\""
        ]
    );
}

#[test]
fn repeated_submission_is_distinguished_from_a_new_one() {
    let up = Up::start();
    let submit = |more: &[&str]| {
        let mut args = vec!["submit", "echo", "--idempotency-key", "a", "--wait"];
        args.extend(more);
        up.odd(&args)
    };
    let first = submit(&["-o", "json"]);
    let repeated = submit(&["-o", "json"]);
    for (run, acceptance) in [(&first, "created"), (&repeated, "replayed")] {
        assert_eq!(run.code, Some(0), "{run:#?}");
        let job: Value = serde_json::from_str(&run.stdout).expect("JSON");
        assert_eq!(job["acceptance"], acceptance);
        assert_eq!(job["status"], "COMPLETED");
    }
    let note = "this submission was accepted before; waiting for its job";
    assert!(repeated.stderr.contains(note), "{}", repeated.stderr);
    assert!(!first.stderr.contains(note), "{}", first.stderr);
}

#[test]
fn faulty_json_is_reported_at_its_line_and_column_in_the_file() {
    let up = Up::start();
    let good = "{\"type\":\"echo\"}\n".repeat(1_499);
    let rest = "{\"type\":\"echo\"}\n".repeat(1_500);
    let file = up.data_dir().with_file_name("jobs.ndjson");
    for (payload, message) in [
        (
            "{\"a\":1,\"a\":2}",
            "column 35: duplicate field name \"a\", at /payload/a",
        ),
        ("\"\\u0000\"", "column 33: strings must not contain U+0000"),
        ("\"\\ud800\"", "unexpected end of hex escape"),
        ("1e999", "number out of range"),
        (&"[".repeat(200), "recursion limit exceeded"),
        ("tru", "expected ident"),
    ] {
        let bad = format!("{{\"type\":\"echo\",\"payload\":{payload}}}\n");
        std::fs::write(&file, format!("{good}{bad}{rest}")).expect("written");
        let path = file.to_str().expect("text");
        let error = up.odd(&["submit", "--batch", path]).expect_error(2);
        let place = format!("{path}, line 1500, column ");
        assert!(error.contains(&place), "{error}");
        assert!(error.contains(message), "{error}");
    }
    assert_eq!(up.odd(&["jobs", "list", "-o", "name"]).expect(0), "");
}

#[test]
fn json_array_is_submitted_like_lines() {
    let up = Up::start();
    let batch = |input: &str| {
        let mut command = up.program();
        command.args(["submit", "--batch", "-", "-o", "name"]);
        run_with_input(&mut command, input)
    };
    let array = "\u{feff}[\n  {\"type\": \"echo\"},\n  {\n    \"type\": \"echo\"\n  }\n]\n";
    assert_eq!(batch(array).expect(0).lines().count(), 2);
    let error = batch("[\n{\"type\":\"echo\"},\n{\"type\":\"bad type\"}]").expect_error(2);
    assert!(error.contains("standard input, line 3, /type"), "{error}");
    let repeated = "[\n{\"type\":\"echo\"},\n {\"type\":\"echo\",\n  \"type\":1}]";
    let error = batch(repeated).expect_error(2);
    let place = "standard input, line 4, column 8: duplicate";
    assert!(error.contains(place), "{error}");
}
