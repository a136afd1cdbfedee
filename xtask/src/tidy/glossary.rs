//! The glossary has each term once, in alphabetical order.

use super::source_file::find;
use super::{Finding, SourceFile};

const PAGE: &str = "docs/GLOSSARY.md";

pub(super) fn check(files: &[SourceFile]) -> Vec<Finding> {
    let Some(page) = find(files, PAGE) else {
        return vec![Finding::error(PAGE, "is missing")];
    };
    let terms = terms(&page.text);
    let pairs = terms.iter().zip(terms.iter().skip(1));
    pairs
        .filter(|((_, before), (_, term))| term <= before)
        .map(|((_, before), (number, term))| {
            let order = format!("`{term}` belongs before `{before}`, or is listed twice");
            Finding::error(format!("{PAGE}:{number}"), order)
        })
        .collect()
}

/// Returns the term of each row with the number of its line.
fn terms(page: &str) -> Vec<(usize, String)> {
    let rows = (1..).zip(page.lines()).filter_map(|(number, line)| {
        let (term, _) = line.strip_prefix("| ")?.split_once(" |")?;
        Some((number, term.to_lowercase()))
    });
    // The first two rows are the heading of the table and its rule.
    rows.skip(2).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{files, messages};
    use super::*;

    fn check_terms(terms: &[&str]) -> Vec<String> {
        let rows: String = terms
            .iter()
            .map(|term| format!("| {term} | What it means. |\n"))
            .collect();
        let page = format!("# Glossary\n\n| term | meaning |\n| --- | --- |\n{rows}");
        messages(&check(&files(&[(PAGE, &page)])))
    }

    #[test]
    fn sorted_terms_pass() {
        assert_eq!(
            check_terms(&["event", "job", "job type", "queue"]),
            Vec::<String>::new()
        );
    }

    #[test]
    fn unsorted_and_repeated_terms_are_reported() {
        assert_eq!(
            check_terms(&["event", "envelope", "job"]),
            ["error: docs/GLOSSARY.md:6: `envelope` belongs before `event`, or is listed twice"]
        );
        assert_eq!(check_terms(&["job", "job"]).len(), 1);
    }
}
