//! The bases of images that are built without a registry: Debian with programs that it packages.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};

use super::Engine;
use crate::process;

/// The names of Debian's releases by the major version of the system, which a binary of this machine needs at least.
const RELEASES: [(&str, &str); 2] = [("12", "bookworm"), ("13", "trixie")];
const TOOLS: &str = "ca-certificates,busybox,procps";

/// Packages for a purpose. The number of its version changes with them.
#[derive(Clone, Copy)]
pub(super) struct Base {
    name: &'static str,
    version: u32,
    packages: &'static [&'static str],
}

/// Servers, and what the binary of this project needs.
pub(super) const SERVERS: Base = Base {
    name: "servers",
    version: 1,
    packages: &[
        "postgresql",
        "rabbitmq-server",
        "redis-server",
        "prometheus",
        "prometheus-alertmanager",
    ],
};

/// What a Kubernetes node runs next to the programs of Kubernetes.
pub(super) const NODE: Base = Base {
    name: "node",
    version: 1,
    packages: &[
        "containerd",
        "runc",
        "containernetworking-plugins",
        "iptables",
        "nftables",
        "conntrack",
        "ipset",
        "iproute2",
        "socat",
        "ethtool",
        "kmod",
    ],
};

/// Returns the name of a base image. Creates it unless the engine has it, which takes about two minutes.
///
/// # Errors
/// If this machine runs another system, `debootstrap` is missing, this process is not root, or a package cannot be installed.
pub(super) fn ensure_base(engine: &Engine, folder: &Path, base: Base) -> anyhow::Result<String> {
    let system = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let release = release(&system).context("the base image can only be made on Debian 12 or 13")?;
    let image = format!("odd-test/{}:{release}-{}", base.name, base.version);
    let is_there = engine.docker(&["image", "inspect", &image]).output()?;
    if is_there.status.success() {
        return Ok(image);
    }
    ensure!(
        process::is_installed("debootstrap", &["--version"]),
        "the base image needs debootstrap: as root on Debian `apt-get install debootstrap`"
    );
    let root = folder.join("base");
    if root.exists() {
        fs::remove_dir_all(&root)?;
    }
    // Mounts that it leaves behind end with the namespace.
    let mut debootstrap = Command::new("unshare");
    debootstrap
        .args(["--mount", "debootstrap"])
        .args(["--variant=minbase", &format!("--include={TOOLS}"), release])
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
    install.extend(base.packages);
    inside(&root, &install)?;
    inside(&root, &["apt-get", "clean"])?;
    import(engine, &root, &image)?;
    fs::remove_dir_all(&root).context("cannot remove the folder of the base image")?;
    Ok(image)
}

/// Returns the release that an `os-release` file names.
fn release(system: &str) -> Option<&'static str> {
    let value = |key: &str| {
        let mut lines = system.lines();
        lines.find_map(|line| Some(line.strip_prefix(key)?.trim_matches('"')))
    };
    let version = value("VERSION_ID=").filter(|_| value("ID=") == Some("debian"))?;
    let mut releases = RELEASES.into_iter();
    releases.find_map(|(number, name)| (number == version).then_some(name))
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

fn import(engine: &Engine, root: &Path, image: &str) -> anyhow::Result<()> {
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
            .docker(&["import", "-", image])
            .stdin(archive)
            .stdout(Stdio::null()),
    );
    let status = tar.wait()?;
    imported?;
    ensure!(status.success(), "tar failed: {status}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn release_is_that_of_debian() {
        assert_eq!(release("ID=debian\nVERSION_ID=\"12\"\n"), Some("bookworm"));
        assert_eq!(release("ID=ubuntu\nVERSION_ID=\"12\"\n"), None);
        assert_eq!(release(""), None);
    }
}
