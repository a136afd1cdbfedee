use std::io::{BufRead, BufReader};
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::allowing_drills;

#[test]
fn interrupted_drill_ends_its_fault_and_cancels_its_jobs() {
    let up = allowing_drills();
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 143)] {
        let file = up.data_dir().with_file_name("report.md");
        let mut drill = up
            .program()
            .args(["drill", "run", "stopped-worker", "--report"])
            .arg(&file)
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("the executable starts");
        let mut lines = BufReader::new(drill.stderr.take().expect("piped")).lines();
        let broken = lines
            .by_ref()
            .map(|line| line.expect("text"))
            .any(|line| line.contains("3 more jobs are accepted"));
        assert!(broken, "the drill ended before it broke anything");
        kill_process(Pid::from_child(&drill), signal).expect("it runs");
        let rest: Vec<String> = lines.map(|line| line.expect("text")).collect();
        let status = drill.wait().expect("it ends");
        assert_eq!(status.code(), Some(code), "{rest:#?}");
        let has = |text| rest.iter().any(|line| line.contains(text));
        assert!(has("ended the fault") && has("cancelled"), "{rest:#?}");
        let page = std::fs::read_to_string(&file).expect("the report");
        assert!(page.contains("was interrupted"), "{page}");
    }
    // The worker works again, and no job of the drill waits.
    up.odd(&["submit", "echo", "--wait"]).expect(0);
    let open = up.odd(&["jobs", "list", "--status", "PENDING", "-o", "json"]);
    let open: Value = serde_json::from_str(&open.expect(0)).expect("JSON");
    assert_eq!(open["jobs"], serde_json::json!([]), "{open:#}");
}

#[test]
fn jobs_of_a_flood_whose_program_was_killed_are_cancelled_by_the_next_drill() {
    let up = allowing_drills();
    let mut drill = up
        .program()
        .args(["drill", "run", "flood", "-o", "json"])
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the executable starts");
    let mut lines = BufReader::new(drill.stderr.take().expect("piped")).lines();
    let has_begun = lines.any(|line| line.expect("text").contains("400 jobs are accepted"));
    assert!(has_begun, "the drill ended before it submitted jobs");
    drill.kill().expect("it runs");
    drill.wait().expect("it ends");

    let next = up.odd(&["drill", "run", "flood", "-o", "json", "--timeout", "3s"]);
    assert_eq!(next.code, Some(124), "{next:#?}");
    for text in [
        "jobs that an earlier drill has left behind",
        "400 jobs are accepted in the queue drill-flood-2",
        "open jobs",
    ] {
        assert!(next.stderr.contains(text), "{next:#?}");
    }
    let open = up.odd(&["jobs", "list", "--status", "PENDING", "-o", "json"]);
    let open: Value = serde_json::from_str(&open.expect(0)).expect("JSON");
    assert_eq!(open["jobs"], serde_json::json!([]), "{open:#}");
}
