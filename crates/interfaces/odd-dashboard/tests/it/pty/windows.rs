use super::interface::Interface;
use crate::up::Up;

#[test]
fn form_submits_a_job_that_is_watched_until_it_completes() {
    let up = Up::start();
    let mut ui = Interface::open(&up);
    ui.press("n");
    ui.see("New job");
    ui.type_text("sleep");
    ui.press("tab");
    ui.see("\"ms\"");
    ui.press("f2");
    ui.see("accepted as");
    ui.press("enter");
    ui.until("the end of the job", |screen| {
        screen.contains("Attempts") && screen.contains("✓ COMPLETED")
    });
    ui.press("q");
    assert_eq!(ui.end(), 0);
}

#[test]
fn form_shows_errors_at_their_fields_and_asks_before_it_discards() {
    let up = Up::start();
    let mut ui = Interface::open(&up);
    ui.press("n");
    ui.see("New job");
    ui.type_text("no spaces allowed");
    ui.press("f2");
    ui.see("must be 1 to 50 of the characters");
    ui.press("esc");
    ui.see("y discard");
    ui.press("y");
    ui.see_no("New job");
}

#[test]
fn links_show_which_interfaces_answer() {
    let up = Up::start();
    let mut ui = Interface::open(&up);
    ui.press("u");
    ui.until("the interfaces", |screen| {
        screen.contains("Read model API")
            && screen.contains("Web dashboard")
            && !screen.contains("Grafana")
    });
    ui.press("esc");
    ui.see_no("Read model API");
}

#[test]
fn list_of_commands_runs_one_by_its_name() {
    let up = Up::start();
    let mut ui = Interface::open(&up);
    ui.press(":");
    ui.see("Commands");
    ui.type_text("queues");
    ui.until("the command", |screen| {
        screen.contains("Show the queues and dead letters")
    });
    ui.press("enter");
    ui.see("No dead letters");
}
