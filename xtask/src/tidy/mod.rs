//! The rules of the repository. Each rule is a function from files or metadata to findings, with a test of a violation.

mod api_page;
mod dependencies;
mod glossary;
mod images;
mod invariants;
mod language;
mod layers;
mod links;
mod manifests;
mod names;
mod reference;
mod sources;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::workspace::Workspace;

/// The effect of a finding on the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Severity {
    /// Printed only.
    Warning,
    /// Fails the check.
    Error,
}

/// A violation of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) severity: Severity,
    place: String,
    message: String,
}

impl Finding {
    fn new(severity: Severity, place: impl fmt::Display, message: impl Into<String>) -> Self {
        Self {
            severity,
            place: place.to_string(),
            message: message.into(),
        }
    }

    fn error(place: impl fmt::Display, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, place, message)
    }

    fn warning(place: impl fmt::Display, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, place, message)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.severity {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(f, "{kind}: {}: {}", self.place, self.message)
    }
}

/// A text file of the repository.
struct SourceFile {
    /// The path relative to the root.
    path: PathBuf,
    text: String,
}

impl SourceFile {
    fn has_extension(&self, extension: &str) -> bool {
        self.path.extension().is_some_and(|is| is == extension)
    }
}

/// Applies every rule to the workspace.
pub(crate) fn inspect(workspace: &Workspace) -> anyhow::Result<Vec<Finding>> {
    let files = read_texts(workspace)?;
    let mut findings = layers::check(&workspace.metadata);
    findings.extend(manifests::check(&files));
    findings.extend(dependencies::check(&workspace.metadata, &files));
    findings.extend(api_page::check(&files));
    findings.extend(glossary::check(&files));
    findings.extend(links::check(&files));
    findings.extend(names::check(&files));
    findings.extend(reference::check(&files));
    findings.extend(sources::check(&files));
    findings.extend(images::check(&files));
    findings.extend(invariants::check(&files));
    findings.extend(language::check(&files));
    Ok(findings)
}

fn read_texts(workspace: &Workspace) -> anyhow::Result<Vec<SourceFile>> {
    let mut texts = Vec::new();
    for path in workspace.files()? {
        let bytes = fs::read(workspace.root.join(&path))
            .with_context(|| format!("cannot read {}", path.display()))?;
        // Files that are not UTF-8 are binary.
        if let Ok(text) = String::from_utf8(bytes) {
            texts.push(SourceFile { path, text });
        }
    }
    Ok(texts)
}

fn find<'a>(files: &'a [SourceFile], path: &str) -> Option<&'a SourceFile> {
    files.iter().find(|file| file.path == Path::new(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> SourceFile {
        SourceFile {
            path: path.into(),
            text: text.into(),
        }
    }

    pub(super) fn files(samples: &[(&str, &str)]) -> Vec<SourceFile> {
        samples
            .iter()
            .map(|(path, text)| file(path, text))
            .collect()
    }

    pub(super) fn messages(findings: &[Finding]) -> Vec<String> {
        findings.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn this_repository_is_tidy() {
        let workspace = Workspace::locate().expect("xtask is compiled from a workspace");
        let findings = inspect(&workspace).expect("the repository can be read");
        let errors: Vec<String> = findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .map(ToString::to_string)
            .collect();
        assert!(errors.is_empty(), "{}", errors.join("\n"));
    }
}
