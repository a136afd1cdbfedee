//! Modules are named for what they hold.

use super::{Finding, SourceFile};

const EMPTY_NAMES: [&str; 10] = [
    "common",
    "commons",
    "helper",
    "helpers",
    "manager",
    "managers",
    "misc",
    "util",
    "utils",
    "utilities",
];

pub(super) fn check(files: &[SourceFile]) -> Vec<Finding> {
    files
        .iter()
        .filter(|file| file.has_extension("rs") || file.has_extension("py"))
        .filter_map(check_path)
        .collect()
}

fn check_path(file: &SourceFile) -> Option<Finding> {
    let path = file.path.with_extension("");
    let empty = path.iter().find_map(|part| {
        let part = part.to_str()?;
        EMPTY_NAMES
            .contains(&part.to_ascii_lowercase().as_str())
            .then(|| part.to_owned())
    })?;
    let message = format!("`{empty}` says nothing; name the module for what it holds");
    Some(Finding::error(file.path.display(), message))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{files, messages};
    use super::*;

    #[test]
    fn names_that_say_nothing_are_refused_as_file_and_as_folder() {
        let found = messages(&check(&files(&[
            ("crates/a/src/utils.rs", ""),
            ("crates/a/src/helpers/retry.rs", ""),
            ("crates/a/src/common_name.rs", ""),
            ("docs/common.md", ""),
        ])));
        assert_eq!(found.len(), 2, "{found:?}");
    }
}
