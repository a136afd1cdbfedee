//! Shows how far a `cargo build` is: crates built of total and the elapsed time.
//!
//! Cargo's own bar is hidden if standard error is not a terminal, and does not change during the last crate, which takes
//! the longest. This module enables the bar with [`term.progress`](https://doc.rust-lang.org/cargo/reference/config.html),
//! parses its counts, and prints them together with a clock.

use std::io::{IsTerminal as _, Read, Write as _};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use regex::Regex;

use crate::process::shown;

/// Interval of updates on a terminal.
const REDRAW_EVERY: Duration = Duration::from_secs(1);
/// Interval of lines elsewhere, such as in the log of a CI run.
const PRINT_EVERY: Duration = Duration::from_secs(15);

/// As in `Building [====>    ] 12/345: serde, tokio`.
static COUNTS: LazyLock<Regex> = LazyLock::new(|| pattern(r"\]\s+(\d+)/(\d+)(?::\s*(.*))?$"));
static ESCAPES: LazyLock<Regex> = LazyLock::new(|| pattern(r"\x1b\[[0-9;?]*[A-Za-z]"));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is valid")
}

/// A piece of cargo's output.
#[derive(Debug, PartialEq, Eq)]
enum Output {
    Progress(Progress),
    /// A line to pass on, such as a warning or an error.
    Line(String),
}

#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Progress {
    built: usize,
    total: usize,
    /// The crates that are being compiled.
    current: String,
}

/// Runs a `cargo build` with progress, and fails unless it succeeds.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<()> {
    let shown = shown(command);
    eprintln!("$ {shown}");
    let mut child = command
        .env("CARGO_TERM_PROGRESS_WHEN", "always")
        .env("CARGO_TERM_PROGRESS_WIDTH", "200")
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{shown}`"))?;
    let stderr = child.stderr.take().expect("standard error is piped");
    show(&outputs(stderr), Instant::now());
    let status = child.wait()?;
    if !status.success() {
        bail!("`{shown}` failed: {status}");
    }
    Ok(())
}

/// Reads until the stream ends. Cargo ends lines with a line feed, and updates of its bar with a carriage return.
fn outputs(mut stream: impl Read + Send + 'static) -> mpsc::Receiver<Output> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        let mut pending = Vec::new();
        while let Ok(length @ 1..) = stream.read(&mut buffer) {
            for byte in &buffer[..length] {
                match byte {
                    b'\r' | b'\n' => {
                        let output = parse(&String::from_utf8_lossy(&pending));
                        pending.clear();
                        output.map(|output| sender.send(output).ok());
                    }
                    byte => pending.push(*byte),
                }
            }
        }
        parse(&String::from_utf8_lossy(&pending)).map(|output| sender.send(output).ok());
    });
    receiver
}

/// Returns `None` for what the progress replaces: the names of finished crates and empty updates.
fn parse(text: &str) -> Option<Output> {
    let text = ESCAPES.replace_all(text, "");
    let text = text.trim_end();
    if let Some(counts) = COUNTS.captures(text) {
        let number = |group: usize| counts[group].parse().unwrap_or(0);
        return Some(Output::Progress(Progress {
            built: number(1),
            total: number(2),
            current: counts.get(3).map_or("", |names| names.as_str()).to_owned(),
        }));
    }
    let verb = text.split_whitespace().next()?;
    let is_replaced = ["Compiling", "Building", "Downloading", "Downloaded"].contains(&verb);
    (!is_replaced).then(|| Output::Line(text.to_owned()))
}

fn show(outputs: &mpsc::Receiver<Output>, begun: Instant) {
    let mut stderr = std::io::stderr();
    let is_terminal = stderr.is_terminal();
    let interval = if is_terminal {
        REDRAW_EVERY
    } else {
        PRINT_EVERY
    };
    let (start, end) = if is_terminal {
        ("\r\x1b[K", "")
    } else {
        ("", "\n")
    };
    let mut progress = Progress::default();
    let mut next = begun;
    // Output that cannot be written must not fail the build.
    loop {
        match outputs.recv_timeout(next.saturating_duration_since(Instant::now())) {
            Ok(Output::Progress(latest)) => {
                if is_terminal && latest.built != progress.built {
                    next = Instant::now();
                }
                progress = latest;
            }
            Ok(Output::Line(line)) => drop(writeln!(stderr, "{start}{line}")),
            Err(RecvTimeoutError::Timeout) => {
                let text = progress.describe(begun.elapsed());
                let _unwritable =
                    write!(stderr, "{start}{text}{end}").and_then(|()| stderr.flush());
                next = Instant::now() + interval;
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    if is_terminal {
        let _unwritable = write!(stderr, "{start}");
    }
}

impl Progress {
    fn describe(&self, elapsed: Duration) -> String {
        /// Fits a terminal of 80 columns together with the counts.
        const SHOWN_CHARS: usize = 40;
        let (minutes, seconds) = (elapsed.as_secs() / 60, elapsed.as_secs() % 60);
        let clock = format!("{minutes}:{seconds:02}");
        if self.total == 0 {
            return format!("Preparing the build, {clock}");
        }
        let Self { built, total, .. } = self;
        let mut current: String = self.current.chars().take(SHOWN_CHARS).collect();
        if current.len() < self.current.len() {
            current.push_str("...");
        }
        let separator = if current.is_empty() { "" } else { ": " };
        format!("Built {built} of {total} crates, {clock}{separator}{current}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &'static str) -> Vec<Output> {
        outputs(text.as_bytes()).iter().collect()
    }

    #[test]
    fn counts_are_read_from_the_bar() {
        let text =
            "\r\x1b[1m\x1b[36m    Building\x1b[0m [===>     ] 12/345: serde, tokio(build)\x1b[K\r";
        let expected = Progress {
            built: 12,
            total: 345,
            current: "serde, tokio(build)".into(),
        };
        assert_eq!(read(text), [Output::Progress(expected)]);
    }

    #[test]
    fn diagnostics_are_passed_on_and_names_of_crates_are_not() {
        let text = "   Compiling serde v1.0.0\nwarning: unused\n  --> src/main.rs:1:1\n\r    Finished `quick`";
        let lines = [
            "warning: unused",
            "  --> src/main.rs:1:1",
            "    Finished `quick`",
        ];
        assert_eq!(read(text), lines.map(|line| Output::Line(line.into())));
    }

    #[test]
    fn failed_build_is_an_error() {
        let mut cargo = Command::new("cargo");
        cargo.args(["build", "--manifest-path", "no-such-folder/Cargo.toml"]);
        let error = run(&mut cargo).expect_err("the manifest is missing");
        assert!(error.to_string().starts_with("`cargo build"), "{error}");
    }

    #[test]
    fn description_contains_counts_and_time() {
        let mut progress = Progress::default();
        assert_eq!(
            progress.describe(Duration::ZERO),
            "Preparing the build, 0:00"
        );
        progress = Progress {
            built: 420,
            total: 421,
            current: "odd-dashboard(bin)".into(),
        };
        assert_eq!(
            progress.describe(Duration::from_secs(125)),
            "Built 420 of 421 crates, 2:05: odd-dashboard(bin)"
        );
    }
}
