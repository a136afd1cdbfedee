//! Splits source files into comments, strings and code.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::tidy::SourceFile;

static RUST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?P<comment>//[^\n]*|/\*.*?\*/)",
        r###"|\bb?r##"(?P<raw2>.*?)"##"###,
        r##"|\bb?r#"(?P<raw1>.*?)"#"##,
        r#"|\bb?r"(?P<raw0>[^"]*)""#,
        r#"|"(?P<string>(?:[^"\\]|\\.)*)""#,
        // A character, so that a quotation mark does not begin a string. Lifetimes have no second apostrophe.
        r"|'(?:[^'\\]|\\(?:u\{\w*\}|x\w\w|.))'",
    ))
});
static PYTHON: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?P<comment>#[^\n]*)",
        r#"|"""(?P<raw0>.*?)""""#,
        r#"|"(?P<string>(?:[^"\\\n]|\\.)*)""#,
        r"|'(?P<single>(?:[^'\\\n]|\\.)*)'",
    ))
});

fn pattern(text: &str) -> Regex {
    Regex::new(&format!("(?s){text}")).expect("the pattern is valid")
}

/// A comment or a string literal.
pub(super) struct Token<'a> {
    pub(super) is_comment: bool,
    /// `true` if nothing precedes it on its line.
    pub(super) is_first: bool,
    /// A comment with its marks, or a string without its quotation marks.
    pub(super) text: &'a str,
    /// The number of the line that it begins on.
    pub(super) line: usize,
}

/// Returns the comments and strings of a source file in Rust or Python; none of other files.
pub(super) fn tokens(file: &SourceFile) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let (mut line, mut counted) = (1, 0);
    for found in syntax(file)
        .iter()
        .flat_map(|syntax| syntax.captures_iter(&file.text))
    {
        let start = found.get_match().start();
        line += file.text[counted..start].matches('\n').count();
        counted = start;
        let before = file.text[..start].rsplit('\n').next();
        let is_first = before.is_none_or(|before| before.trim().is_empty());
        let Some(text) = content(&found) else {
            continue;
        };
        let is_docstring = is_first && found.get_match().as_str().starts_with("\"\"\"");
        tokens.push(Token {
            is_comment: found.name("comment").is_some() || is_docstring,
            is_first,
            text,
            line,
        });
    }
    tokens
}

/// Returns the source with each comment and string replaced by its line breaks.
pub(super) fn code(file: &SourceFile) -> Option<String> {
    let code = syntax(file)?.replace_all(&file.text, |found: &Captures<'_>| {
        "\n".repeat(found[0].matches('\n').count())
    });
    Some(code.into_owned())
}

fn syntax(file: &SourceFile) -> Option<&'static Regex> {
    match file.path.extension()?.to_str()? {
        "rs" => Some(&RUST),
        "py" => Some(&PYTHON),
        _ => None,
    }
}

fn content<'a>(found: &Captures<'a>) -> Option<&'a str> {
    let groups = found.iter().skip(1).flatten();
    groups.map(|group| group.as_str()).next()
}
