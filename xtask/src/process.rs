//! Child processes: printed before they run, and checked when they end.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, PipeReader, Write as _};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

/// Prints the command, runs it with the streams of this process, and fails unless it succeeds.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<()> {
    let shown = shown(command);
    eprintln!("$ {shown}");
    let status = command
        .status()
        .with_context(|| format!("cannot start `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` failed: {status}");
    }
    Ok(())
}

/// Replaces xtask by the command, so that signals reach it directly.
#[cfg(unix)]
pub(crate) fn replace_by(command: &mut Command) -> anyhow::Result<()> {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    Err(error).with_context(|| format!("cannot start `{}`", shown(command)))
}

#[cfg(not(unix))]
pub(crate) fn replace_by(command: &mut Command) -> anyhow::Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot start `{}`", shown(command)))?;
    std::process::exit(status.code().unwrap_or(1))
}

/// Like [`run`], but kills the command after `limit`.
pub(crate) fn run_within(command: &mut Command, limit: Duration) -> anyhow::Result<()> {
    const POLL: Duration = Duration::from_millis(100);
    let shown = shown(command);
    eprintln!("$ {shown}");
    let mut child = command
        .spawn()
        .with_context(|| format!("cannot start `{shown}`"))?;
    let deadline = Instant::now() + limit;
    loop {
        match child.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => bail!("`{shown}` failed: {status}"),
            None if Instant::now() >= deadline => {
                child.kill()?;
                child.wait()?;
                bail!("`{shown}` took longer than {} s", limit.as_secs());
            }
            None => thread::sleep(POLL),
        }
    }
}

/// Runs the command and returns its standard output as text.
pub(crate) fn output(command: &mut Command) -> anyhow::Result<String> {
    let shown = shown(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start `{shown}`"))?;
    if !output.status.success() {
        bail!("`{shown}` failed: {}", output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{shown}` printed no UTF-8"))
}

/// What a command printed, and whether it succeeded.
pub(crate) struct Transcript {
    pub(crate) text: String,
    pub(crate) success: bool,
}

/// Prints the command, runs it, and copies its standard output line by line to that of this process.
pub(crate) fn tee(command: &mut Command) -> anyhow::Result<Transcript> {
    let (reader, writer) = std::io::pipe().context("cannot create a pipe")?;
    command.stdout(writer);
    tee_from(reader, command)
}

/// Like [`tee`], with standard error in the same transcript.
pub(crate) fn tee_with_errors(command: &mut Command) -> anyhow::Result<Transcript> {
    let (reader, writer) = std::io::pipe().context("cannot create a pipe")?;
    command.stdout(writer.try_clone()?).stderr(writer);
    tee_from(reader, command)
}

fn tee_from(reader: PipeReader, command: &mut Command) -> anyhow::Result<Transcript> {
    let shown = shown(command);
    eprintln!("$ {shown}");
    let mut child = command
        .spawn()
        .with_context(|| format!("cannot start `{shown}`"))?;
    // The pipe ends when its last writer is closed, and the command still has one.
    command.stdout(Stdio::inherit()).stderr(Stdio::inherit());
    let mut text = String::new();
    for line in BufReader::new(reader).split(b'\n') {
        let line = line.with_context(|| format!("cannot read from `{shown}`"))?;
        let line = String::from_utf8_lossy(&line);
        writeln!(std::io::stdout(), "{line}").context("standard output is closed")?;
        writeln!(text, "{line}").expect("writing to a string cannot fail");
    }
    let success = child.wait()?.success();
    Ok(Transcript { text, success })
}

/// Returns `true` if the program succeeds with the arguments `probe`.
pub(crate) fn is_installed(program: &str, probe: &[&str]) -> bool {
    Command::new(program)
        .args(probe)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Returns the command as it is typed in a shell.
pub(crate) fn shown(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let mut text = program.file_name().map_or_else(
        || program.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    );
    for argument in command.get_args() {
        let argument = argument.to_string_lossy();
        let quote = if argument.contains(' ') { "'" } else { "" };
        write!(text, " {quote}{argument}{quote}").expect("writing to a string cannot fail");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_names_the_failing_command() {
        let error = run(Command::new("cargo").arg("no-such-subcommand")).expect_err("must fail");
        assert!(
            error
                .to_string()
                .starts_with("`cargo no-such-subcommand` failed")
        );
    }

    #[test]
    fn command_is_killed_after_its_time_limit() {
        // It waits for the end of its input, which stays open.
        let mut endless = Command::new("sort");
        endless.stdin(Stdio::piped());
        let error = run_within(&mut endless, Duration::ZERO).expect_err("it never ends");
        assert!(error.to_string().contains("took longer than 0 s"));
        let mut quick = Command::new("cargo");
        quick.arg("--version");
        assert!(run_within(&mut quick, Duration::from_secs(60)).is_ok());
    }

    #[test]
    fn arguments_with_spaces_are_shown_in_quotes() {
        let mut command = Command::new("/usr/bin/echo");
        command.args(["a b", "c"]);
        assert_eq!(shown(&command), "echo 'a b' c");
    }
}
