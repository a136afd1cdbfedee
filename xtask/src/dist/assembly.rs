//! The parts of a release: the files of one platform, and those that need the files of all platforms.

use std::path::Path;

use super::checksums::Checksums;
use super::contents::INSTALLERS;
use super::file::{read, write};
use super::platform::Platform;
use super::{manifests, npm, program, sbom};
use crate::workspace::Workspace;

/// Writes the files of one platform, whose program is `binary`, and the checksums of all files in the folder.
pub(crate) fn add_platform(
    workspace: &Workspace,
    platform: &Platform,
    binary: &Path,
    runnable: &Path,
    version: &str,
    folder: &Path,
) -> anyhow::Result<()> {
    program::verify(binary, version, platform)?;
    program::package(workspace, binary, runnable, platform, version)?
        .write(&folder.join(platform.archive_name(version)))?;
    npm::platform_package(workspace, platform, version, read(binary)?)?
        .write(&folder.join(npm::platform_file_name(platform, version)))?;
    write(
        &folder.join(platform.sbom_name(version)),
        sbom::document(workspace, platform)?,
    )?;
    Checksums::compute(folder)?.write(folder)
}

/// Adds the files for all platforms to the folder with those of each platform, and the checksums of all.
///
/// # Errors
/// If the archive of a platform is missing.
pub(crate) fn complete(workspace: &Workspace, folder: &Path, version: &str) -> anyhow::Result<()> {
    let archives = Checksums::compute(folder)?;
    for (name, text) in manifests::render(workspace, version, &archives)? {
        write(&folder.join(name), text)?;
    }
    for name in INSTALLERS {
        let source = workspace.root.join("packaging").join(name);
        write(&folder.join(name), read(&source)?)?;
    }
    npm::main_package(workspace, version)?.write(&folder.join(npm::file_name(version)))?;
    Checksums::compute(folder)?.write(folder)
}
