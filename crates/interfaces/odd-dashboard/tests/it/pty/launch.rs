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

#[test]
fn interface_starts_an_observatory_and_stops_it_after_a_confirmation() {
    let mut up = Up::start();
    // Its addresses are free now, and its data directory is known.
    up.crash();
    let data_dir = up.data_dir().with_file_name("started-here");
    let _stop = StopAtEnd(data_dir.clone());
    let mut ui = Interface::start_with(&up, &["--view", "overview"], |command| {
        command
            .env("ODD_DATA_DIR", &data_dir)
            .env("ODD_PROCESSOR_ADDR", "127.0.0.1:0")
            .env("ODD_METRICS_ENGINE_ADDR", "127.0.0.1:0");
    });
    ui.see("No observatory answers here");
    ui.press("L");
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
