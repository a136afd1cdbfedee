use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Context;
use odd_virtual_terminal::{Screen, VirtualTerminal};

/// Longest wait for anything on the screen.
const LIMIT: Duration = Duration::from_secs(30);

const COLUMNS: u16 = 200;
const ROWS: u16 = 50;

/// The terminal interface of a binary.
pub(super) struct Interface(VirtualTerminal);

impl Interface {
    /// Starts it, and waits for its first frame.
    pub(super) fn open(binary: &Path, url: &str) -> anyhow::Result<Self> {
        let mut command = Command::new(binary);
        command
            .args(["--view", "overview"])
            .env("ODD_GATEWAY_URL", url)
            .env("ODD_READ_MODEL_URL", url)
            .env("LANG", "C.UTF-8");
        Self::start(&command)
    }

    /// Starts a command that shows it.
    pub(super) fn start(command: &Command) -> anyhow::Result<Self> {
        let ui = Self(VirtualTerminal::start(command, COLUMNS, ROWS)?);
        ui.await_screen("first frame", |screen| screen.contains("1 Overview"))?;
        Ok(ui)
    }

    /// Starts it, and waits until it shows data and follows the events.
    pub(super) fn open_live(binary: &Path, url: &str) -> anyhow::Result<Self> {
        let ui = Self::open(binary, url)?;
        ui.await_screen("live data", |screen| screen.contains("● live"))?;
        Ok(ui)
    }

    /// Returns the milliseconds from the start of the process until it has answered a key.
    pub(super) fn time_to_ready(binary: &Path, url: &str) -> anyhow::Result<f64> {
        let started = Instant::now();
        let mut ui = Self::open(binary, url)?;
        ui.time_of_key("?", "Everywhere", true)?;
        Ok(started.elapsed().as_secs_f64() * 1_000.0)
    }

    /// Presses a key. Returns the milliseconds until a row contains a text, or no longer does.
    pub(super) fn time_of_key(
        &mut self,
        key: &str,
        text: &str,
        appears: bool,
    ) -> anyhow::Result<f64> {
        let pressed = Instant::now();
        self.0.press(key)?;
        self.await_screen(text, |screen| screen.contains(text) == appears)?;
        Ok(pressed.elapsed().as_secs_f64() * 1_000.0)
    }

    pub(super) fn pid(&self) -> anyhow::Result<u32> {
        self.0.pid().context("the interface has ended")
    }

    fn await_screen(&self, what: &str, is_shown: impl Fn(&Screen) -> bool) -> anyhow::Result<()> {
        self.0.wait_until(what, LIMIT, is_shown)?;
        Ok(())
    }
}
