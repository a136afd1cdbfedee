use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::process::{Command, Stdio};

use crate::{Tool, ToolError};

/// Larger results of an editor are refused instead of read into memory.
const MAX_EDITED_BYTES: u64 = 64 * 1024 * 1024;

impl Tool {
    /// Opens `text` in the editor and returns the edited text. `suffix` is the end of the file name, such as `.json`.
    ///
    /// The editor uses the terminal of this process until it ends, so a terminal UI has to leave its screen first. On Unix,
    /// it reads the terminal also if standard input is something else. The file can be read by its owner only, and is
    /// deleted afterwards.
    ///
    /// # Errors
    /// When the editor cannot be started or reports a failure, or the result is not text.
    pub fn edit(&self, text: &str, suffix: &str) -> Result<String, ToolError> {
        let file = private_file(text, suffix).map_err(ToolError::File)?;
        let status = Command::new(&self.program)
            .args(&self.arguments)
            .arg(file.path())
            .stdin(terminal_input())
            .status();
        self.check(status)?;
        // Editors may replace the file, so it is opened again.
        let mut edited = Vec::new();
        File::open(file.path())
            .and_then(|file| file.take(MAX_EDITED_BYTES + 1).read_to_end(&mut edited))
            .map_err(ToolError::File)?;
        if edited.len() as u64 > MAX_EDITED_BYTES {
            return Err(ToolError::NotText);
        }
        String::from_utf8(edited).map_err(|_| ToolError::NotText)
    }

    /// Shows `text` in the pager until the user closes it. The caller has to make untrusted text inert first.
    ///
    /// # Errors
    /// When the pager cannot be started or reports a failure.
    pub fn show(&self, text: &str) -> Result<(), ToolError> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).stdin(Stdio::piped());
        let mut child = command.spawn().map_err(|source| self.not_started(source))?;
        if let Some(mut input) = child.stdin.take()
            && let Err(error) = input.write_all(text.as_bytes())
            && error.kind() != io::ErrorKind::BrokenPipe
        {
            let _ = child.kill();
            let _ = child.wait();
            return Err(ToolError::File(error));
        }
        // The pager ends with a failure when the user closes it early, in some pagers.
        child.wait().map_err(|source| self.not_started(source))?;
        Ok(())
    }

    fn check(&self, status: io::Result<std::process::ExitStatus>) -> Result<(), ToolError> {
        let status = status.map_err(|source| self.not_started(source))?;
        if status.success() {
            return Ok(());
        }
        Err(ToolError::Failed {
            program: self.name(),
            status,
        })
    }

    fn not_started(&self, source: io::Error) -> ToolError {
        ToolError::Start {
            program: self.name(),
            source,
        }
    }
}

/// Returns the terminal of this process if standard input is something else, and standard input otherwise.
fn terminal_input() -> Stdio {
    let is_redirected = cfg!(unix) && !io::stdin().is_terminal();
    let terminal = is_redirected.then(|| File::open("/dev/tty").ok()).flatten();
    terminal.map_or_else(Stdio::inherit, Stdio::from)
}

/// The library creates the file with the mode 0600 and a random name.
fn private_file(text: &str, suffix: &str) -> io::Result<tempfile::NamedTempFile> {
    let mut file = tempfile::Builder::new()
        .prefix("odd-dashboard-")
        .suffix(suffix)
        .tempfile()?;
    file.write_all(text.as_bytes())?;
    file.flush()?;
    Ok(file)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::{Environment, Platform};

    /// A tool that runs a script of the shell; the tests need a program that is installed everywhere.
    fn script(text: &str) -> Tool {
        let editor = Some(format!("sh -c {} editor", shell_words::quote(text)));
        let environment = Environment {
            editor,
            ..Environment::bare(Platform::Linux)
        };
        Tool::editor(&environment).expect("set")
    }

    #[test]
    fn edited_text_is_returned_also_when_the_editor_replaces_the_file() {
        let edited = script("printf ' and more' >> \"$1\"").edit("text", ".json");
        assert_eq!(edited.expect("edited"), "text and more");
        let edited =
            script("printf new > \"$1.tmp\" && mv \"$1.tmp\" \"$1\"").edit("text", ".json");
        assert_eq!(edited.expect("edited"), "new");
    }

    #[test]
    fn file_is_private_has_the_suffix_and_is_deleted() {
        let report = "{ stat -c %a \"$1\" 2> /dev/null || stat -f %Lp \"$1\"; echo \"$1\"; } > \"$1.new\"; mv \"$1.new\" \"$1\"";
        let edited = script(report).edit("secret", ".json").expect("edited");
        let mut lines = edited.lines();
        assert_eq!(lines.next(), Some("600"));
        let path = lines.next().expect("the path");
        assert!(path.ends_with(".json"), "{path}");
        assert!(!std::path::Path::new(path).exists());
    }

    #[test]
    fn failure_of_the_editor_discards_the_text() {
        let error = script("printf x > \"$1\"; exit 3")
            .edit("text", ".txt")
            .expect_err("fails");
        assert!(matches!(error, ToolError::Failed { .. }), "{error}");
        assert!(
            error.to_string().ends_with("nothing was changed"),
            "{error}"
        );
    }

    #[test]
    fn result_that_is_not_text_is_refused() {
        let error = script("printf '\\377' > \"$1\"")
            .edit("text", ".txt")
            .expect_err("not text");
        assert!(matches!(error, ToolError::NotText), "{error}");
    }

    #[test]
    fn missing_program_is_named() {
        let editor = Some("/nowhere/editor".to_owned());
        let environment = Environment {
            editor,
            ..Environment::bare(Platform::Linux)
        };
        let tool = Tool::editor(&environment).expect("set");
        let error = tool.edit("x", ".txt").expect_err("missing");
        assert_eq!(error.to_string(), "cannot start /nowhere/editor");
    }

    #[test]
    fn pager_that_is_closed_early_is_no_failure() {
        let long = "x".repeat(1_000_000);
        script("exit 0").show(&long).expect("closed");
        let dir = tempfile::tempdir().expect("a directory");
        let seen = dir.path().join("seen");
        script(&format!("cat > {}", seen.display()))
            .show("shown")
            .expect("shown");
        assert_eq!(std::fs::read_to_string(seen).expect("written"), "shown");
    }
}
