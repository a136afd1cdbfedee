use std::fs;
use std::path::Path;
use std::time::Duration;

use odd_virtual_terminal::VirtualTerminal;
use serde_json::json;

use super::stage::command;
use crate::observatory::Observatory;

const COLUMNS: u16 = 100;
const ROWS: u16 = 28;

/// Longest wait for a step.
const LIMIT: Duration = Duration::from_secs(30);

/// Time for a reader before the next key.
const READING: Duration = Duration::from_millis(2_500);

/// What a step shows, in order. Enter proceeds.
const STEPS: usize = 14;

/// Records the tour that a new user sees, as an asciicast of version 2 (<https://docs.asciinema.org/manual/asciicast/v2/>).
pub(super) fn record_tour(
    binary: &Path,
    observatory: &Observatory,
    file: &Path,
) -> anyhow::Result<()> {
    let home = tempfile::tempdir()?;
    let command = command(binary, Some(observatory), home.path(), &[]);
    let mut terminal = VirtualTerminal::start_recorded(&command, COLUMNS, ROWS)?;
    terminal.wait_until("the tour", LIMIT, |screen| screen.contains("Tour"))?;
    for _ in 0..STEPS {
        pause(&terminal);
        if !terminal.screen().contains("Tour") {
            break;
        }
        terminal.press("enter")?;
    }
    pause(&terminal);
    let header = json!({
        "version": 2, "width": COLUMNS, "height": ROWS,
        "title": "The tour of the terminal interface",
        "env": {"TERM": "xterm-256color"}
    });
    let mut text = format!("{header}\n");
    for (at, output) in terminal.recorded() {
        text.push_str(&format!("{}\n", json!([at.as_secs_f64(), "o", output])));
    }
    fs::write(file, text)?;
    println!("{}", file.display());
    Ok(())
}

/// Waits while a reader reads; the interface continues to draw.
fn pause(terminal: &VirtualTerminal) {
    let end = std::time::Instant::now() + READING;
    loop {
        let left = end.saturating_duration_since(std::time::Instant::now());
        if left.is_zero() {
            return;
        }
        terminal.wait_for_output(left);
    }
}
