//! The tag of a release.

use anyhow::ensure;

use super::file::read;
use crate::workspace::Workspace;

/// Refuses a tag that does not name the version, or that the changelog lacks. `cargo xtask tidy` checks that all files name
/// one version.
///
/// # Errors
/// With the file to change.
pub(crate) fn check(workspace: &Workspace, tag: &str, version: &str) -> anyhow::Result<()> {
    let changelog = String::from_utf8(read(&workspace.root.join("CHANGELOG.md"))?)?;
    compare(tag, version, &changelog)
}

fn compare(tag: &str, version: &str, changelog: &str) -> anyhow::Result<()> {
    ensure!(
        tag.strip_prefix('v') == Some(version),
        "the tag {tag} is not v{version}; change `version` in Cargo.toml, or tag v{version}"
    );
    let mut sections = changelog
        .lines()
        .filter_map(|line| line.strip_prefix("## "));
    let is_described = sections.any(|title| title.split(' ').next() == Some(version));
    ensure!(
        is_described,
        "CHANGELOG.md has no section `## {version}`; rename the section `## Unreleased`"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tag_names_the_version() {
        let changelog = "# Changelog\n\n## 1.2.3 - 2026-12-01\n\n## 1.2.2\n";
        assert!(compare("v1.2.3", "1.2.3", changelog).is_ok());
        for tag in ["1.2.3", "v1.2.2", "v1.2.3-rc.1", "vv1.2.3"] {
            let error = compare(tag, "1.2.3", changelog).expect_err("another version");
            assert!(error.to_string().contains("is not v1.2.3"), "{error}");
        }
    }

    #[test]
    fn changelog_describes_the_version() {
        for changelog in ["## Unreleased\n", "## 1.2.30\n", "### 1.2.3\n"] {
            let error = compare("v1.2.3", "1.2.3", changelog).expect_err("no section");
            assert!(error.to_string().contains("## Unreleased"), "{error}");
        }
    }
}
