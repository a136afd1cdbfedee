//! Every dependency is documented with its reason.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use cargo_metadata::Metadata;
use regex::Regex;

use super::source_file::find;
use super::{Finding, SourceFile};

const PAGE: &str = "docs/explanation/dependencies.md";

/// A table row of a crate: | `name` | reason |
static ROW: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)^\| `([A-Za-z0-9_-]+)` \| *\S").expect("the pattern is valid")
});

pub(super) fn check(metadata: &Metadata, files: &[SourceFile]) -> Vec<Finding> {
    let Some(page) = find(files, PAGE) else {
        return vec![Finding::error(PAGE, "is missing")];
    };
    violations(&used(metadata), &page.text)
}

fn used(metadata: &Metadata) -> BTreeSet<String> {
    metadata
        .workspace_packages()
        .into_iter()
        .flat_map(|package| &package.dependencies)
        .filter(|dependency| dependency.path.is_none())
        .map(|dependency| dependency.name.clone())
        .collect()
}

fn violations(used: &BTreeSet<String>, page: &str) -> Vec<Finding> {
    let named: BTreeSet<String> = ROW
        .captures_iter(page)
        .map(|row| row[1].to_owned())
        .collect();
    let unnamed = used
        .difference(&named)
        .map(|name| Finding::error(PAGE, format!("does not list the dependency `{name}`")));
    let unused = named
        .difference(used)
        .map(|name| Finding::error(PAGE, format!("lists `{name}`, which no crate uses")));
    unnamed.chain(unused).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::messages;
    use super::*;

    #[test]
    fn page_and_manifests_list_equal_crates() {
        let used = BTreeSet::from(["axum".to_owned(), "serde".to_owned()]);
        let page = "| crate | reason |\n| --- | --- |\n| `axum` | routing |\n| `warp` | before |\n";
        let found = messages(&violations(&used, page));
        assert_eq!(found.len(), 2);
        assert!(found[0].ends_with("does not list the dependency `serde`"));
        assert!(found[1].ends_with("lists `warp`, which no crate uses"));
    }

    #[test]
    fn row_without_a_reason_does_not_count() {
        let used = BTreeSet::from(["axum".to_owned()]);
        assert_eq!(violations(&used, "| `axum` |\n").len(), 1);
    }
}
