use std::ops::Range;

/// One term of a filter as it is written: `!key:value`, with the key and `!` optional.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// The whole term.
    pub(super) span: Range<usize>,
    /// It begins with `!`.
    pub(super) is_negated: bool,
    /// The part before the colon.
    pub(super) key: Option<Range<usize>>,
    /// The part after the colon, or the searched text, with its quotes.
    pub(super) value: Range<usize>,
    /// The value without quotes and escapes.
    pub(super) text: String,
    /// What is wrong with the quotes.
    pub(super) fault: Option<Fault>,
}

/// An error in the use of quotes, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// The closing quote is missing; the opening one is here.
    Unclosed(usize),
    /// A quote within a word without quotes.
    Stray(usize),
    /// Something other than white space follows the closing quote.
    Glued(usize),
}

/// Splits a filter into its terms. Errors are noted in the words, so that an unfinished filter can be completed.
pub(super) fn words(filter: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(start) = position(filter, at, |char| !char.is_whitespace()) {
        let word = word(filter, start);
        at = word.span.end;
        words.push(word);
    }
    words
}

fn word(filter: &str, start: usize) -> Word {
    let is_negated = filter[start..].starts_with('!');
    let content = start + usize::from(is_negated);
    let is_end = |char: char| char.is_whitespace() || matches!(char, ':' | '"');
    let colon = position(filter, content, is_end).filter(|at| filter[*at..].starts_with(':'));
    let value = colon.map_or(content, |colon| colon + 1);
    let (end, text, fault) = match filter[value..].starts_with('"') {
        true => quoted(filter, value),
        false => bare(filter, value),
    };
    Word {
        span: start..end,
        is_negated,
        key: colon.map(|colon| content..colon),
        value: value..end,
        text,
        fault,
    }
}

/// Reads a value without quotes.
fn bare(filter: &str, start: usize) -> (usize, String, Option<Fault>) {
    let end = position(filter, start, char::is_whitespace).unwrap_or(filter.len());
    let text = &filter[start..end];
    let stray = text.find('"').map(|quote| Fault::Stray(start + quote));
    (end, text.to_owned(), stray)
}

/// Reads a value in quotes, in which `\` keeps the next character as it is.
fn quoted(filter: &str, start: usize) -> (usize, String, Option<Fault>) {
    let mut text = String::new();
    let mut chars = filter[start + 1..].char_indices();
    while let Some((offset, char)) = chars.next() {
        match char {
            '"' => {
                let after = start + offset + 2;
                let end = position(filter, after, char::is_whitespace).unwrap_or(filter.len());
                return (end, text, (end > after).then_some(Fault::Glued(after)));
            }
            '\\' => text.extend(chars.next().map(|(_, kept)| kept)),
            _ => text.push(char),
        }
    }
    (filter.len(), text, Some(Fault::Unclosed(start)))
}

/// Returns the position of the first matching character at or after `from`.
fn position(filter: &str, from: usize, matches: impl Fn(char) -> bool) -> Option<usize> {
    filter[from..].find(matches).map(|offset| from + offset)
}
