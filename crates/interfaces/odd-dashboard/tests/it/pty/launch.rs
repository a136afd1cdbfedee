use std::path::PathBuf;

use super::interface::Interface;
use crate::program::odd;
use crate::up::Up;

/// Stops the observatory of a test that failed before it did.
struct StopAtEnd(PathBuf);

impl Drop for StopAtEnd {
    fn drop(&mut self) {
        let data_dir = self.0.display().to_string();
        odd(["down", "--data-dir", &data_dir]);
    }
}

/// Opens the start screen instead of an observatory that has ended, and starts another one at its addresses.
fn start_one(gone: &Up) -> (Interface, StopAtEnd) {
    let data_dir = gone.data_dir().with_file_name("started-here");
    let mut ui = Interface::start_with(gone, &["--view", "overview"], |command| {
        command
            .env("ODD_DATA_DIR", &data_dir)
            .env("ODD_WEB_ADDR", "127.0.0.1:0")
            .env("ODD_PROCESSOR_ADDR", "127.0.0.1:0")
            .env("ODD_METRICS_ENGINE_ADDR", "127.0.0.1:0")
            .env("ODD_PTY_ADDR", "127.0.0.1:0")
            .env("ODD_PTY_METRICS_ADDR", "127.0.0.1:0");
    });
    ui.see("No observatory answers here");
    ui.press("L");
    (ui, StopAtEnd(data_dir))
}

#[test]
fn interface_starts_an_observatory_and_stops_it_after_a_confirmation() {
    let mut up = Up::start();
    // Its addresses are free now, and its data directory is known.
    up.crash();
    let (mut ui, _stop) = start_one(&up);
    ui.see("● live");
    up.odd(&["submit", "echo", "--wait"]).expect(0);
    ui.see("COMPLETED");
    ui.press("ctrl-q");
    ui.see("y yes");
    ui.press("y");
    ui.see("The observatory has stopped");
    ui.press("q");
    assert_eq!(ui.end(), 0);
}

#[test]
fn failed_start_names_the_address_and_what_to_do() {
    let mut up = Up::start();
    up.crash();
    let address = up.url("gateway").trim_start_matches("http://");
    let address = address.trim_end_matches('/').to_owned();
    let _taken = std::net::TcpListener::bind(&address).expect("it is free");
    let (mut ui, _stop) = start_one(&up);
    let screen = ui.see("The observatory does not run");
    for text in [address.as_str(), "stop the program", "retry now"] {
        assert!(screen.contains(text), "{text}:\n{}", screen.text());
    }
    ui.press("q");
    assert_eq!(ui.end(), 0);
}

#[test]
fn interface_connects_to_another_observatory_by_its_urls() {
    let mut gone = Up::start();
    gone.crash();
    let up = Up::start();
    up.odd(&["submit", "echo", "--wait"]).expect(0);
    let mut ui = Interface::start(&gone, &[]);
    ui.see("No observatory answers here");
    ui.press("a");
    ui.see("Connect to");
    ui.type_text(&format!("{} {}", up.url("gateway"), up.url("read-model")));
    ui.press("enter");
    ui.see("● live");
    ui.see("COMPLETED");
    ui.press("q");
    assert_eq!(ui.end(), 0);
}
