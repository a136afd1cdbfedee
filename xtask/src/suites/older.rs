//! Earlier versions of the product, which the referee upgrades and downgrades to.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Context;

use crate::process;
use crate::suites::mutant;
use crate::workspace::Workspace;

/// Builds a revision in git, and returns the path of the binary.
pub(crate) fn build(workspace: &Workspace, revision: &str) -> anyhow::Result<PathBuf> {
    let scratch = workspace.scratch("older")?;
    let (sources, archive) = (scratch.join("source"), scratch.join("source.tar"));
    if sources.exists() {
        fs::remove_dir_all(&sources)
            .with_context(|| format!("cannot empty {}", sources.display()))?;
    }
    fs::create_dir_all(&sources)?;
    let mut export = Command::new("git");
    export
        .current_dir(&workspace.root)
        .args(["archive", "--format=tar", "--output"])
        .args([archive.as_os_str(), revision.as_ref()]);
    process::run(&mut export)?;
    let mut extract = Command::new("tar");
    extract
        .current_dir(&sources)
        // The archive has the time of the commit. Cargo would take the build of another revision as up to date.
        .arg("-m")
        .arg("-xf")
        .arg(&archive);
    process::run(&mut extract)?;
    mutant::compile(workspace, &sources, &scratch.join("target"))
}
