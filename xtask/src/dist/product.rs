//! What all packages of a release have in common.

use anyhow::Context;
use cargo_metadata::Metadata;

use super::archive::Archive;
use super::file;
use crate::workspace::Workspace;

/// The name of the product: of its program, crate, archives and npm package.
pub(super) const NAME: &str = "odd-dashboard";

/// Files that every package contains.
pub(super) const NOTICES: [&str; 3] = ["LICENSE-APACHE", "LICENSE-MIT", "README.md"];

/// Returns the version of the workspace.
pub(crate) fn version(metadata: &Metadata) -> anyhow::Result<String> {
    let mut packages = metadata.packages.iter();
    let package = packages.find(|package| package.name == NAME);
    Ok(package
        .context("no package odd-dashboard")?
        .version
        .to_string())
}

/// Adds the licences and the overview to an archive.
pub(super) fn add_notices(workspace: &Workspace, archive: &mut Archive) -> anyhow::Result<()> {
    for name in NOTICES {
        archive.add(name, file::read(&workspace.root.join(name))?);
    }
    Ok(())
}
