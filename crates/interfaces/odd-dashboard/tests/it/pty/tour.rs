use super::interface::Interface;
use crate::up::Up;

#[test]
fn tour_does_every_step_on_real_jobs() {
    let up = Up::start();
    let mut ui = Interface::open(&up);
    ui.press("T");
    ui.see("╭ Tour ");
    ui.press("enter");
    for step in 1..=5 {
        ui.see(&format!("Tour, step {step} of 5"));
        // The jobs end by themselves in the second step.
        if step != 2 {
            ui.see("enter do it for me");
            ui.press("enter");
        }
        ui.see("enter next");
        ui.press("enter");
    }
    ui.see("That was the tour.");
    ui.press("enter");
    ui.see_no("That was the tour.");
    // The job that would run later is cancelled. The filter of the last step hides it.
    ui.press("ctrl-u");
    ui.see("CANCELLED");
    let jobs = up.odd(&["jobs", "list", "--tag", "tour", "-o", "jsonl"]);
    let jobs = jobs.expect(0);
    for status in ["COMPLETED", "FAILED", "CANCELLED"] {
        let status = format!("\"status\":\"{status}\"");
        assert_eq!(jobs.matches(&status).count(), 1, "{jobs}");
    }
}

#[test]
fn tour_is_skipped_at_any_step() {
    let up = Up::start();
    let mut ui = Interface::open(&up);
    ui.press("T");
    ui.see("╭ Tour ");
    ui.press("enter");
    ui.see("Tour, step 1 of 5");
    ui.press("esc");
    ui.see_no("Tour");
    ui.press("2");
    ui.see("No jobs");
}
