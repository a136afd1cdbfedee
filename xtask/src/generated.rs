//! Files of the repository that are generated from the contracts. Each generator returns paths and contents; this module
//! writes them, and finds those that are not up to date.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;

use crate::workspace::Workspace;
use crate::{alert_rules, grafana};

/// A generated file: its path below the root of the workspace, and its content.
pub(crate) type GeneratedFile = (PathBuf, String);

/// Returns every generated file as it should be.
///
/// # Errors
/// If a contract cannot be read.
pub(crate) fn files(workspace: &Workspace) -> anyhow::Result<Vec<GeneratedFile>> {
    let mut files = grafana::generate(workspace)?;
    files.extend(alert_rules::generate(workspace)?);
    Ok(files)
}

/// Returns the files whose content on disk differs.
///
/// # Errors
/// If a contract cannot be read.
pub(crate) fn outdated(workspace: &Workspace) -> anyhow::Result<Vec<GeneratedFile>> {
    let mut files = files(workspace)?;
    files.retain(|(path, text)| {
        fs::read_to_string(workspace.root.join(path)).ok().as_ref() != Some(text)
    });
    Ok(files)
}

/// Writes the files that are outdated, and returns their paths.
///
/// # Errors
/// If a contract cannot be read, or a file cannot be written.
pub(crate) fn write(workspace: &Workspace) -> anyhow::Result<Vec<PathBuf>> {
    let mut written = Vec::new();
    for (path, text) in outdated(workspace)? {
        let target = workspace.root.join(&path);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot create {}", folder.display()))?;
        }
        fs::write(&target, text).with_context(|| format!("cannot write {}", target.display()))?;
        written.push(path);
    }
    Ok(written)
}
