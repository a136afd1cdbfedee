//! Text that no file of the repository may contain.

use std::sync::LazyLock;

use regex::Regex;

use super::{Finding, SourceFile};

/// Files with more lines cause a warning.
const LONG_LINES: usize = 250;
/// Files with more lines cause an error.
const MAX_LINES: usize = 351;

/// The patterns are concatenated, because this file must not match them.
static UNFINISHED: LazyLock<Regex> =
    LazyLock::new(|| pattern(concat!(r"\b(TO", "DO|FIX", r"ME|XX", r"X)\b")));
static SILENCED: LazyLock<Regex> = LazyLock::new(|| pattern(concat!(r"#!?\[al", r"low\(")));
static MACHINE_PATH: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r#"(?:^|[\s"'`(=:])(?:/wo"#,
        r"rk/|/ro",
        r"ot/|/ho",
        r"me/[a-z]|/Us",
        r"ers/|[A-Z]:\\Us",
        r"ers)"
    ))
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is valid")
}

pub(super) fn check(files: &[SourceFile]) -> Vec<Finding> {
    files
        .iter()
        .filter(|file| !file.path.ends_with("Cargo.lock"))
        .flat_map(check_file)
        .collect()
}

fn check_file(file: &SourceFile) -> Vec<Finding> {
    let is_rust = file.has_extension("rs");
    let mut findings = Vec::new();
    if is_rust || file.has_extension("py") {
        findings.extend(check_length(file));
    }
    for (number, line) in (1..).zip(file.text.lines()) {
        let place = || format!("{}:{number}", file.path.display());
        if UNFINISHED.is_match(line) {
            findings.push(Finding::error(
                place(),
                "unfinished work belongs in an issue",
            ));
        }
        if is_rust && SILENCED.is_match(line) {
            let message =
                "use #[expect(lint, reason = \"...\")], which warns when it is no longer needed";
            findings.push(Finding::error(place(), message));
        }
        if MACHINE_PATH.is_match(line) {
            findings.push(Finding::error(place(), "contains a path of one machine"));
        }
    }
    findings
}

fn check_length(file: &SourceFile) -> Option<Finding> {
    let lines = file.text.lines().count();
    let place = file.path.display();
    if lines > MAX_LINES {
        let message = format!("{lines} lines; {MAX_LINES} is the most, split it by resource");
        Some(Finding::error(place, message))
    } else if lines > LONG_LINES {
        let message = format!("{lines} lines; most files keep below {LONG_LINES}");
        Some(Finding::warning(place, message))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::Severity;
    use super::super::tests::files;
    use super::*;

    fn check_line(path: &str, line: &str) -> usize {
        check(&files(&[(path, line)])).len()
    }

    #[test]
    fn unfinished_work_is_reported_in_every_file() {
        let mark = ["// TO", "DO: later"].concat();
        assert_eq!(check_line("a.rs", &mark), 1);
        assert_eq!(check_line("a.md", &mark), 1);
        assert_eq!(check_line("a.rs", "let todos = list();"), 0);
    }

    #[test]
    fn silenced_lints_are_reported_in_rust() {
        let attribute = ["#[al", "low(dead_code)]"].concat();
        assert_eq!(check_line("a.rs", &attribute), 1);
        assert_eq!(check_line("a.rs", "#[expect(dead_code, reason = \"\")]"), 0);
    }

    #[test]
    fn paths_of_one_machine_are_reported() {
        for path in [
            "/wo|rk/main",
            "/ro|ot/.cargo",
            "/ho|me/ada/x",
            "/Us|ers/ada",
        ] {
            let line = format!("cd {}", path.replace('|', ""));
            assert_eq!(check_line("a.md", &line), 1, "{line}");
        }
        assert_eq!(check_line("a.md", "GET /jobs/recent"), 0);
    }

    #[test]
    fn long_files_cause_a_warning_and_longer_ones_an_error() {
        let severity = |lines: usize| {
            let found = check(&files(&[("a.rs", &"x\n".repeat(lines))]));
            found.first().map(|finding| finding.severity)
        };
        assert_eq!(severity(LONG_LINES), None);
        assert_eq!(severity(LONG_LINES + 1), Some(Severity::Warning));
        assert_eq!(severity(MAX_LINES), Some(Severity::Warning));
        assert_eq!(severity(MAX_LINES + 1), Some(Severity::Error));
    }
}
