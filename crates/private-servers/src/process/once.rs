use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::Error;
use crate::process::spawn;
use crate::wait::poll;

/// What Erlang says about one failure fits.
const SHOWN_LINES: usize = 80;

/// A program that runs once and ends.
pub(crate) struct Once<'a> {
    /// Its name in errors.
    pub(crate) program: &'a str,
    /// What it reads.
    pub(crate) input: &'a str,
    /// When it is killed.
    pub(crate) limit: Duration,
}

impl<'a> Once<'a> {
    /// A program that reads nothing and ends within two minutes.
    pub(crate) const fn new(program: &'a str) -> Self {
        Self {
            program,
            input: "",
            limit: Duration::from_secs(120),
        }
    }

    /// With something to read.
    pub(crate) const fn reading(self, input: &'a str) -> Self {
        Self { input, ..self }
    }

    /// With another limit.
    pub(crate) const fn within(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }
}

/// Runs it to its end and returns what it printed, both streams as one.
///
/// # Errors
/// [`Error::Program`] when it fails, [`Error::Slow`] when it was killed after the limit, [`Error::Io`].
pub(crate) fn run(once: &Once<'_>, mut command: Command) -> Result<String, Error> {
    let doing = || format!("run {}", once.program);
    let input = file_with(once.input).map_err(Error::io(doing()))?;
    let mut output = file_with("").map_err(Error::io(doing()))?;
    let both = || output.try_clone().map(Stdio::from);
    command
        .stdin(input)
        .stdout(both().map_err(Error::io(doing()))?)
        .stderr(both().map_err(Error::io(doing()))?);
    let mut child = spawn::from_a_lasting_thread(command).map_err(Error::io(doing()))?;
    let Some(status) = poll(once.limit, || child.try_wait().transpose()) else {
        let _ended_meanwhile = child.kill();
        child.wait().map_err(Error::io(doing()))?;
        return Err(Error::Slow {
            program: once.program.to_owned(),
            limit: once.limit,
        });
    };
    let status = status.map_err(Error::io(doing()))?;
    let text = read_all(&mut output).map_err(Error::io(doing()))?;
    if status.success() {
        return Ok(text);
    }
    Err(Error::Program {
        program: once.program.to_owned(),
        status,
        output: last_lines(&text).to_owned(),
    })
}

/// The end of a text, short enough for an error.
pub(crate) fn last_lines(text: &str) -> &str {
    let text = text.trim_end();
    let start = text.rmatch_indices('\n').nth(SHOWN_LINES - 1);
    start.map_or(text, |(newline, _)| &text[newline + 1..])
}

/// Files rather than pipes: they never fill up, and a grandchild that keeps them open holds nobody up.
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

    const CAT: Once<'_> = Once::new("cat").reading("from here\n");

    #[test]
    fn what_goes_in_comes_out() {
        assert_eq!(run(&CAT, Command::new("cat")).expect("cat"), CAT.input);
    }

    #[test]
    fn a_failure_carries_what_was_printed() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo broken >&2; exit 3"]);
        let error = run(&CAT, command).expect_err("it fails").to_string();
        assert!(
            error.contains("exit status: 3") && error.contains("broken"),
            "{error}"
        );
    }

    #[test]
    fn a_program_that_takes_too_long_is_killed() {
        let endless = CAT.within(Duration::ZERO);
        let mut command = Command::new("tail");
        command.args(["-f", "/dev/null"]);
        let error = run(&endless, command).expect_err("it never ends");
        assert!(error.to_string().contains("within 0 s"), "{error}");
    }

    #[test]
    fn long_texts_are_cut_at_their_beginning() {
        let text: String = (1..=100).map(|number| format!("{number}\n")).collect();
        assert!(last_lines(&text).starts_with("21\n"));
        assert!(last_lines(&text).ends_with("\n100"));
        assert_eq!(last_lines("short\n"), "short");
    }
}
