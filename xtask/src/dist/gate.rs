//! Checks that a folder contains every file of a release, and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{bail, ensure};
use serde_json::Value;

use super::checksums::{self, Checksums};
use super::contents::{self, INSTALLERS};
use super::file::read;
use super::platform::{PLATFORMS, Platform};
use super::product::{NAME, NOTICES};
use super::program::{COMPLETIONS_FOLDER, MANUAL_FOLDER};
use super::{archive, manifests, npm};
use crate::workspace::Workspace;

/// Refuses a release that is not complete.
///
/// # Errors
/// With every problem, if there is one.
pub(crate) fn check(workspace: &Workspace, folder: &Path, version: &str) -> anyhow::Result<()> {
    let mut problems = check_names(folder, version)?;
    problems.extend(check_checksums(folder));
    let mut note = |name: &str, outcome: anyhow::Result<()>| {
        if let Err(error) = outcome {
            problems.push(format!("{name}: {error:#}"));
        }
    };
    for platform in &PLATFORMS {
        for (name, outcome) in check_platform(folder, platform, version) {
            // A missing file was reported once.
            if folder.join(&name).is_file() {
                note(&name, outcome);
            }
        }
    }
    note("generated files", check_copies(workspace, folder, version));
    ensure!(
        problems.is_empty(),
        "{} is no complete release of {version}:\n  {}",
        folder.display(),
        problems.join("\n  ")
    );
    Ok(())
}

fn check_names(folder: &Path, version: &str) -> anyhow::Result<Vec<String>> {
    let present: BTreeSet<String> = checksums::file_names(folder)?.into_iter().collect();
    let mut expected = contents::file_names(version);
    expected.insert(checksums::FILE.to_owned());
    let missing = expected.difference(&present);
    let missing = missing.map(|name| format!("{name}: missing"));
    let extra = present.difference(&expected);
    let extra = extra.map(|name| format!("{name}: not a file of this release"));
    Ok(missing.chain(extra).collect())
}

fn check_checksums(folder: &Path) -> Vec<String> {
    let (listed, computed) = match (Checksums::read(folder), Checksums::compute(folder)) {
        (Ok(listed), Ok(computed)) => (listed, computed),
        (Err(error), _) | (_, Err(error)) => return vec![format!("{error:#}")],
    };
    let listed: BTreeMap<_, _> = listed.iter().collect();
    let computed: BTreeMap<_, _> = computed.iter().collect();
    let names: BTreeSet<_> = listed.keys().chain(computed.keys()).collect();
    let problem = |name: &&&str| match (listed.get(*name), computed.get(*name)) {
        (Some(listed), Some(computed)) if listed != computed => {
            Some(format!("{name}: not the file in {}", checksums::FILE))
        }
        (None, Some(_)) => Some(format!("{name}: not in {}", checksums::FILE)),
        (Some(_), None) => Some(format!("{name}: in {}, but missing", checksums::FILE)),
        _ => None,
    };
    names.iter().filter_map(problem).collect()
}

/// Returns the outcomes for the archive, the npm package and the list of dependencies of a platform.
fn check_platform(
    folder: &Path,
    platform: &Platform,
    version: &str,
) -> [(String, anyhow::Result<()>); 3] {
    let archive = platform.archive_name(version);
    let package = npm::platform_file_name(platform, version);
    let sbom = platform.sbom_name(version);
    let program = platform.program_name();
    let outcomes = (
        check_archive(
            &folder.join(&archive),
            &platform.folder_name(version),
            &program,
        ),
        check_package(&folder.join(&package), &format!("package/bin/{program}")),
        check_sbom(&folder.join(&sbom), version),
    );
    [
        (archive, outcomes.0),
        (package, outcomes.1),
        (sbom, outcomes.2),
    ]
}

fn check_archive(path: &Path, folder: &str, program: &str) -> anyhow::Result<()> {
    let files = archive::list(path)?;
    require_program(&files, &format!("{folder}/{program}"))?;
    let others = [
        format!("{COMPLETIONS_FOLDER}/{NAME}.bash"),
        format!("{MANUAL_FOLDER}/{NAME}.1"),
    ];
    for name in others.into_iter().chain(NOTICES.map(ToOwned::to_owned)) {
        let path = format!("{folder}/{name}");
        ensure!(files.contains_key(&path), "contains no {path}");
    }
    Ok(())
}

fn check_package(path: &Path, program: &str) -> anyhow::Result<()> {
    require_program(&archive::list(path)?, program)
}

fn require_program(files: &BTreeMap<String, bool>, path: &str) -> anyhow::Result<()> {
    match files.get(path) {
        Some(true) => Ok(()),
        Some(false) => bail!("{path} cannot be executed"),
        None => bail!("contains no {path}"),
    }
}

fn check_sbom(path: &Path, version: &str) -> anyhow::Result<()> {
    let document: Value = serde_json::from_slice(&read(path)?)?;
    let is_version = document["metadata"]["component"]["version"] == version;
    ensure!(is_version, "does not describe version {version}");
    let components = document["components"].as_array();
    ensure!(components.is_some_and(|all| !all.is_empty()), "is empty");
    Ok(())
}

/// Checks that the installers are those of the repository, and that the manifests name the checksums of the archives.
fn check_copies(workspace: &Workspace, folder: &Path, version: &str) -> anyhow::Result<()> {
    let checksums = Checksums::compute(folder)?;
    for (name, text) in manifests::render(workspace, version, &checksums)? {
        let is_same = read(&folder.join(name))? == text.as_bytes();
        ensure!(is_same, "{name} does not follow from the archives");
    }
    for name in INSTALLERS {
        let source = read(&workspace.root.join("packaging").join(name))?;
        let is_same = read(&folder.join(name))? == source;
        ensure!(is_same, "{name} is not the one in packaging/");
    }
    Ok(())
}

#[cfg(test)]
mod tests;
