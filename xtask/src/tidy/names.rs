//! Modules are named after their content.

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
    let message = format!("`{empty}` is too general; name the module after its content");
    Some(Finding::error(file.path.display(), message))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{files, messages};
    use super::*;

    #[test]
    fn general_names_of_files_and_folders_are_rejected() {
        let found = messages(&check(&files(&[
            ("crates/a/src/utils.rs", ""),
            ("crates/a/src/helpers/retry.rs", ""),
            ("crates/a/src/common_name.rs", ""),
            ("docs/common.md", ""),
        ])));
        assert_eq!(found.len(), 2, "{found:?}");
    }
}
