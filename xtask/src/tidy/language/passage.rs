//! The English in a file: comments, prose, messages and names of functions.

use std::sync::LazyLock;

use regex::Regex;

use crate::tidy::SourceFile;

static STRING: LazyLock<Regex> = LazyLock::new(|| pattern(r#""((?:[^"\\]|\\.)*)""#));
static FUNCTION: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:fn|def) (\w+)"));
/// Statements contain names of columns, which never change.
static SQL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|FROM|WHERE|SET)\b"));
static CODE: LazyLock<Regex> = LazyLock::new(|| pattern(r"`[^`]*`"));
/// Targets of links: addresses and paths are not English.
static TARGET: LazyLock<Regex> = LazyLock::new(|| pattern(r"\]\([^)]*\)|<?https?://\S+"));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is valid")
}

/// Where a text was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A comment or a documentation comment.
    Comment,
    /// A paragraph of a Markdown page.
    Prose,
    /// A string literal of several words, or the name of a function with its underscores as spaces.
    Message,
}

impl Kind {
    /// As a count names it.
    pub(super) const fn plural(self) -> &'static str {
        match self {
            Self::Comment => "lines of comments",
            Self::Prose => "lines of prose",
            Self::Message => "messages and names",
        }
    }
}

/// Consecutive lines of one kind, joined, so that a phrase is found across a line break.
pub(super) struct Passage {
    pub(super) kind: Kind,
    pub(super) text: String,
    /// For each line: where it begins in the text, and its number in the file.
    lines: Vec<(usize, usize)>,
}

impl Passage {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            text: String::new(),
            lines: Vec::new(),
        }
    }

    fn push(&mut self, number: usize, line: &str) {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        self.lines.push((self.text.len(), number));
        self.text.push_str(&without_code(line));
    }

    /// How many lines of the file it covers.
    pub(super) fn line_count(&self) -> usize {
        self.lines.len()
    }

    /// The number of the line that holds this position of the text.
    pub(super) fn line_at(&self, position: usize) -> usize {
        let after = self.lines.partition_point(|(start, _)| *start <= position);
        self.lines[after.saturating_sub(1)].1
    }
}

/// Code in backticks is replaced by a placeholder of the same kind: a noun.
fn without_code(line: &str) -> String {
    let line = CODE.replace_all(line, "`x`");
    TARGET.replace_all(&line, "]").trim().to_owned()
}

/// Every passage of a file; none when the file is neither source nor Markdown.
pub(super) fn passages(file: &SourceFile) -> Vec<Passage> {
    let extension = file.path.extension().and_then(|is| is.to_str());
    let classify: &mut dyn FnMut(&str) -> Option<(Kind, String)> = match extension {
        Some("rs") => &mut |line| comment(line, "//"),
        Some("py") => &mut python(),
        Some("sql" | "lua") => &mut |line| comment(line, "--"),
        Some("toml" | "yml" | "yaml") => &mut |line| comment(line, "#"),
        Some("md") => &mut markdown(),
        _ => return Vec::new(),
    };
    let has_messages = matches!(extension, Some("rs" | "py"));
    let mut passages: Vec<Passage> = Vec::new();
    let mut continues = false;
    for (number, line) in (1..).zip(file.text.lines()) {
        let Some((kind, text)) = classify(line) else {
            continues = false;
            if has_messages {
                passages.extend(messages(number, line));
            }
            continue;
        };
        if !continues {
            passages.push(Passage::new(kind));
        }
        let passage = passages.last_mut().expect("one was just pushed");
        passage.push(number, &text);
        // An empty line, or a heading, ends the paragraph.
        continues = !text.is_empty() && !text.starts_with('#');
    }
    passages
}

fn comment(line: &str, mark: &str) -> Option<(Kind, String)> {
    let text = line.trim_start().strip_prefix(mark)?;
    let text = text.trim_start_matches(['/', '!', '-', '#']).trim();
    Some((Kind::Comment, text.to_owned()))
}

/// Comments and documentation strings.
fn python() -> impl FnMut(&str) -> Option<(Kind, String)> {
    const MARK: &str = "\"\"\"";
    let mut inside = false;
    move |line| {
        let text = line.trim();
        let opens = !inside && text.starts_with(MARK);
        if !inside && !opens {
            return comment(line, "#");
        }
        inside = opens != (text.matches(MARK).count() == 2) && (opens || !text.contains(MARK));
        Some((Kind::Comment, text.replace(MARK, "").trim().to_owned()))
    }
}

/// Everything outside of fenced code; empty lines separate paragraphs.
fn markdown() -> impl FnMut(&str) -> Option<(Kind, String)> {
    let mut fenced = false;
    move |line| {
        let text = line.trim();
        if text.starts_with("```") {
            fenced = !fenced;
            return None;
        }
        (!fenced && !text.is_empty()).then(|| (Kind::Prose, text.to_owned()))
    }
}

fn messages(number: usize, line: &str) -> Vec<Passage> {
    let strings = STRING
        .captures_iter(line)
        .map(|found| found[1].to_owned())
        .filter(|text| text.contains(' ') && !SQL.is_match(text));
    let names = FUNCTION
        .captures_iter(line)
        .map(|found| found[1].replace('_', " "));
    let texts = strings.chain(names);
    let passage = |text: String| {
        let mut passage = Passage::new(Kind::Message);
        passage.push(number, &text);
        passage
    };
    texts.map(passage).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, text: &str) -> Vec<(Kind, String)> {
        let file = SourceFile {
            path: path.into(),
            text: text.into(),
        };
        let passages = passages(&file).into_iter();
        passages
            .map(|passage| (passage.kind, passage.text))
            .collect()
    }

    #[test]
    fn comments_of_rust_are_joined_and_messages_are_separate() {
        let found = read(
            "a.rs",
            "/// Reads `file` and\n/// returns it.\nfn read_it() {\n    fail(\"cannot read\", \"x\", \"SELECT parked FROM jobs\")\n}\n",
        );
        assert_eq!(
            found,
            [
                (Kind::Comment, "Reads `x` and returns it.".into()),
                (Kind::Message, "read it".into()),
                (Kind::Message, "cannot read".into()),
            ]
        );
    }

    #[test]
    fn documentation_strings_of_python_are_comments() {
        let text = "\"\"\"One line.\"\"\"\nx = 1\n\"\"\"Two\nlines.\"\"\"\n# A comment.\n";
        let found = read("a.py", text);
        assert_eq!(
            found,
            [
                (Kind::Comment, "One line.".into()),
                (Kind::Comment, "Two lines. A comment.".into()),
            ]
        );
    }

    #[test]
    fn fenced_code_and_link_targets_are_no_prose() {
        let found = read("a.md", "See [it](b.md).\n\n```\ncode\n```\nEnd.\n");
        assert_eq!(
            found,
            [
                (Kind::Prose, "See [it].".into()),
                (Kind::Prose, "End.".into())
            ]
        );
    }

    #[test]
    fn a_position_leads_to_its_line() {
        let mut passage = Passage::new(Kind::Comment);
        passage.push(4, "one");
        passage.push(5, "two");
        assert_eq!(passage.text, "one two");
        assert_eq!((passage.line_at(2), passage.line_at(4)), (4, 5));
    }
}
