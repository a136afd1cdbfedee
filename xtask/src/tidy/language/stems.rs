//! Words that were replaced and are not used for anything else. No text contains them, and no part of a name.

use std::sync::LazyLock;

use regex::Regex;

use crate::tidy::{Finding, SourceFile};

/// Beginnings of such words, and what replaced them. Add one only if the project needs no word that begins with it.
const STEMS: &[(&str, &str)] = &[
    ("claimant", "a pending claim, a worker"),
    ("crowd", "concurrency"),
    ("errand", "task"),
    ("heard", "received"),
    ("intake", "event consumer"),
    ("judg", "check"),
    ("ledger", "history"),
    ("mend", "repair"),
    ("office", "leadership"),
    ("pulse", "stall detector"),
    ("scene", "context"),
    ("season", "campaign"),
    ("settled", "end, record"), // `settle` is a type of operation in the conventions of OpenTelemetry
    ("settlement", "end, record"),
    ("settling", "end, record"),
    ("speech", "progress"),
    ("surroundings", "auxiliary"),
    ("sweep", "outbox relay, check for expired leases"),
    ("valve", "gate"),
    ("wish", "subscription"),
];

/// A function of Vitest whose name contains a stem.
const FOREIGN_NAME: &str = "dynamicImportSettled";

/// A stem at the beginning of a word, after an underscore, or capitalised after a lower-case letter.
static STEM: LazyLock<Regex> = LazyLock::new(|| {
    let stems: Vec<&str> = STEMS.iter().map(|(stem, _)| *stem).collect();
    let any = stems.join("|");
    let capitalised: Vec<String> = stems
        .iter()
        .map(|stem| format!("{}{}", stem[..1].to_uppercase(), &stem[1..]))
        .collect();
    let capitalised = capitalised.join("|");
    let pattern = format!("(?:^|[^A-Za-z])((?i-u:{any}))|[a-z]({capitalised})");
    Regex::new(&pattern).expect("the pattern is valid")
});

/// Reports the words in the text and in the path of a file.
pub(super) fn check(file: &SourceFile) -> Vec<Finding> {
    // Licences, which have no extension, and lock files are not written by this project.
    if file.path.extension().is_none() || file.has_extension("lock") {
        return Vec::new();
    }
    let path = file.path.display().to_string();
    let in_path = stem(&path).map(|advice| Finding::error(&path, advice));
    let lines = (1..).zip(file.text.lines());
    let in_text = lines.filter_map(|(number, line)| {
        let advice = stem(&line.replace(FOREIGN_NAME, ""))?;
        Some(Finding::error(format!("{path}:{number}"), advice))
    });
    in_path.into_iter().chain(in_text).collect()
}

/// Returns the advice on the first stem in a text.
fn stem(text: &str) -> Option<String> {
    let found = STEM.captures(text)?;
    let found = found.get(1).or_else(|| found.get(2))?.as_str();
    let lower = found.to_lowercase();
    let (stem, now) = STEMS.iter().find(|(stem, _)| *stem == lower)?;
    Some(format!(
        "words that begin with `{stem}` were replaced by {now}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        let file = SourceFile {
            path: path.into(),
            text: text.into(),
        };
        check(&file).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_stem_is_rejected_in_every_form_and_place() {
        for (stem, now) in STEMS {
            let capitalised = format!("{}{}", stem[..1].to_uppercase(), &stem[1..]);
            for text in [
                (*stem).to_owned(),
                format!("struct {capitalised}Task;"),
                format!("struct Job{capitalised};"),
                format!("fn {stem}_job() {{}}"),
                format!("let job_{stem} = 1;"),
                format!("const {}: u8 = 1;", stem.to_uppercase()),
                format!("// The {capitalised}er."),
                format!("\"the {stem}\""),
            ] {
                let found = found("crates/a/src/a.rs", &text);
                assert_eq!(found.len(), 1, "{text}: {found:?}");
                assert!(found[0].ends_with(now), "{found:?}");
            }
            assert_eq!(
                found("docs/a.md", &format!("See `{capitalised}`.")).len(),
                1
            );
            assert_eq!(found(&format!("crates/a/src/{stem}.rs"), "").len(), 1);
        }
    }

    #[test]
    fn stems_inside_words_and_third_party_files_pass() {
        for text in [
            "recommend",
            "unheard",
            "RECOMMEND",
            "swish",
            "vi.dynamicImportSettled()",
        ] {
            assert_eq!(found("a.rs", text), Vec::<String>::new());
        }
        assert_eq!(found("Cargo.lock", "judge"), Vec::<String>::new());
        assert_eq!(found("LICENSE", "judgment"), Vec::<String>::new());
    }
}
