use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use serde::de::DeserializeOwned;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};

use crate::DeployError;

/// Of a longer output, only the end is kept.
const MAX_OUTPUT_BYTES: usize = 8 << 20;

/// How much of the output of a program an error shows.
const SHOWN_LINES: usize = 15;

/// A program that controls containers, with the arguments of every call.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    path: PathBuf,
    name: &'static str,
    arguments: Vec<String>,
    environment: Vec<(&'static str, String)>,
}

impl Program {
    /// Finds a program on the search path.
    pub(crate) fn find(name: &'static str) -> Option<Self> {
        let path = which::which(name).ok()?;
        Some(Self {
            path,
            name,
            arguments: Vec::new(),
            environment: Vec::new(),
        })
    }

    /// Adds an argument to every call.
    pub(crate) fn argument(mut self, argument: impl Into<String>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Sets a variable in every call.
    pub(crate) fn variable(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.environment.push((name, value.into()));
        self
    }

    /// Runs the program and returns what it printed on standard output. It is stopped when the limit has passed, and when
    /// the future is dropped.
    ///
    /// # Errors
    /// If it cannot be started, fails, or takes too long.
    pub(crate) async fn run<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
        limit: Duration,
    ) -> Result<String, DeployError> {
        self.run_with_input(arguments, "", limit).await
    }

    /// As [`Self::run`], with `input` on standard input.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub(crate) async fn run_with_input<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
        input: &str,
        limit: Duration,
    ) -> Result<String, DeployError> {
        let arguments: Vec<A> = arguments.into_iter().collect();
        let command = self.shown(&arguments);
        let mut child = self.command(&arguments);
        child.stdin(match input.is_empty() {
            true => Stdio::null(),
            false => Stdio::piped(),
        });
        let mut child = child.spawn().map_err(|source| self.cannot_start(source))?;
        let stdin = child.stdin.take();
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let work = async {
            let (output, errors, ()) =
                tokio::join!(end_of(stdout), end_of(stderr), write(stdin, input));
            let status = child.wait().await;
            (output, errors, status)
        };
        let Ok((output, errors, status)) = tokio::time::timeout(limit, work).await else {
            return Err(DeployError::TooSlow {
                command,
                seconds: limit.as_secs(),
            });
        };
        let status = status.map_err(|source| self.cannot_start(source))?;
        if status.success() {
            return Ok(output);
        }
        let text = match errors.trim().is_empty() {
            true => output,
            false => errors,
        };
        Err(DeployError::Failed {
            command,
            status: status.to_string(),
            output: last_lines(&text, SHOWN_LINES),
        })
    }

    /// Runs the program and parses its standard output: one JSON document on each line, or one array of them.
    ///
    /// # Errors
    /// As [`Self::run`], and if the output is something else.
    pub(crate) async fn json_lines<T: DeserializeOwned>(
        &self,
        arguments: &[&str],
        limit: Duration,
    ) -> Result<Vec<T>, DeployError> {
        let output = self.run(arguments, limit).await?;
        parse_json_lines(&output).map_err(|source| DeployError::Output {
            command: self.shown(arguments),
            source,
        })
    }

    /// Runs the program and parses its standard output, one JSON document.
    ///
    /// # Errors
    /// As [`Self::run`], and if the output is something else.
    pub(crate) async fn json<T: DeserializeOwned>(
        &self,
        arguments: &[&str],
        limit: Duration,
    ) -> Result<T, DeployError> {
        let output = self.run(arguments, limit).await?;
        serde_json::from_str(&output).map_err(|source| DeployError::Output {
            command: self.shown(arguments),
            source,
        })
    }

    /// Starts the program, which runs until it is dropped.
    ///
    /// # Errors
    /// If it cannot be started.
    pub(crate) fn start(
        &self,
        arguments: &[&str],
    ) -> Result<(Child, ChildStdout, ChildStderr), DeployError> {
        let start = || {
            let mut child = self.command(arguments).stdin(Stdio::null()).spawn()?;
            let stdout = child.stdout.take().ok_or(ErrorKind::BrokenPipe)?;
            let stderr = child.stderr.take().ok_or(ErrorKind::BrokenPipe)?;
            Ok((child, stdout, stderr))
        };
        start().map_err(|source| self.cannot_start(source))
    }

    fn command<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Command {
        let mut command = Command::new(&self.path);
        command
            .args(&self.arguments)
            .args(arguments)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .env_remove("COMPOSE_FILE")
            .env_remove("COMPOSE_PROFILES")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        // Ctrl+C in the terminal is for this program, which may have to stop the containers first.
        #[cfg(unix)]
        command.process_group(0);
        command
    }

    fn cannot_start(&self, source: std::io::Error) -> DeployError {
        DeployError::File {
            action: "start",
            path: self.path.clone(),
            source,
        }
    }

    pub(crate) fn shown<A: AsRef<OsStr>>(&self, arguments: &[A]) -> String {
        let mut words = vec![self.name.to_owned()];
        let of_call = arguments
            .iter()
            .map(|it| it.as_ref().to_string_lossy().into_owned());
        words.extend(self.arguments.iter().cloned().chain(of_call));
        words.join(" ")
    }
}

/// Older versions of Compose print an array, newer ones a line for each element.
fn parse_json_lines<T: DeserializeOwned>(text: &str) -> Result<Vec<T>, serde_json::Error> {
    if text.trim_start().starts_with('[') {
        return serde_json::from_str(text);
    }
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.map(serde_json::from_str).collect()
}

/// Writes everything. A program that does not read it decides what that means.
async fn write(target: Option<ChildStdin>, text: &str) {
    if let Some(mut target) = target {
        let _ = target.write_all(text.as_bytes()).await;
    }
}

/// Reads everything, and keeps the end.
async fn end_of(source: Option<impl AsyncRead + Unpin>) -> String {
    let Some(mut source) = source else {
        return String::new();
    };
    let mut kept = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = source.read(&mut buffer).await {
        kept.extend_from_slice(&buffer[..read]);
        if kept.len() > 2 * MAX_OUTPUT_BYTES {
            kept.drain(..kept.len() - MAX_OUTPUT_BYTES);
        }
    }
    String::from_utf8_lossy(&kept).into_owned()
}

/// Returns the last lines that are not empty.
pub(crate) fn last_lines(text: &str, number: usize) -> String {
    let lines: Vec<&str> = text.lines().filter(|it| !it.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(number)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(60);

    fn shell() -> Program {
        Program::find("sh").expect("installed").argument("-c")
    }

    #[tokio::test]
    async fn failure_shows_command_and_end_of_errors() {
        let script = "echo out; for i in $(seq 30); do echo line $i >&2; done; exit 3";
        let error = shell().run([script], LIMIT).await.expect_err("fails");
        assert!(error.to_string().contains("exit status: 3"), "{error}");
        let details = error.details().expect("the errors");
        assert!(
            details.starts_with("line 16\n") && details.ends_with("line 30"),
            "{details}"
        );
    }

    #[tokio::test]
    async fn output_is_returned_and_variables_are_set() {
        let program = shell().variable("GREETING", "hello");
        let output = program.run(["echo $GREETING"], LIMIT).await;
        assert_eq!(output.expect("succeeds"), "hello\n");
    }

    #[tokio::test]
    async fn input_is_passed_on() {
        let input = "a secret\n".repeat(20_000);
        let output = shell().run_with_input(["cat"], &input, LIMIT).await;
        assert_eq!(output.expect("succeeds"), input);
    }

    #[tokio::test]
    async fn program_that_takes_too_long_is_stopped() {
        let error = shell()
            .run(["exec sleep 600"], Duration::from_millis(20))
            .await;
        assert!(
            matches!(error, Err(DeployError::TooSlow { .. })),
            "{error:?}"
        );
    }

    #[test]
    fn arrays_and_lines_of_json_are_read() {
        for text in ["[1, 2]", "1\n2\n", "\n1\n\n2"] {
            assert_eq!(
                parse_json_lines::<u8>(text).expect("JSON"),
                [1, 2],
                "{text}"
            );
        }
        assert!(parse_json_lines::<u8>("no JSON").is_err());
    }
}
