//! Tables in the reference are equal to the tables in the code that they document.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::source_file::find;
use super::{Finding, SourceFile};

const MOVES: &str = "crates/domain/core/src/machine.rs";
const MOVES_PAGE: &str = "docs/reference/semantics.md";
const PROBLEMS: &str = "crates/services/service-kit/src/problem.rs";
const PROBLEMS_PAGE: &str = "docs/reference/errors.md";

static MOVE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"row\((?:None|Some\(S::(\w+)\)), E::(\w+), S::(\w+)\)"));
static MOVE_ROW: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?m)^\| ?([A-Z]*) \| `job\.(\w+)` \| ([A-Z]+)(?:, or ([A-Z]+) .*)? \|$")
});
static PROBLEM: LazyLock<Regex> = LazyLock::new(|| pattern(r#"\(\s*"([a-z_]+)",\s*S::[A-Z_]+,"#));
static PROBLEM_ROW: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)^\| `([a-z_]+)` \| \d{3} \|"));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is valid")
}

pub(super) fn check(files: &[SourceFile]) -> Vec<Finding> {
    let mut findings = compare(files, (MOVES, moves_of_code), (MOVES_PAGE, moves_of_page));
    let problems = compare(
        files,
        (PROBLEMS, |text| first_groups(&PROBLEM, text)),
        (PROBLEMS_PAGE, |text| first_groups(&PROBLEM_ROW, text)),
    );
    findings.extend(problems);
    findings
}

type Reader = fn(&str) -> BTreeSet<String>;

fn compare(files: &[SourceFile], code: (&str, Reader), page: (&str, Reader)) -> Vec<Finding> {
    let read = |(path, reader): (&str, Reader)| {
        let rows = find(files, path).map(|file| reader(&file.text));
        rows.filter(|rows| !rows.is_empty())
            .ok_or_else(|| Finding::error(path, "the table is missing"))
    };
    let (in_code, on_page) = match (read(code), read(page)) {
        (Ok(in_code), Ok(on_page)) => (in_code, on_page),
        (in_code, on_page) => return in_code.err().into_iter().chain(on_page.err()).collect(),
    };
    let missing = in_code
        .difference(&on_page)
        .map(|row| Finding::error(page.0, format!("lacks `{row}` of {}", code.0)));
    let invented = on_page
        .difference(&in_code)
        .map(|row| Finding::error(page.0, format!("has `{row}`, unlike {}", code.0)));
    missing.chain(invented).collect()
}

fn moves_of_code(text: &str) -> BTreeSet<String> {
    MOVE.captures_iter(text)
        .map(|row| {
            let from = row.get(1).map_or("", |from| from.as_str());
            format!("{from} {} {}", &row[2], &row[3]).to_lowercase()
        })
        .collect()
}

fn moves_of_page(text: &str) -> BTreeSet<String> {
    MOVE_ROW
        .captures_iter(text)
        .flat_map(|row| {
            let after = [row.get(3), row.get(4)];
            let (from, event) = (row[1].to_owned(), row[2].to_owned());
            after
                .into_iter()
                .flatten()
                .map(move |to| format!("{from} {event} {}", to.as_str()).to_lowercase())
        })
        .collect()
}

fn first_groups(pattern: &Regex, text: &str) -> BTreeSet<String> {
    pattern
        .captures_iter(text)
        .map(|row| row[1].to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{files, messages};
    use super::*;

    const CODE: &str = "row(None, E::Created, S::Pending),\nrow(None, E::Created, S::Scheduled),\n\
        row(Some(S::Pending), E::Failed, S::Failed),\n";
    const PAGE: &str = "| | `job.created` | PENDING, or SCHEDULED with a delay |\n\
        | PENDING | `job.failed` | FAILED |\n";
    const CODES: &str = "Self::A => (\n    \"not_found\",\n    S::NOT_FOUND,\n),\n";
    const CODES_PAGE: &str = "| `not_found` | 404 | no such route | see `/docs` |\n";

    fn check_pages(moves: &str, problems: &str) -> Vec<String> {
        messages(&check(&files(&[
            (MOVES, CODE),
            (MOVES_PAGE, moves),
            (PROBLEMS, CODES),
            (PROBLEMS_PAGE, problems),
        ])))
    }

    #[test]
    fn equal_tables_pass() {
        assert_eq!(check_pages(PAGE, CODES_PAGE), Vec::<String>::new());
    }

    #[test]
    fn missing_and_unknown_rows_are_reported() {
        let other = PAGE.replace("| FAILED |", "| COMPLETED |");
        assert_eq!(check_pages(&other, CODES_PAGE).len(), 2);
        let renamed = CODES_PAGE.replace("not_found", "gone");
        assert_eq!(check_pages(PAGE, &renamed).len(), 2);
        assert_eq!(check_pages("", CODES_PAGE).len(), 1);
    }
}
