//! The rules of the repository. Each rule is a function from files or metadata to findings, with a test of a violation.

mod alert_files;
mod api_page;
mod artifact_names;
mod coverage;
mod cycles;
mod dependencies;
mod deployments;
mod finding;
mod generated_files;
mod glossary;
mod image_build;
mod images;
mod invariants;
mod language;
mod layers;
mod links;
mod manifests;
mod names;
mod reference;
mod source_file;
mod sources;
mod versions;
mod workflows;
mod yaml;

use std::fs;

use anyhow::Context;

use self::source_file::SourceFile;
use crate::workspace::Workspace;

pub(crate) use self::finding::{Finding, Severity};

/// Applies every rule to the workspace.
pub(crate) fn inspect(workspace: &Workspace) -> anyhow::Result<Vec<Finding>> {
    let files = read_texts(workspace)?;
    let mut findings = layers::check(&workspace.metadata);
    findings.extend(manifests::check(&files));
    findings.extend(dependencies::check(&workspace.metadata, &files));
    findings.extend(alert_files::check(&files));
    findings.extend(api_page::check(&files));
    findings.extend(glossary::check(&files));
    findings.extend(links::check(&files));
    findings.extend(names::check(&files));
    findings.extend(reference::check(&files));
    findings.extend(sources::check(&files));
    findings.extend(cycles::check(&files));
    findings.extend(images::check(&files));
    findings.extend(artifact_names::check(&files));
    findings.extend(deployments::check(&files));
    findings.extend(image_build::check(&files));
    findings.extend(versions::check(&files));
    findings.extend(workflows::check(&files));
    findings.extend(invariants::check(&files));
    findings.extend(language::check(&files));
    findings.extend(coverage::check(workspace, &files)?);
    findings.extend(generated_files::check(workspace)?);
    Ok(findings)
}

fn read_texts(workspace: &Workspace) -> anyhow::Result<Vec<SourceFile>> {
    let mut texts = Vec::new();
    for path in workspace.files()? {
        let bytes = fs::read(workspace.root.join(&path))
            .with_context(|| format!("cannot read {}", path.display()))?;
        // Files that are not UTF-8 are binary: they are targets of links, and have no text.
        let text = String::from_utf8(bytes).unwrap_or_default();
        texts.push(SourceFile { path, text });
    }
    Ok(texts)
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
