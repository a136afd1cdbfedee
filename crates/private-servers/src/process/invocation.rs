use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::Error;
use crate::process::spawn;
use crate::wait::poll;

/// Enough for one Erlang error report.
const SHOWN_LINES: usize = 80;

/// One run of a program that ends by itself.
pub(crate) struct Invocation<'a> {
    /// The name of the program in errors.
    pub(crate) program: &'a str,
    /// The standard input.
    pub(crate) input: &'a str,
    /// The program is killed after this time.
    pub(crate) limit: Duration,
}

impl<'a> Invocation<'a> {
    /// Describes a program without input and with a time limit of two minutes.
    pub(crate) const fn new(program: &'a str) -> Self {
        Self {
            program,
            input: "",
            limit: Duration::from_secs(120),
        }
    }

    /// Sets the standard input.
    pub(crate) const fn input(self, input: &'a str) -> Self {
        Self { input, ..self }
    }

    /// Sets the time limit.
    pub(crate) const fn time_limit(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }
}

/// Runs the program to its end and returns its standard output and standard error as one text.
///
/// # Errors
/// [`Error::Program`] if it fails, [`Error::TimedOut`] if it exceeds the limit, [`Error::Io`].
pub(crate) fn run(invocation: &Invocation<'_>, mut command: Command) -> Result<String, Error> {
    let doing = || format!("run {}", invocation.program);
    let input = file_with(invocation.input).map_err(Error::io(doing()))?;
    let mut output = file_with("").map_err(Error::io(doing()))?;
    let both = || output.try_clone().map(Stdio::from);
    command
        .stdin(input)
        .stdout(both().map_err(Error::io(doing()))?)
        .stderr(both().map_err(Error::io(doing()))?);
    let mut child = spawn::spawn_from_permanent_thread(command).map_err(Error::io(doing()))?;
    let Some(status) = poll(invocation.limit, || child.try_wait().transpose()) else {
        let _ended = child.kill();
        child.wait().map_err(Error::io(doing()))?;
        return Err(Error::TimedOut {
            program: invocation.program.to_owned(),
            limit: invocation.limit,
        });
    };
    let status = status.map_err(Error::io(doing()))?;
    let text = read_all(&mut output).map_err(Error::io(doing()))?;
    if status.success() {
        return Ok(text);
    }
    Err(Error::Program {
        program: invocation.program.to_owned(),
        status,
        output: last_lines(&text).to_owned(),
    })
}

/// Returns the last lines of a text, few enough for an error.
pub(crate) fn last_lines(text: &str) -> &str {
    let text = text.trim_end();
    let start = text.rmatch_indices('\n').nth(SHOWN_LINES - 1);
    start.map_or(text, |(newline, _)| &text[newline + 1..])
}

/// Files instead of pipes: they never fill up, and a grandchild that keeps one open does not block the caller.
fn file_with(text: &str) -> std::io::Result<File> {
    let mut file = tempfile::tempfile()?;
    file.write_all(text.as_bytes())?;
    file.rewind()?;
    Ok(file)
}

fn read_all(file: &mut File) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAT: Invocation<'_> = Invocation::new("cat").input("from here\n");

    #[test]
    fn input_and_output_are_connected() {
        assert_eq!(run(&CAT, Command::new("cat")).expect("cat"), CAT.input);
    }

    #[test]
    fn error_contains_the_output() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo broken >&2; exit 3"]);
        let error = run(&CAT, command).expect_err("it fails").to_string();
        assert!(
            error.contains("exit status: 3") && error.contains("broken"),
            "{error}"
        );
    }

    #[test]
    fn program_is_killed_after_its_time_limit() {
        let endless = CAT.time_limit(Duration::ZERO);
        let mut command = Command::new("tail");
        command.args(["-f", "/dev/null"]);
        let error = run(&endless, command).expect_err("it never ends");
        assert!(error.to_string().contains("within 0 s"), "{error}");
    }

    #[test]
    fn long_text_loses_its_first_lines() {
        let text: String = (1..=100).map(|number| format!("{number}\n")).collect();
        assert!(last_lines(&text).starts_with("21\n"));
        assert!(last_lines(&text).ends_with("\n100"));
        assert_eq!(last_lines("short\n"), "short");
    }
}
