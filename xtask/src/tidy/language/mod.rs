//! Comments, pages, contracts, messages and names are plain technical English: none contains a listed phrase, a retired
//! name or a retired word.

mod extract;
mod passage;
mod phrases;
mod retired;
mod stems;
mod tokens;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

use self::extract::passages;
use self::passage::Passage;
use self::phrases::PHRASES;
use super::{Finding, SourceFile};

static ANY_PHRASE: LazyLock<Regex> = LazyLock::new(|| {
    let all: Vec<&str> = PHRASES.iter().map(|(pattern, ..)| *pattern).collect();
    whole_words(&all.join("|"))
});
static EACH_PHRASE: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let patterns = PHRASES.iter();
    patterns.map(|(pattern, ..)| whole_words(pattern)).collect()
});

/// Boundaries of words in ASCII: those of Unicode cost ten times as much on a line with one other letter.
fn whole_words(pattern: &str) -> Regex {
    let pattern = format!(r"(?i)(?-u:\b)(?:{pattern})(?-u:\b{{end-half}})");
    Regex::new(&pattern).expect("the pattern is valid")
}

pub(super) fn check(files: &[SourceFile]) -> Vec<Finding> {
    let files = files.iter().filter(|file| is_read(&file.path));
    files.flat_map(check_file).collect()
}

/// The lists of this rule contain what they reject.
fn is_read(path: &Path) -> bool {
    !path.starts_with("xtask/src/tidy/language")
}

fn check_file(file: &SourceFile) -> Vec<Finding> {
    let mut findings = retired::check(file);
    findings.extend(stems::check(file));
    for passage in passages(file) {
        for (line, advice) in phrases(&passage) {
            let place = format!("{}:{line}", file.path.display());
            findings.push(Finding::error(place, advice));
        }
    }
    findings
}

/// Lines with a phrase, each with the advice on its first phrase.
fn phrases(passage: &Passage) -> BTreeMap<usize, String> {
    let mut lines = BTreeMap::new();
    for found in ANY_PHRASE.find_iter(&passage.text) {
        let line = passage.line_at(found.start());
        lines.entry(line).or_insert_with(|| advice(found.as_str()));
    }
    lines
}

fn advice(found: &str) -> String {
    let mut listed = EACH_PHRASE.iter().zip(PHRASES);
    let instead = listed.find_map(|(pattern, (_, instead, _))| {
        let whole = pattern.find(found)?;
        (whole.len() == found.len()).then_some(*instead)
    });
    format!("`{found}`: write {}", instead.unwrap_or("it plainly"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{files, messages};
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        messages(&check(&files(&[(path, text)])))
    }

    #[test]
    fn plain_text_passes() {
        let clean = "/// Returns the job, or `None` when its lease expired.\nfn job() {}\n";
        assert_eq!(found("crates/a/src/a.rs", clean), Vec::<String>::new());
    }

    #[test]
    fn every_phrase_is_found_with_its_own_advice() {
        for (pattern, instead, example) in PHRASES {
            let found = found(
                "crates/a/src/a.rs",
                &format!("//! Fine.\n\n/// {example}\n"),
            );
            assert_eq!(found.len(), 1, "{pattern}: {found:?}");
            assert!(
                found[0].starts_with("error: crates/a/src/a.rs:3: "),
                "{found:?}"
            );
            assert!(
                found[0].ends_with(&format!(": write {instead}")),
                "{found:?}"
            );
        }
    }

    #[test]
    fn phrases_are_found_across_lines_and_in_tables() {
        for text in [
            "It was\n/// told of a job.",
            "| A fault | Until it is over |",
        ] {
            assert_eq!(found("a.rs", &format!("/// {text}\n")).len(), 1, "{text}");
        }
    }

    #[test]
    fn comments_of_sql_are_read() {
        let found = found("crates/a/migrations/0001.sql", "-- It is made anew.\n");
        assert_eq!(found.len(), 1, "{found:?}");
    }

    #[test]
    fn messages_are_read_unless_they_are_statements() {
        let code = "fail(\"it was SET anew\", \"(SELECT anew FROM jobs)\", \"\\\n  UPDATE jobs SET anew = 1\", \"j.job, j.anew\")\n";
        let found = found("a.rs", code);
        assert_eq!(found.len(), 1, "{found:?}");
    }

    #[test]
    fn descriptions_of_contracts_are_read() {
        let text = "{\n  \"description\": \"Nobody takes it.\"\n}\n";
        assert_eq!(found("contracts/schemas/a.json", text).len(), 1);
    }

    #[test]
    fn parts_of_words_and_code_are_no_phrases() {
        let text = "/// The newsletter, a standard, `whoever`, a takeover.\n";
        assert_eq!(found("a.rs", text), Vec::<String>::new());
    }
}
