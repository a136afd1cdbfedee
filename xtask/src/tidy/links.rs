//! Links between the files of the repository have a target.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

use super::source_file::resolve;
use super::{Finding, SourceFile};

static LINK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\]\(([^)\s]+)\)").expect("the pattern is valid"));

pub(super) fn check(files: &[SourceFile]) -> Vec<Finding> {
    let targets = targets(files);
    files
        .iter()
        .filter(|file| file.has_extension("md"))
        .flat_map(|file| {
            let broken = LINK
                .captures_iter(&file.text)
                .map(|link| link[1].to_owned())
                .filter(|link| is_local(link))
                .filter(|link| !targets.contains(&target(&file.path, link)));
            broken.map(|link| {
                let message = format!("links to `{link}`, which does not exist");
                Finding::error(file.path.display(), message)
            })
        })
        .collect()
}

/// Returns every file and every folder that contains one.
fn targets(files: &[SourceFile]) -> BTreeSet<PathBuf> {
    files
        .iter()
        .flat_map(|file| file.path.ancestors().map(Path::to_path_buf))
        .collect()
}

fn is_local(link: &str) -> bool {
    !link.starts_with('#') && !link.contains("://") && !link.starts_with("mailto:")
}

fn target(from: &Path, link: &str) -> PathBuf {
    let path = link.split('#').next().unwrap_or(link);
    resolve(from.parent().unwrap_or(Path::new("")), path)
}

#[cfg(test)]
mod tests {
    use super::super::tests::files;
    use super::*;

    fn broken(link: &str) -> usize {
        let page = format!("see [there]({link})");
        check(&files(&[
            ("docs/guides/a.md", &page),
            ("docs/reference/cli.md", ""),
        ]))
        .len()
    }

    #[test]
    fn links_to_files_folders_and_websites_pass() {
        for link in [
            "../reference/cli.md#submit",
            "../reference",
            "#here",
            "https://example.com/x",
        ] {
            assert_eq!(broken(link), 0, "{link}");
        }
    }

    #[test]
    fn broken_links_are_reported() {
        for link in ["cli.md", "../../reference/cli.md", "../reference/api.md"] {
            assert_eq!(broken(link), 1, "{link}");
        }
    }
}
