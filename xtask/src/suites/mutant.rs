//! Broken versions of the product that the referee must detect: `tests/referee/mutants/*.patch`.
//!
//! The lines above a patch describe the defect. `Faults: 1 11` marks a mutant of the cluster and names the faults that
//! reveal it; `Expected: lost` names the rule that must report it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use crate::process;
use crate::suites::REFEREE_FOLDER;
use crate::workspace::Workspace;

/// A patch and its expected effect.
pub(crate) struct Mutant {
    pub(crate) name: String,
    patch: PathBuf,
    /// The faults that reveal the defect, or `None` for a mutant of the embedded observatory.
    pub(crate) faults: Option<Vec<u32>>,
    /// The rule that must report the defect.
    pub(crate) expected: String,
}

impl Mutant {
    pub(crate) fn read(workspace: &Workspace, name: &str) -> anyhow::Result<Self> {
        let patch = folder(workspace).join(format!("{name}.patch"));
        if !patch.is_file() {
            bail!("there is no mutant `{name}`: {REFEREE_FOLDER}/mutants/{name}.patch is missing");
        }
        let text = fs::read_to_string(&patch).context("the patch cannot be read")?;
        let expected = field(&text, "Expected").context("the patch has no line `Expected:`")?;
        let numbers = |text: &str| text.split_whitespace().map(str::parse).collect();
        let faults: Option<Result<Vec<u32>, _>> = field(&text, "Faults").map(numbers);
        Ok(Self {
            name: name.to_owned(),
            faults: faults.transpose().context("a fault is a number")?,
            expected: expected.to_owned(),
            patch,
        })
    }

    /// Builds a copy of the product with the patch, and returns the path of the binary.
    pub(crate) fn build(&self, workspace: &Workspace) -> anyhow::Result<PathBuf> {
        let scratch = workspace.scratch("mutant")?;
        let sources = scratch.join("source");
        copy_sources(workspace, &sources)?;
        let mut apply = Command::new("git");
        // Without this, git would find the enclosing repository and skip every file.
        apply
            .current_dir(&sources)
            .env("GIT_CEILING_DIRECTORIES", &scratch)
            .args(["apply", "--verbose"])
            .arg(&self.patch);
        process::run(&mut apply).context("the patch no longer applies to the source")?;
        compile(workspace, &sources, &scratch.join("target"))
    }
}

/// Checks that every patch applies to the source, and returns how many there are.
pub(crate) fn check_all(workspace: &Workspace) -> anyhow::Result<usize> {
    let mut checked = 0;
    for entry in fs::read_dir(folder(workspace)).context("cannot list the mutants")? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let mutant = Mutant::read(workspace, &name)?;
        let mut apply = Command::new("git");
        apply
            .current_dir(&workspace.root)
            .args(["apply", "--check"])
            .arg(&mutant.patch);
        process::run(&mut apply).context("a mutant no longer applies to the source")?;
        checked += 1;
    }
    Ok(checked)
}

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.root.join(REFEREE_FOLDER).join("mutants")
}

/// Returns the value of a line `name: value` above the patch.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let head = text.lines().take_while(|line| !line.starts_with("diff "));
    let mut fields = head.filter_map(|line| line.split_once(": "));
    fields.find_map(|(key, value)| (key == name).then_some(value))
}

fn copy_sources(workspace: &Workspace, to: &Path) -> anyhow::Result<()> {
    if to.exists() {
        fs::remove_dir_all(to).with_context(|| format!("cannot empty {}", to.display()))?;
    }
    for file in workspace.files()? {
        let copy = to.join(&file);
        let folder = copy.parent().expect("a file has a folder");
        fs::create_dir_all(folder)?;
        fs::copy(workspace.root.join(&file), &copy)
            .with_context(|| format!("cannot copy {}", file.display()))?;
    }
    Ok(())
}

/// Uses a separate target directory, so that the binary can never replace the product.
pub(super) fn compile(
    workspace: &Workspace,
    sources: &Path,
    target: &Path,
) -> anyhow::Result<PathBuf> {
    let mut build = workspace.cargo("build");
    build
        .current_dir(sources)
        .env("CARGO_TARGET_DIR", target)
        .args(["--locked", "--package", "odd-dashboard"]);
    process::run(&mut build)?;
    let program = format!("odd-dashboard{}", std::env::consts::EXE_SUFFIX);
    Ok(target.join("debug").join(program))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_above_the_patch_only() {
        let text = "Something breaks.\nFaults: 1 11\nExpected: lost\n\ndiff --git a b\n+Other: x\n";
        assert_eq!(field(text, "Faults"), Some("1 11"));
        assert_eq!(field(text, "Expected"), Some("lost"));
        assert_eq!(field(text, "+Other"), None);
    }
}
