//! The npm packages: one with the program for each platform, and one that depends on them and starts the program. npm
//! installs only the one for the machine, so that no script has to run during the installation.

use anyhow::Context;
use serde_json::{Map, Value, json};

use super::archive::Archive;
use super::file::read;
use super::platform::{PLATFORMS, Platform};
use super::product::{NAME, add_notices};
use crate::workspace::Workspace;

/// The owner of the packages for one platform.
const SCOPE: &str = "@odd-dashboard";

/// The folder in every npm package.
const FOLDER: &str = "package";

const LAUNCHER: &str = "launcher.js";

/// Returns the file name of the main package.
pub(crate) fn file_name(version: &str) -> String {
    format!("{NAME}-npm-{version}.tgz")
}

/// Returns the file name of the package for one platform.
pub(crate) fn platform_file_name(platform: &Platform, version: &str) -> String {
    format!("{NAME}-npm-{}-{version}.tgz", platform.npm)
}

/// Returns the package with the program for one platform.
pub(crate) fn platform_package(
    workspace: &Workspace,
    platform: &Platform,
    version: &str,
    program: Vec<u8>,
) -> anyhow::Result<Archive> {
    let mut manifest = manifest(version);
    manifest["name"] = json!(package_name(platform));
    manifest["description"] = json!(format!("The program of {NAME} for {}", platform.triple));
    manifest["os"] = json!([platform.os]);
    manifest["cpu"] = json!([platform.cpu]);
    if let Some(libc) = platform.libc() {
        manifest["libc"] = json!([libc]);
    }
    let mut package = package(workspace, &manifest)?;
    package.add_program(format!("bin/{}", platform.program_name()), program);
    Ok(package)
}

/// Returns the package that people install.
pub(crate) fn main_package(workspace: &Workspace, version: &str) -> anyhow::Result<Archive> {
    let mut manifest = manifest(version);
    manifest["name"] = json!(NAME);
    manifest["description"] = json!("Submit a job, watch it run, and see why it waits");
    manifest["bin"] = json!({ NAME: LAUNCHER });
    manifest["engines"] = json!({ "node": ">=18" });
    let platforms = PLATFORMS.iter();
    manifest["optionalDependencies"] = platforms
        .map(|platform| (package_name(platform), json!(version)))
        .collect::<Map<_, _>>()
        .into();
    let launcher = workspace.root.join("packaging/npm").join(LAUNCHER);
    let mut package = package(workspace, &manifest)?;
    package.add_program(LAUNCHER, read(&launcher)?);
    Ok(package)
}

fn package_name(platform: &Platform) -> String {
    format!("{SCOPE}/{}", platform.npm)
}

/// Returns what all packages have in common.
fn manifest(version: &str) -> Value {
    let repository = env!("CARGO_PKG_REPOSITORY");
    json!({
        "version": version,
        "license": env!("CARGO_PKG_LICENSE"),
        "homepage": repository,
        "repository": { "type": "git", "url": format!("git+{repository}.git") },
    })
}

fn package(workspace: &Workspace, manifest: &Value) -> anyhow::Result<Archive> {
    let mut package = Archive::new(FOLDER);
    let manifest = serde_json::to_string_pretty(manifest).context("not JSON")?;
    package.add("package.json", manifest + "\n");
    add_notices(workspace, &mut package)?;
    Ok(package)
}
