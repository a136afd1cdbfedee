use odd_virtual_terminal::Screen;
use rustix::process::Signal;

use super::interface::{Interface, LIMIT};
use crate::up::Up;

/// Opens the interface, ends it in some way, and returns the exit code and the screen that is left.
fn end_by(up: &Up, args: &[&str], end: impl FnOnce(&mut Interface)) -> (u32, Screen) {
    let mut ui = Interface::start(up, args);
    let open = ui.see("● live");
    assert!(open.is_alternate() && open.has_input_modes() && !open.has_cursor());
    assert!(ui.0.is_raw().expect("a terminal"));
    end(&mut ui);
    let code = ui.end();
    assert!(!ui.0.is_raw().expect("a terminal"), "raw mode is left");
    let restored = ui.0.wait_until("restored terminal", LIMIT, |screen| {
        !screen.is_alternate() && !screen.has_input_modes() && screen.has_cursor()
    });
    (code, restored.unwrap_or_else(|error| panic!("{error}")))
}

/// A way to end the interface: its exit code, its name, and what the user does.
type Quit = (u32, &'static str, fn(&mut Interface));

#[test]
fn terminal_is_restored_at_every_end() {
    let up = Up::start();
    let quits: [Quit; 5] = [
        (0, "q", |ui| ui.press("q")),
        (130, "Ctrl+C", |ui| ui.press("ctrl-c")),
        (130, "Ctrl+C in an input", |ui| ui.press("/ a ctrl-c")),
        (143, "SIGTERM", |ui| ui.signal(Signal::TERM)),
        (143, "SIGHUP", |ui| ui.signal(Signal::HUP)),
    ];
    for (expected, name, end) in quits {
        let (code, screen) = end_by(&up, &["--mouse"], end);
        assert_eq!(code, expected, "{name}");
        assert_eq!(
            screen.text().trim(),
            "",
            "{name} leaves nothing on the screen"
        );
    }
}

#[test]
fn last_screen_is_left_on_request() {
    let up = Up::start();
    let (code, screen) = end_by(&up, &[], |ui| ui.press("Z"));
    assert_eq!(code, 0);
    assert!(screen.contains("No jobs yet"), "{}", screen.text());
}

/// Only debug builds can be asked to panic.
#[cfg(debug_assertions)]
#[test]
fn panic_restores_the_terminal_before_it_is_reported() {
    let up = Up::start();
    let (code, screen) = end_by(&up, &[], |ui| ui.signal(Signal::USR1));
    assert_eq!(code, 101);
    assert!(screen.contains("SIGUSR1 was received"), "{}", screen.text());
}
