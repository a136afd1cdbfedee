//! The share of lines that the tests execute, for each crate: `coverage.toml` has the thresholds.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use serde::Deserialize;

use crate::workspace::Workspace;

/// The file with the thresholds.
pub(crate) const FILE: &str = "coverage.toml";

/// Percentages by crate.
pub(crate) type Percentages = BTreeMap<String, f64>;

/// The content of the file with the thresholds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Thresholds {
    /// The smallest percentage of each crate.
    pub(crate) lines: Percentages,
    /// Crates without a threshold, with the reason.
    pub(crate) left_out: BTreeMap<String, String>,
}

impl Thresholds {
    /// Reads the text of the file.
    ///
    /// # Errors
    /// If the text is malformed.
    pub(crate) fn parse(text: &str) -> anyhow::Result<Self> {
        toml::from_str(text).with_context(|| format!("{FILE} is malformed"))
    }
}

/// A report of `cargo llvm-cov --json`.
#[derive(Deserialize)]
pub(crate) struct Report {
    data: Vec<Export>,
}

#[derive(Deserialize)]
struct Export {
    files: Vec<File>,
}

#[derive(Deserialize)]
struct File {
    filename: String,
    summary: Summary,
}

#[derive(Deserialize)]
struct Summary {
    lines: Lines,
}

#[derive(Deserialize)]
struct Lines {
    count: u32,
    covered: u32,
}

impl Report {
    /// Returns the percentage of each crate. Files that contain only tests do not count.
    pub(crate) fn percentages(&self, folders: &BTreeMap<String, String>) -> Percentages {
        let mut lines: BTreeMap<&String, (u32, u32)> = BTreeMap::new();
        let files = self.data.iter().flat_map(|export| &export.files);
        for file in files.filter(|file| !is_test(&file.filename)) {
            let path = Path::new(&file.filename);
            let owner = folders.iter().find(|(_, folder)| path.starts_with(folder));
            if let Some((name, _)) = owner {
                let (count, covered) = lines.entry(name).or_default();
                *count += file.summary.lines.count;
                *covered += file.summary.lines.covered;
            }
        }
        lines
            .into_iter()
            .filter(|(_, (count, _))| *count > 0)
            .map(|(name, (count, covered))| {
                (name.clone(), 100.0 * f64::from(covered) / f64::from(count))
            })
            .collect()
    }
}

fn is_test(file: &str) -> bool {
    file.ends_with("tests.rs") || file.contains("/tests/")
}

/// Returns the folder of each crate of the workspace, by name.
pub(crate) fn folders(workspace: &Workspace) -> BTreeMap<String, String> {
    let packages = workspace.metadata.workspace_packages().into_iter();
    packages
        .filter_map(|package| {
            let folder = package.manifest_path.parent()?;
            Some((package.name.to_string(), folder.to_string()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_summed_by_crate_without_tests() {
        let file = |name: &str, count: u32, covered: u32| serde_json::json!({ "filename": name, "summary": { "lines": { "count": count, "covered": covered } } });
        let report = serde_json::json!({ "data": [{ "files": [
            file("/x/core/src/a.rs", 30, 30),
            file("/x/core/src/b.rs", 10, 0),
            file("/x/core/src/b/tests.rs", 60, 60),
            file("/x/core-other/src/a.rs", 10, 9),
            file("/y/a.rs", 10, 0),
        ] }] });
        let report: Report = serde_json::from_value(report).expect("a report");
        let folders = [
            ("core", "/x/core"),
            ("other", "/x/core-other"),
            ("empty", "/x/empty"),
        ];
        let folders = folders.map(|(name, folder)| (name.to_owned(), folder.to_owned()));
        let found = report.percentages(&folders.into());
        let expected = [("core".to_owned(), 75.0), ("other".to_owned(), 90.0)];
        assert_eq!(found, expected.into());
    }
}
