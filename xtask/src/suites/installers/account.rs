//! A user account that has never been used.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, ensure};
use tempfile::TempDir;

/// The account without rights, as which commands run if this process has all of them.
const UNPRIVILEGED: u32 = 65534;

/// A new home directory, and commands that know no other one.
pub(super) struct Account {
    pub(super) home: TempDir,
    tools: PathBuf,
    path: OsString,
}

impl Account {
    pub(super) fn new() -> anyhow::Result<Self> {
        let home = tempfile::tempdir()?;
        let tools = home.path().join("tools");
        fs::create_dir(&tools)?;
        if is_root() {
            chown(home.path(), Some(UNPRIVILEGED), Some(UNPRIVILEGED))?;
        }
        let system = env::var_os("PATH").context("PATH is not set")?;
        let folders = [tools.clone()].into_iter().chain(env::split_paths(&system));
        let path = env::join_paths(folders)?;
        Ok(Self { home, tools, path })
    }

    /// Adds a program, which is found before that of the system.
    pub(super) fn add_tool(&self, name: &str, script: &str) -> anyhow::Result<()> {
        let file = self.tools.join(name);
        fs::write(&file, format!("#!/bin/sh\n{script}\n"))?;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755))?;
        Ok(())
    }

    /// Removes all programs from the search path but these.
    pub(super) fn keep_tools(&mut self, names: &[&str]) -> anyhow::Result<()> {
        for name in names {
            let mut folders = env::split_paths(&self.path).skip(1);
            let found = folders.find(|folder| folder.join(name).is_file());
            let found = found.with_context(|| format!("there is no program `{name}`"))?;
            symlink(found.join(name), self.tools.join(name))?;
        }
        self.path = self.tools.clone().into_os_string();
        Ok(())
    }

    pub(super) fn in_home(&self, path: &str) -> PathBuf {
        self.home.path().join(path)
    }

    /// Returns a command of this user, with an empty environment.
    pub(super) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command
            .env_clear()
            .env("HOME", self.home.path())
            .env("PATH", &self.path)
            .current_dir(self.home.path());
        if is_root() {
            command.uid(UNPRIVILEGED).gid(UNPRIVILEGED);
        }
        command
    }
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Runs a command that has to succeed, and returns what it printed.
pub(super) fn succeed(command: &mut Command) -> anyhow::Result<String> {
    let output = command.output()?;
    let text = text(&output);
    ensure!(output.status.success(), "{command:?} failed: {text}");
    Ok(text)
}

/// Runs a command that has to fail with exit code 1 and to print all of `parts`, and returns what it printed.
pub(super) fn fail(command: &mut Command, parts: &[&str]) -> anyhow::Result<String> {
    let output = command.output()?;
    let text = text(&output);
    ensure!(
        output.status.code() == Some(1),
        "{command:?} ended with {}: {text}",
        output.status
    );
    for part in parts {
        ensure!(text.contains(part), "no `{part}` in: {text}");
    }
    Ok(text)
}

fn text(output: &Output) -> String {
    let stdout = String::from_utf8_lossy(&output.stdout);
    stdout.into_owned() + &String::from_utf8_lossy(&output.stderr)
}
