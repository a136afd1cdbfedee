//! The English in a file: comments, prose, messages and names of functions.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::passage::{Line, Passage, Passages};
use super::tokens::{code, tokens};
use crate::tidy::SourceFile;

static DESCRIPTION: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#""(?:description|help|summary|title)": "((?:[^"\\]|\\.)*)""#));
/// In these files, apostrophes that are part of a word are only in comments.
static QUOTED: LazyLock<Regex> = LazyLock::new(|| pattern(r#""(?:[^"\\]|\\.)*"|\B'[^']*'\B"#));
static FUNCTION: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:fn|def) (\w+)"));
/// The beginning of a statement, or of a part of one: a keyword or a qualified column. Names of columns never change.
static SQL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"^[\\\s(]*(?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|WITH|FROM|WHERE|SET|AND|OR",
        r"|[a-z]\.[a-z_]+)\b"
    ))
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is valid")
}

/// Returns every passage of a file; none when the file contains no English that a rule reads.
pub(super) fn passages(file: &SourceFile) -> Vec<Passage> {
    let extension = file.path.extension().and_then(|is| is.to_str());
    match extension {
        Some("rs" | "py") => source(file),
        Some("sql" | "lua") => lines(file, |line| comment(line, "--")),
        Some("toml" | "yml" | "yaml") => lines(file, |line| comment(line, "#")),
        Some("md") => lines(file, markdown()),
        Some("json") if file.path.starts_with("contracts") => descriptions(file),
        _ => Vec::new(),
    }
}

/// Returns the passages of a file whose lines are classified one by one.
fn lines(file: &SourceFile, mut classify: impl FnMut(&str) -> Option<Line>) -> Vec<Passage> {
    let mut passages = Passages::default();
    for (number, line) in (1..).zip(file.text.lines()) {
        if let Some(line) = classify(line) {
            passages.push(number, line);
        }
    }
    passages.found
}

/// Returns the comments and messages of a source file, and the names of its functions.
fn source(file: &SourceFile) -> Vec<Passage> {
    let mut passages = Passages::default();
    for token in tokens(file) {
        let texts = (token.line..).zip(token.text.lines());
        if token.is_comment {
            for (number, text) in texts {
                passages.push(
                    number,
                    Line {
                        text: without_marks(text),
                        is_whole: token.is_first,
                    },
                );
            }
        } else if token.text.trim().contains(' ') && !SQL.is_match(token.text) {
            let mut passage = Passage::default();
            for (number, text) in texts {
                let text = text.trim_end_matches('\\').replace("\\n", " ");
                passage.push(number, &text);
            }
            passages.add(passage);
        }
    }
    let code = code(file).unwrap_or_default();
    for (number, line) in (1..).zip(code.lines()) {
        for name in FUNCTION.captures_iter(line) {
            passages.single(number, &name[1].replace('_', " "));
        }
    }
    passages.found
}

/// Returns the texts of a contract that people read.
fn descriptions(file: &SourceFile) -> Vec<Passage> {
    let mut passages = Passages::default();
    for (number, line) in (1..).zip(file.text.lines()) {
        for found in DESCRIPTION.captures_iter(line) {
            passages.single(number, &found[1].replace("\\n", " "));
        }
    }
    passages.found
}

/// Returns the comment of a line; `mark` begins comments.
fn comment(line: &str, mark: &str) -> Option<Line> {
    let blank = |found: &Captures<'_>| " ".repeat(found[0].len());
    let code = QUOTED.replace_all(line, blank);
    let start = code.find(mark)?;
    let before = &code[..start];
    let is_whole = before.trim().is_empty();
    (is_whole || before.ends_with(char::is_whitespace)).then(|| Line {
        text: without_marks(&line[start..]),
        is_whole,
    })
}

fn without_marks(text: &str) -> String {
    let text = text
        .trim()
        .trim_start_matches("//")
        .trim_start_matches("--");
    let text = text.trim_start_matches(['/', '!', '-', '#', '*']);
    text.trim_end_matches("*/").trim().to_owned()
}

/// Classifies everything outside of fenced code as prose; empty lines separate paragraphs.
fn markdown() -> impl FnMut(&str) -> Option<Line> {
    let mut fenced = false;
    move |line| {
        let text = line.trim();
        if text.starts_with("```") {
            fenced = !fenced;
            return None;
        }
        (!fenced && !text.is_empty()).then(|| Line {
            text: text.to_owned(),
            is_whole: true,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, text: &str) -> Vec<String> {
        let file = SourceFile {
            path: path.into(),
            text: text.into(),
        };
        let passages = passages(&file).into_iter();
        passages.map(|passage| passage.text).collect()
    }

    #[test]
    fn comments_of_rust_are_joined_and_messages_are_separate() {
        let found = read(
            "a.rs",
            "/// Reads `file` and\n/// returns it.\nfn read_it() {\n    fail(\"cannot read\", \"x\", \"SELECT parked FROM jobs\")\n}\n",
        );
        assert_eq!(
            found,
            ["Reads `x` and returns it.", "cannot read", "read it"]
        );
    }

    #[test]
    fn documentation_strings_of_python_are_comments() {
        let text = "\"\"\"One line.\"\"\"\nx = 1\n\"\"\"Two\nlines.\"\"\"\n# A comment.\n";
        let found = read("a.py", text);
        assert_eq!(found, ["One line.", "Two lines. A comment."]);
    }

    #[test]
    fn fenced_code_and_link_targets_are_no_prose() {
        let found = read("a.md", "See [it](b.md).\n\n```\ncode\n```\nEnd.\n");
        assert_eq!(found, ["See [it].", "End."]);
    }

    #[test]
    fn comments_after_code_and_strings_over_several_lines_are_read() {
        let found = read(
            "a.rs",
            "f('\"', \"one \\\n    two\"); // Why.\n/* Not\n * code. */\nlet x = r#\"a \"raw\" one\"#;\n",
        );
        assert_eq!(found, ["one two", "Why.", "Not code.", "a \"raw\" one"]);
        let found = read("a.toml", "url = \"a # b\" # Why.\n# Because.\n");
        assert_eq!(found, ["Why.", "Because."]);
    }

    #[test]
    fn descriptions_of_contracts_are_prose() {
        let text = "{\n  \"title\": \"A job\",\n  \"description\": \"What it does.\",\n  \"type\": \"object\"\n}\n";
        assert_eq!(
            read("contracts/schemas/a.json", text),
            ["A job", "What it does."]
        );
        assert_eq!(read("package.json", text), Vec::<String>::new());
    }
}
