use super::interface::Interface;
use crate::up::Up;

#[test]
fn interface_shows_live_figures() {
    let up = Up::start();
    up.odd(&["submit", "echo", "--wait"]).expect(0);
    let ui = Interface::open(&up);
    let screen = ui.until("a completed job", |screen| {
        screen.contains("COMPLETED") && screen.contains("echo")
    });
    let header = screen.line_with("● live").expect("a header");
    let address = up.url("read-model").trim_start_matches("http://");
    assert!(header.contains(address.trim_end_matches('/')), "{header}");
    assert!(screen.contains("q quit"), "{}", screen.text());
}

#[test]
fn job_that_is_submitted_elsewhere_appears() {
    let up = Up::start();
    let mut ui = Interface::open(&up);
    ui.press("2");
    ui.see("No jobs");
    up.odd(&["submit", "echo", "--wait"]).expect(0);
    ui.until("the job", |screen| {
        let row = screen.line_with("COMPLETED");
        row.is_some_and(|row| row.contains("echo"))
    });
    ui.press("3");
    ui.see("job.completed");
}

#[test]
fn views_are_shown_by_number_and_by_flag() {
    let up = Up::start();
    up.odd(&["submit", "echo", "--wait"]).expect(0);
    let mut ui = Interface::open(&up);
    for (key, content) in [
        ("2", "COMPLETED"),
        ("3", "job.created"),
        ("4", "Dead letters"),
        ("5", "metrics-engine"),
        ("1", "p95"),
    ] {
        ui.press(key);
        ui.see(content);
    }
    ui.press("6");
    // The machine may be low on something.
    ui.until("alerts", |screen| {
        screen.contains("No alerts") || screen.contains("SEVERITY")
    });
    let ui = Interface::open_with(&up, &["--view", "queues"]);
    ui.see("Dead letters");
}

#[test]
fn size_of_the_terminal_is_followed() {
    let up = Up::start();
    let mut ui = Interface::open(&up);
    ui.0.resize(59, 15).expect("it runs");
    ui.see("The terminal is too small.");
    ui.0.resize(200, 50).expect("it runs");
    ui.see("Selected job");
    ui.0.resize(80, 24).expect("it runs");
    ui.see_no("Selected job");
    ui.see("● live");
}
