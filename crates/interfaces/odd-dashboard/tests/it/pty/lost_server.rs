use super::interface::Interface;
use crate::up::Up;

#[test]
fn data_of_a_lost_server_stays_with_its_age_until_it_is_back() {
    let mut up = Up::start();
    up.odd(&["submit", "echo", "--wait"]).expect(0);
    let mut ui = Interface::open_with(&up, &["--view", "jobs"]);
    ui.see("COMPLETED");
    ui.press("3");
    ui.see("job.completed");
    ui.press("2");
    ui.see("AGE");
    up.crash();
    let stale = ui.see("stale");
    assert!(stale.contains("COMPLETED"), "{}", stale.text());
    assert!(
        stale.contains("cannot reach") || stale.contains("lost"),
        "{}",
        stale.text()
    );
    ui.press("3");
    ui.see("job.completed");
    up.restart();
    ui.see("● live");
    ui.press("2");
    up.odd(&[
        "submit",
        "fail",
        "{\"permanent\":true,\"message\":\"x\"}",
        "--wait",
    ])
    .expect_error(6);
    ui.see("FAILED");
    ui.press("q");
    assert_eq!(ui.end(), 0);
}

#[test]
fn interface_without_a_server_says_what_to_do_and_quits() {
    let mut up = Up::start();
    up.crash();
    let mut ui = Interface::start(&up, &["--view", "jobs"]);
    ui.until("advice", |screen| {
        screen.contains("No observatory answers here") && screen.contains("start an observatory")
    });
    ui.press("q");
    assert_eq!(ui.end(), 0);
}
