//! Releases to install: one with the binary of the tests, and two with scripts, which print another version each.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::Context;
use flate2::Compression;
use odd_private_servers::{dependent_command, spawn_dependent};
use tempfile::TempDir;

use crate::dist::archive::Archive;
use crate::dist::checksums::Checksums;
use crate::dist::platform::Platform;
use crate::dist::{npm, product, program};
use crate::process;
use crate::workspace::{Profile, Workspace};

/// The versions of the scripts, and the later one.
pub(super) const OLD: &str = "7.0.0";
pub(super) const NEW: &str = "7.1.0";

/// A test: its name, and its check, which fails with the difference.
pub(super) type Test = (&'static str, fn(&Releases) -> anyhow::Result<()>);

/// Folders with releases, and a web server for them.
pub(super) struct Releases {
    folder: TempDir,
    server: Child,
    /// The URL of a server with the paths of the releases on GitHub.
    pub(super) mirror: String,
    pub(super) script: PathBuf,
    /// The version of the workspace.
    pub(super) version: String,
    pub(super) platform: &'static Platform,
}

impl Releases {
    pub(super) fn new(workspace: &Workspace) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        // Another user reads it.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
        let version = product::version(&workspace.metadata)?;
        let script = folder.path().join("install.sh");
        fs::copy(workspace.root.join("packaging/install.sh"), &script)?;
        let platform = add_real(workspace, folder.path(), &version)?;
        for (path, version) in [
            (format!("download/v{OLD}"), OLD),
            (format!("download/v{NEW}"), NEW),
            ("latest/download".to_owned(), NEW),
        ] {
            add_script(
                &folder.path().join(path),
                version,
                platform,
                &works(version),
            )?;
        }
        let (server, mirror) = serve(folder.path())?;
        Ok(Self {
            folder,
            server,
            mirror,
            script,
            version,
            platform,
        })
    }

    /// Returns the folder with the files of the real release.
    pub(super) fn real(&self) -> PathBuf {
        self.folder.path().join("real")
    }

    /// Returns a new folder with a release whose program is `script`.
    pub(super) fn custom(&self, script: &str) -> anyhow::Result<TempDir> {
        let folder = tempfile::tempdir_in(self.folder.path())?;
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
        add_script(folder.path(), NEW, self.platform, script)?;
        Ok(folder)
    }
}

impl Drop for Releases {
    fn drop(&mut self) {
        // It has no other work than this.
        let _ = self.server.kill().and_then(|()| self.server.wait());
    }
}

/// Returns a program that answers the question of the installer.
pub(super) fn works(version: &str) -> String {
    format!("#!/bin/sh\necho {version}\n")
}

/// Writes the archive and the npm packages with the binary of the tests, and returns its platform.
fn add_real(
    workspace: &Workspace,
    folder: &Path,
    version: &str,
) -> anyhow::Result<&'static Platform> {
    let binary = folder.join("odd-dashboard");
    fs::copy(workspace.binary(Profile::DEV), &binary)?;
    // Most of the file is debug information.
    process::run(Command::new("strip").arg(&binary))?;
    let target = process::output(Command::new(&binary).args(["version", "--output", "json"]))?;
    let target: serde_json::Value = serde_json::from_str(&target)?;
    let platform = Platform::find(target["target"].as_str().context("no target")?)?;
    let folder = folder.join("real");
    fs::create_dir(&folder)?;
    let write = |archive: Archive, name: String| {
        archive.write_with(&folder.join(name), Compression::none())
    };
    write(
        program::package(workspace, &binary, &binary, platform, version)?,
        platform.archive_name(version),
    )?;
    write(
        npm::platform_package(workspace, platform, version, fs::read(&binary)?)?,
        npm::platform_file_name(platform, version),
    )?;
    write(
        npm::main_package(workspace, version)?,
        npm::file_name(version),
    )?;
    Checksums::compute(&folder)?.write(&folder)?;
    Ok(platform)
}

/// Writes a release with a script as the program.
fn add_script(
    folder: &Path,
    version: &str,
    platform: &Platform,
    script: &str,
) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    let mut archive = Archive::new(platform.folder_name(version));
    archive.add_program(platform.program_name(), script);
    for name in ["odd-dashboard.bash", "_odd-dashboard", "odd-dashboard.fish"] {
        archive.add(format!("completions/{name}"), version);
    }
    let command = format!("man/odd-dashboard-only-in-{version}.1");
    for name in ["man/odd-dashboard.1", &command] {
        archive.add(name, version);
    }
    archive.write(&folder.join(platform.archive_name(version)))?;
    Checksums::compute(folder)?.write(folder)
}

/// Starts a web server on a free port, and returns its URL.
fn serve(folder: &Path) -> anyhow::Result<(Child, String)> {
    let mut command = dependent_command("python3");
    command
        .args([
            "-u",
            "-m",
            "http.server",
            "0",
            "--bind",
            "127.0.0.1",
            "--directory",
        ])
        .arg(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut server = spawn_dependent(command).context("cannot start a web server")?;
    let mut line = String::new();
    let output = server.stdout.take().context("its output is piped")?;
    BufReader::new(output).read_line(&mut line)?;
    let url = line.split(['(', ')']).nth(1);
    let url = url.with_context(|| format!("the web server printed `{line}`"))?;
    Ok((server, url.trim_end_matches('/').to_owned()))
}
