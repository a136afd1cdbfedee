use std::ffi::OsStr;
use std::io::Write;
#[cfg(unix)]
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// A directory without a configuration file, so that the tests do not read that of the person who runs them.
const NO_CONFIG: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/no-configuration");

/// The executable, without the settings of the environment that the tests run in.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_odd-dashboard"));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("ODD_") || text.starts_with("OTEL_") {
            command.env_remove(name);
        }
    }
    command
        .env_remove("NO_COLOR")
        .env_remove("COLUMNS")
        .env("XDG_CONFIG_HOME", NO_CONFIG)
        .stdin(Stdio::null());
    command
}

/// Exit code and output of a process.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("text"),
            stderr: String::from_utf8(output.stderr).expect("text"),
        }
    }
}

impl Run {
    /// Checks the exit code and returns standard output.
    pub(crate) fn expect(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self.stdout
    }

    /// Checks the exit code and returns standard error.
    pub(crate) fn expect_error(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self.stderr
    }
}

/// Runs a command and waits for its end.
pub(crate) fn run(command: &mut Command) -> Run {
    command.output().expect("the executable starts").into()
}

/// Runs the executable with these arguments.
pub(crate) fn odd<I: IntoIterator<Item: AsRef<OsStr>>>(args: I) -> Run {
    run(program().args(args))
}

/// Runs a command with `input` as its standard input.
pub(crate) fn run_with_input(command: &mut Command, input: &str) -> Run {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the executable starts");
    let mut stdin = child.stdin.take().expect("piped");
    stdin.write_all(input.as_bytes()).expect("it reads");
    drop(stdin);
    child.wait_with_output().expect("it ends").into()
}

/// Writes a shell script that can be executed at once.
///
/// Another process writes it: Linux does not execute a file that this process has open, which a child of a test that runs in
/// parallel might inherit.
#[cfg(unix)]
pub(crate) fn write_script(file: &Path, script: &str) {
    let written = Command::new("sh")
        .args([
            "-c",
            r#"printf '#!/bin/sh\n%s\n' "$1" > "$0"; chmod +x "$0""#,
        ])
        .arg(file)
        .arg(script)
        .status();
    assert!(written.is_ok_and(|status| status.success()));
}
