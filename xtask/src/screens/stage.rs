use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use odd_virtual_terminal::VirtualTerminal;

use super::shot::{Shot, Step};
use crate::observatory::Observatory;

/// Longest wait for anything on the screen, and for a picture.
const LIMIT: Duration = Duration::from_secs(30);

const POLL: Duration = Duration::from_millis(50);

/// The interface in a terminal, with directories of its own.
pub(super) struct Stage {
    pub(super) terminal: VirtualTerminal,
    dir: tempfile::TempDir,
}

impl Stage {
    /// Opens the interface for a shot.
    pub(super) fn open(
        binary: &Path,
        observatory: Option<&Observatory>,
        shot: &Shot,
    ) -> anyhow::Result<Self> {
        let dir = tempfile::tempdir()?;
        let command = command(binary, observatory, dir.path(), shot.args);
        let terminal = VirtualTerminal::start(&command, shot.columns, shot.rows)?;
        Ok(Self { terminal, dir })
    }

    /// Does what leads to the picture.
    pub(super) fn play(&mut self, shot: &Shot) -> anyhow::Result<()> {
        for step in shot.steps {
            match step {
                Step::Press(keys) => self.terminal.press(keys)?,
                Step::Type(text) => self.terminal.type_text(text)?,
                Step::See(text) => {
                    let shown = self
                        .terminal
                        .wait_until(text, LIMIT, |screen| screen.contains(text));
                    shown.with_context(|| format!("the shot {}", shot.name))?;
                }
            }
        }
        // The answers to the last key.
        while self.terminal.wait_for_output(Duration::from_millis(300)) {
            if self.terminal.screen().contains("● live") {
                break;
            }
        }
        Ok(())
    }

    /// Lets the interface save the screen. Returns the picture.
    pub(super) fn take_picture(&mut self) -> anyhow::Result<String> {
        self.terminal.press("ctrl-s")?;
        let deadline = Instant::now() + LIMIT;
        loop {
            for entry in fs::read_dir(self.dir.path())? {
                let path = entry?.path();
                let text = fs::read_to_string(&path).unwrap_or_default();
                if path.extension().is_some_and(|end| end == "svg") && text.ends_with("</svg>\n") {
                    return Ok(text);
                }
            }
            ensure!(Instant::now() < deadline, "no picture was saved");
            std::thread::sleep(POLL);
        }
    }
}

/// Returns the command of the interface, with `home` as its directory and as that of its user.
pub(super) fn command(
    binary: &Path,
    observatory: Option<&Observatory>,
    home: &Path,
    args: &[&str],
) -> Command {
    let mut command = Command::new(binary);
    command
        .args(args)
        .current_dir(home)
        .env("LANG", "C.UTF-8")
        .env("COLORTERM", "truecolor");
    for name in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"] {
        command.env(name, home);
    }
    if let Some(observatory) = observatory {
        command
            .env("ODD_GATEWAY_URL", observatory.gateway_url())
            .env("ODD_READ_MODEL_URL", observatory.url());
    }
    command
}
