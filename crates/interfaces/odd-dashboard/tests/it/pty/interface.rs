use std::process::Command;
use std::time::Duration;

use odd_virtual_terminal::{Screen, VirtualTerminal};
use rustix::process::{Pid, Signal, kill_process};

use crate::up::Up;

/// Longest wait for something to appear. Far longer than it takes, because tests share the machine.
pub(super) const LIMIT: Duration = Duration::from_secs(30);

/// A program in a terminal: the interface, or a command.
pub(crate) struct Interface(pub(super) VirtualTerminal);

impl Interface {
    /// Opens the interface of an observatory in a terminal of 80 columns and 24 rows, and waits until it is live.
    pub(super) fn open(up: &Up) -> Self {
        Self::open_with(up, &[])
    }

    /// Opens it with flags.
    pub(super) fn open_with(up: &Up, args: &[&str]) -> Self {
        let ui = Self::start(up, args);
        ui.see("● live");
        ui
    }

    /// Starts it without waiting for anything.
    pub(super) fn start(up: &Up, args: &[&str]) -> Self {
        Self::start_with(up, args, |_| {})
    }

    /// Starts it with further settings.
    pub(super) fn start_with(up: &Up, args: &[&str], configure: impl FnOnce(&mut Command)) -> Self {
        let home = up.data_dir().with_file_name("home");
        std::fs::create_dir_all(&home).expect("the directory is writable");
        let mut command = up.program();
        // Keys open these programs, which must not outlive the test or ask for input.
        for name in ["BROWSER", "EDITOR", "VISUAL", "PAGER"] {
            command.env(name, "true");
        }
        if !args.contains(&"--view") {
            command.args(["--view", "overview"]);
        }
        command
            .args(args)
            .current_dir(&home)
            .env("HOME", &home)
            .env("XDG_CONFIG_HOME", &home)
            .env("XDG_DATA_HOME", &home)
            .env("XDG_STATE_HOME", &home)
            .env("LANG", "C.UTF-8")
            // The message of a panic has to fit on the screen.
            .env("RUST_BACKTRACE", "0");
        configure(&mut command);
        Self(VirtualTerminal::start(&command, 80, 24).expect("it starts"))
    }

    /// Runs a command in a terminal of this size.
    pub(crate) fn run(command: &Command, columns: u16, rows: u16) -> Self {
        Self(VirtualTerminal::start_recorded(command, columns, rows).expect("it starts"))
    }

    /// Returns all that a command of [`Self::run`] has written.
    pub(crate) fn written(&self) -> String {
        let recorded = self.0.recorded().into_iter();
        recorded.map(|(_, text)| text).collect()
    }

    /// Returns the id of the process.
    pub(crate) fn pid(&self) -> u32 {
        self.0.pid().expect("it runs")
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.0.press(keys).expect("it runs");
    }

    pub(crate) fn type_text(&mut self, text: &str) {
        self.0.type_text(text).expect("it runs");
    }

    /// Waits until a row contains a text.
    pub(crate) fn see(&self, text: &str) -> Screen {
        self.until(text, |screen| screen.contains(text))
    }

    /// Waits until no row contains a text.
    pub(crate) fn see_no(&self, text: &str) -> Screen {
        self.until(&format!("end of {text}"), |screen| !screen.contains(text))
    }

    /// Waits until the screen fulfils a condition.
    pub(crate) fn until(&self, what: &str, is_shown: impl Fn(&Screen) -> bool) -> Screen {
        let shown = self.0.wait_until(what, LIMIT, is_shown);
        shown.unwrap_or_else(|error| panic!("{error}"))
    }

    /// Changes the size of the terminal.
    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        self.0.resize(columns, rows).expect("it runs");
    }

    /// Whether the terminal shows the screen of a full-screen program.
    pub(crate) fn is_alternate(&self) -> bool {
        self.0.screen().is_alternate()
    }

    /// Sends a signal to the program.
    pub(crate) fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.pid()).ok();
        let pid = pid.and_then(Pid::from_raw).expect("it runs");
        kill_process(pid, signal).expect("it runs");
    }

    /// Waits for the end. Returns the exit code.
    pub(crate) fn end(&mut self) -> u32 {
        let ended = self.0.wait_for_end(LIMIT);
        ended.unwrap_or_else(|error| panic!("{error}"))
    }
}
