//! The base of images that are built without a registry: Debian with the servers that it packages.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};

use super::Engine;
use crate::process;

/// The name of the base image. The number changes with the packages.
pub(super) const BASE: &str = "odd-test/debian-servers:1";

const RELEASE: &str = "bookworm";
const TOOLS: &str = "ca-certificates,busybox,procps";
const SERVERS: [&str; 5] = [
    "postgresql",
    "rabbitmq-server",
    "redis-server",
    "prometheus",
    "prometheus-alertmanager",
];

/// Creates the base image, unless the engine has it. Takes about two minutes.
///
/// # Errors
/// If `debootstrap` is missing, this process is not root, or a package cannot be installed.
pub(super) fn ensure_base(engine: &Engine, folder: &Path) -> anyhow::Result<()> {
    let is_there = engine.docker(&["image", "inspect", BASE]).output()?;
    if is_there.status.success() {
        return Ok(());
    }
    ensure!(
        process::is_installed("debootstrap", &["--version"]),
        "the base image needs debootstrap: as root on Debian `apt-get install debootstrap`"
    );
    let root = folder.join("base");
    if root.exists() {
        fs::remove_dir_all(&root)?;
    }
    let mut debootstrap = Command::new("debootstrap");
    debootstrap
        .args(["--variant=minbase", &format!("--include={TOOLS}"), RELEASE])
        .arg(&root)
        .stdout(Stdio::null());
    process::run(&mut debootstrap)?;
    // Packages must not start their servers: https://manpages.debian.org/stable/init-system-helpers/invoke-rc.d.8
    let policy = root.join("usr/sbin/policy-rc.d");
    fs::write(&policy, "#!/bin/sh\nexit 101\n")?;
    process::run(Command::new("chmod").arg("755").arg(&policy))?;
    fs::copy("/etc/resolv.conf", root.join("etc/resolv.conf"))?;
    inside(&root, &["apt-get", "update", "--quiet"])?;
    let mut install = vec!["apt-get", "install", "--yes", "--no-install-recommends"];
    install.extend(SERVERS);
    inside(&root, &install)?;
    inside(&root, &["apt-get", "clean"])?;
    import(engine, &root)?;
    fs::remove_dir_all(&root).context("cannot remove the folder of the base image")
}

/// Runs a command with `root` as its file system, in a mount namespace that ends with it.
fn inside(root: &Path, words: &[&str]) -> anyhow::Result<()> {
    let mut command = Command::new("unshare");
    command
        .args(["--mount", "--pid", "--fork"])
        .arg(format!("--mount-proc={}", root.join("proc").display()))
        .arg("chroot")
        .arg(root)
        .args(words)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdout(Stdio::null());
    process::run(&mut command)
}

fn import(engine: &Engine, root: &Path) -> anyhow::Result<()> {
    let mut tar = Command::new("tar")
        .arg("-C")
        .arg(root)
        .args(["-c", "."])
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start tar")?;
    let archive = tar.stdout.take().context("the output is a pipe")?;
    let imported = process::run(
        engine
            .docker(&["import", "-", BASE])
            .stdin(archive)
            .stdout(Stdio::null()),
    );
    let status = tar.wait()?;
    imported?;
    ensure!(status.success(), "tar failed: {status}");
    Ok(())
}
