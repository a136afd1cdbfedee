use super::interface::Interface;
use crate::up::Up;

const FAILING: &str = "{\"message\":\"no luck\",\"permanent\":true}";

fn submit_failing(up: &Up, count: usize) {
    for _ in 0..count {
        up.odd(&["submit", "fail", FAILING, "--wait"])
            .expect_error(6);
    }
}

fn status_of(up: &Up, status: &str) -> usize {
    let list = up.odd(&["jobs", "list", "--status", status, "-o", "name"]);
    list.expect(0).lines().count()
}

#[test]
fn filter_selects_jobs_and_is_cleared() {
    let up = Up::start();
    up.odd(&["submit", "echo", "--wait"]).expect(0);
    submit_failing(&up, 1);
    let mut ui = Interface::open_with(&up, &["--view", "jobs"]);
    ui.until("both jobs", |screen| {
        screen.contains("COMPLETED") && screen.contains("FAILED")
    });
    ui.press("/");
    ui.type_text("status:FAILD");
    ui.see("did you mean `FAILED`?");
    ui.press("backspace");
    ui.type_text("ED");
    ui.press("enter");
    ui.until("the failed job only", |screen| {
        screen.contains("✗ FAILED") && !screen.contains("COMPLETED")
    });
    ui.press("ctrl-u");
    ui.see("COMPLETED");
    let ui = Interface::open_with(&up, &["--view", "jobs", "--filter", "type:fail"]);
    ui.until("the failed job only", |screen| {
        screen.contains("✗ FAILED") && !screen.contains("COMPLETED")
    });
}

#[test]
fn detail_shows_payload_result_and_events() {
    let up = Up::start();
    let big = "{\"exact\":12345678901234567890}";
    up.odd(&["submit", "echo", big, "--wait"]).expect(0);
    let mut ui = Interface::open_with(&up, &["--view", "jobs"]);
    ui.see("COMPLETED");
    ui.press("enter");
    ui.see("Payload");
    ui.press("tab");
    ui.see("12345678901234567890");
    ui.press("shift-tab shift-tab");
    ui.see("job.completed");
    ui.press("esc");
    ui.see_no("Payload");
}

#[test]
fn running_job_is_cancelled_after_a_confirmation() {
    let up = Up::start();
    up.odd(&["submit", "sleep", "{\"ms\":600000}"]).expect(0);
    let mut ui = Interface::open_with(&up, &["--view", "jobs"]);
    ui.see("EXECUTING");
    ui.press("X");
    ui.see("Cancel sleep ");
    ui.press("n");
    ui.see("nothing was changed");
    ui.press("X");
    ui.see("Cancel sleep ");
    ui.press("y");
    ui.see("1 job cancelled");
    ui.see("⊘ CANCELLED");
    assert_eq!(status_of(&up, "CANCELLED"), 1);
}

#[test]
fn failed_job_is_retried() {
    let up = Up::start();
    submit_failing(&up, 1);
    let mut ui = Interface::open_with(&up, &["--view", "jobs"]);
    ui.see("✗ FAILED");
    ui.press("t");
    ui.see("1 job retried");
    let events = up
        .odd(&["events", "--since", "1h", "-o", "jsonl"])
        .expect(0);
    assert!(events.contains("\"previousStatus\":\"FAILED\""), "{events}");
}

#[test]
fn marked_jobs_are_retried_together() {
    let up = Up::start();
    submit_failing(&up, 3);
    let mut ui = Interface::open_with(&up, &["--view", "jobs", "--filter", "status:FAILED"]);
    ui.until("three rows", |screen| {
        screen
            .lines()
            .filter(|line| line.contains("✗ FAILED"))
            .count()
            == 3
    });
    ui.press("space space");
    ui.see("2 marked");
    ui.press("t");
    ui.see("Retry 2 jobs?");
    ui.press("y");
    ui.see("2 jobs retried");
    ui.see_no("marked");
}

#[test]
fn read_only_interface_changes_nothing() {
    let up = Up::start();
    submit_failing(&up, 1);
    let mut ui = Interface::open_with(&up, &["--view", "jobs", "--read-only"]);
    ui.see("✗ FAILED");
    ui.press("t");
    ui.see("read-only: `retry` is not available here");
    assert_eq!(status_of(&up, "FAILED"), 1);
}
