//! Comments, pages, contracts, messages and names are plain technical English.
//!
//! At most [`MAX_SHARE`] of all lines of comments may contain a listed phrase, and likewise of prose and of messages:
//! rarely, a listed phrase is the right one. Retired names are always errors.

mod extract;
mod passage;
mod phrases;
mod retired;
mod tokens;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

use self::extract::passages;
use self::passage::{Kind, Passage};
use self::phrases::PHRASES;
use super::{Finding, Severity, SourceFile};

/// Maximum share of lines with a listed phrase, among all lines of their kind.
const MAX_SHARE: f64 = 0.001;

static ANY_PHRASE: LazyLock<Regex> = LazyLock::new(|| {
    let all: Vec<&str> = PHRASES.iter().map(|(pattern, _)| *pattern).collect();
    whole_words(&all.join("|"))
});
static EACH_PHRASE: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let patterns = PHRASES.iter();
    patterns.map(|(pattern, _)| whole_words(pattern)).collect()
});
/// Boundaries of words in ASCII: those of Unicode cost ten times as much on a line with one other letter.
fn whole_words(pattern: &str) -> Regex {
    let pattern = format!(r"(?i)(?-u:\b)(?:{pattern})(?-u:\b{{end-half}})");
    Regex::new(&pattern).expect("the pattern is valid")
}

/// Lines of a folder, and how many of them hold a phrase.
#[derive(Default, Clone, Copy)]
struct Count {
    lines: usize,
    found: usize,
}

pub(super) fn check(files: &[SourceFile]) -> Vec<Finding> {
    inspect(files, Severity::Error)
}

fn inspect(files: &[SourceFile], severity: Severity) -> Vec<Finding> {
    let mut counts: BTreeMap<(Kind, String), Count> = BTreeMap::new();
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| is_read(&file.path)) {
        findings.extend(retired::names(file, severity));
        for passage in passages(file) {
            let lines = phrases(&passage);
            let key = (passage.kind, folder(&file.path));
            counts.entry(key).or_default().add(Count {
                lines: passage.line_count(),
                found: lines.len(),
            });
            findings.extend(lines.into_iter().map(|(line, advice)| {
                Finding::warning(format!("{}:{line}", file.path.display()), advice)
            }));
        }
    }
    findings.extend(summary(&counts, severity));
    findings
}

/// Lines with a phrase, each with its first phrase.
fn phrases(passage: &Passage) -> BTreeMap<usize, String> {
    let mut lines = BTreeMap::new();
    for found in ANY_PHRASE.find_iter(&passage.text) {
        let line = passage.line_at(found.start());
        lines.entry(line).or_insert_with(|| advice(found.as_str()));
    }
    lines
}

/// A warning for each folder, and one finding for each kind of text that exceeds the share.
fn summary(counts: &BTreeMap<(Kind, String), Count>, severity: Severity) -> Vec<Finding> {
    let mut totals: BTreeMap<Kind, Count> = BTreeMap::new();
    let mut findings = Vec::new();
    for ((kind, folder), count) in counts {
        totals.entry(*kind).or_default().add(*count);
        if count.found > 0 {
            findings.push(Finding::warning(folder, count.describe(*kind)));
        }
    }
    for (kind, count) in totals {
        if count.share() > MAX_SHARE {
            let (text, allowed) = (count.describe(kind), MAX_SHARE * 100.0);
            let text = format!("{text}; {allowed:.1} % are allowed");
            findings.push(Finding::new(severity, "language", text));
        }
    }
    findings
}

/// The lists of this rule contain what they reject.
fn is_read(path: &Path) -> bool {
    !path.starts_with("xtask/src/tidy/language")
}

fn advice(found: &str) -> String {
    let mut listed = EACH_PHRASE.iter().zip(PHRASES);
    let instead = listed.find_map(|(pattern, (_, instead))| {
        let whole = pattern.find(found)?;
        (whole.len() == found.len()).then_some(*instead)
    });
    format!("`{found}`: write {}", instead.unwrap_or("it plainly"))
}

/// The crate of a file, or the folder at the top of the repository.
fn folder(path: &Path) -> String {
    let before = path
        .iter()
        .take_while(|part| *part != "src" && *part != "tests");
    let folder: Vec<_> = before.map(|part| part.to_string_lossy()).collect();
    match folder.as_slice() {
        [] => "tests".to_owned(),
        [folder @ .., last] if last.contains('.') => folder.join("/"),
        folder => folder.join("/"),
    }
}

impl Count {
    fn add(&mut self, other: Self) {
        self.lines += other.lines;
        self.found += other.found;
    }

    fn share(&self) -> f64 {
        self.found as f64 / self.lines.max(1) as f64
    }

    fn describe(&self, kind: Kind) -> String {
        let Self { lines, found } = self;
        let percent = self.share() * 100.0;
        format!(
            "{found} of {lines} {} hold a listed phrase ({percent:.2} %)",
            kind.plural()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{files, messages};
    use super::*;

    /// Findings that reject a change.
    fn errors(samples: &[(&str, &str)]) -> Vec<String> {
        let mut findings = inspect(&files(samples), Severity::Error);
        findings.retain(|finding| finding.severity == Severity::Error);
        messages(&findings)
    }

    #[test]
    fn plain_text_passes() {
        let clean = "/// Returns the job, or `None` when its lease expired.\nfn job() {}\n";
        assert_eq!(
            errors(&[("crates/a/src/a.rs", clean)]),
            Vec::<String>::new()
        );
    }

    #[test]
    fn one_phrase_in_a_hundred_lines_is_too_much() {
        for phrase in [
            "It is made anew.",
            "Whoever calls this.",
            "Nobody takes it.",
            "It was\n/// told of a job.",
            "Where.",
            "Until the attempt is over.",
            "| A fault | Until it is over |",
        ] {
            let text = format!("{}\n/// {phrase}\n", "/// Fine.\n///\n".repeat(50));
            let found = errors(&[("crates/a/src/a.rs", &text)]);
            assert_eq!(found.len(), 1, "{phrase}");
            assert!(found[0].contains("lines of comments"), "{found:?}");
        }
    }

    #[test]
    fn one_phrase_in_two_thousand_lines_passes() {
        let text = format!("{}/// It is made anew.\n", "/// Fine.\n///\n".repeat(1_000));
        assert_eq!(
            errors(&[("crates/a/src/a.rs", &text)]),
            Vec::<String>::new()
        );
    }

    #[test]
    fn comments_of_sql_are_read() {
        let text = "-- It is made anew.\n";
        assert_eq!(errors(&[("crates/a/migrations/0001.sql", text)]).len(), 1);
    }

    #[test]
    fn descriptions_of_contracts_are_read() {
        let text = "{\n  \"description\": \"Nobody takes it.\"\n}\n";
        let found = errors(&[("contracts/schemas/a.json", text)]);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("lines of prose"), "{found:?}");
    }

    #[test]
    fn parts_of_words_and_code_are_no_phrases() {
        let text = "/// The newsletter, a standard, `whoever`, a takeover.\n";
        assert_eq!(errors(&[("crates/a/src/a.rs", text)]), Vec::<String>::new());
    }

    #[test]
    fn retired_names_are_rejected_in_code_and_as_files() {
        let code = "struct Desk;\n// Desk\nconst A: &str = \"the Desk\";\n";
        let found = errors(&[("crates/a/src/a.rs", code)]);
        assert_eq!(
            found,
            ["error: crates/a/src/a.rs:1: `Desk` was replaced by WorkCoordinator"]
        );
        assert_eq!(errors(&[("crates/a/src/speech.rs", "")]).len(), 1);
        assert_eq!(
            errors(&[("tests/referee/scene.py", "class Scene:\n")]).len(),
            2
        );
        assert_eq!(errors(&[("crates/a/src/a.rs", "struct Scene;\n")]).len(), 0);
    }

    #[test]
    fn every_pattern_is_valid_and_has_advice() {
        assert_eq!(EACH_PHRASE.len(), PHRASES.len());
        let found = advice("told of");
        assert_eq!(found, "`told of`: write notified of, reports");
    }
}
