//! Messages without their variable parts.

use uuid::Uuid;

/// Characters of a message that are compared. Later ones are mostly details, such as a stack trace.
const MAX_CHARS: usize = 500;

/// Replaces a number, or digits within a word.
const NUMBER: &str = "#";

/// Replaces a quoted text.
const QUOTED: &str = "<text>";

/// Replaces a path of a file.
const PATH: &str = "<path>";

/// Replaces a URL.
const URL: &str = "<url>";

/// Fewest hexadecimal digits, at least one of them decimal, that are an id rather than a word.
const FEWEST_HEX_DIGITS: usize = 6;

/// Returns the first characters of a message with its variable parts replaced: quoted texts, URLs, paths, UUIDs, hexadecimal
/// ids and numbers. White space is reduced to single spaces.
pub(crate) fn message_template(message: &str) -> String {
    let end = message
        .char_indices()
        .nth(MAX_CHARS)
        .map_or(message.len(), |(end, _)| end);
    let unquoted = without_quoted(&message[..end]);
    let words = unquoted.split_whitespace().map(word_template);
    words.collect::<Vec<_>>().join(" ")
}

/// Replaces texts between quotation marks. A mark within a word, as in `can't`, quotes nothing.
fn without_quoted(text: &str) -> String {
    let mut template = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((start, mark)) = rest.char_indices().find(|(_, c)| closing(*c).is_some()) {
        let (before, quoted) = rest.split_at(start);
        let content = &quoted[mark.len_utf8()..];
        template.push_str(before);
        let is_in_word = template.ends_with(char::is_alphanumeric);
        let end = closing(mark).and_then(|closing| content.find(closing).map(|end| (end, closing)));
        match end.filter(|_| !is_in_word) {
            Some((end, closing)) => {
                template.push_str(QUOTED);
                rest = &content[end + closing.len_utf8()..];
            }
            None => {
                template.push(mark);
                rest = content;
            }
        }
    }
    template.push_str(rest);
    template
}

fn closing(mark: char) -> Option<char> {
    match mark {
        '\'' | '"' | '`' => Some(mark),
        '‘' => Some('’'),
        '“' => Some('”'),
        '«' => Some('»'),
        _ => None,
    }
}

/// Returns a word, which contains no white space, without its variable parts.
fn word_template(word: &str) -> String {
    let is_bracket = |c: char| "()[]{}<>,;".contains(c);
    let start = word.len() - word.trim_start_matches(is_bracket).len();
    let (opening, rest) = word.split_at(start);
    let core = rest.trim_end_matches(|c| is_bracket(c) || ".:!?".contains(c));
    let ending = &rest[core.len()..];
    let (name, value) = match core.split_once('=') {
        Some((name, value)) if !name.contains("://") => {
            (format!("{}=", plain_template(name)), value)
        }
        _ => (String::new(), core),
    };
    format!("{opening}{name}{}{ending}", value_template(value))
}

fn value_template(value: &str) -> String {
    if value.contains("://") {
        return URL.to_owned();
    }
    if Uuid::try_parse(value).is_ok() {
        return NUMBER.to_owned();
    }
    if is_path(value) {
        return PATH.to_owned();
    }
    plain_template(value)
}

fn is_path(word: &str) -> bool {
    let mut chars = word.chars();
    let is_drive = chars.next().is_some_and(|c| c.is_ascii_alphabetic())
        && chars.next() == Some(':')
        && matches!(chars.next(), Some('\\' | '/'));
    let starts = ["/", "./", "../", "~/", "\\\\"];
    is_drive
        || word.len() > 1 && starts.iter().any(|start| word.starts_with(start))
        || word.matches('/').count() > 1
}

/// Replaces ids and numbers. Numbers that only punctuation separates are one, as in a UUID, a time or an address.
fn plain_template(word: &str) -> String {
    let mut template = String::with_capacity(word.len());
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        let length = if first.is_alphanumeric() {
            rest.find(|c: char| !c.is_alphanumeric())
                .unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (part, after) = rest.split_at(length);
        template.push_str(&part_template(part));
        rest = after;
    }
    join_numbers(&template)
}

/// Returns a part of letters and digits: an id as a whole, or its digits, replaced.
fn part_template(part: &str) -> String {
    let digits = part.strip_prefix("0x").unwrap_or(part);
    let has_prefix = digits.len() < part.len();
    let is_hex = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let has_decimal = digits.bytes().any(|byte| byte.is_ascii_digit());
    if is_hex && (has_prefix || has_decimal && digits.len() >= FEWEST_HEX_DIGITS) {
        return NUMBER.to_owned();
    }
    let mut template = String::with_capacity(part.len());
    for c in part.chars() {
        match c.is_numeric() {
            true if template.ends_with(NUMBER) => {}
            true => template.push_str(NUMBER),
            false => template.push(c),
        }
    }
    template
}

/// Joins numbers with only one character of punctuation between them.
fn join_numbers(template: &str) -> String {
    let mut joined = template.to_owned();
    // Each round makes the text shorter, so the loop ends.
    loop {
        let before = joined.len();
        for separator in ["-", ":", ".", "_", "/", "+"] {
            joined = joined.replace(&format!("#{separator}#"), NUMBER);
        }
        if joined.len() == before {
            return joined;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variable_parts_are_replaced() {
        for (message, template) in [
            ("attempt 3 failed", "attempt # failed"),
            ("took 1.5 s at 2026-01-02T03:04:05.678Z", "took # s at #T#Z"),
            (
                "no answer from 10.0.0.7:8080 after 250ms",
                "no answer from # after #ms",
            ),
            ("user42 is unknown", "user# is unknown"),
            (
                "cannot open 'a b.txt' (\"x\")",
                "cannot open <text> (<text>)",
            ),
            ("can't parse `x`: don't", "can't parse <text>: don't"),
            (
                "cannot read /etc/odd/a.toml: denied",
                "cannot read <path>: denied",
            ),
            (r"cannot read C:\temp\a.txt", "cannot read <path>"),
            ("GET https://example.com/a?b=1, twice", "GET <url>, twice"),
            (
                "address 0xdeadBEEF, block 9f86d081884c7d65",
                "address #, block #",
            ),
            ("id=0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11;", "id=#;"),
            ("file=/tmp/x1 and/or", "file=<path> and/or"),
            ("  two\n\tlines  ", "two lines"),
            ("Größe ist ½ von “alles”", "Größe ist # von <text>"),
            ("a single ' mark", "a single ' mark"),
            ("", ""),
        ] {
            assert_eq!(message_template(message), template, "{message}");
        }
    }

    #[test]
    fn words_that_are_hexadecimal_by_chance_stay() {
        let message = "decade facade cafe";
        assert_eq!(message_template(message), message);
    }

    #[test]
    fn groups_of_letters_in_a_uuid_are_part_of_it() {
        let uuid = "id deadbeef-cafe-4abc-8bad-feedfacecafe is unknown";
        assert_eq!(message_template(uuid), "id # is unknown");
    }

    #[test]
    fn only_the_beginning_counts() {
        let beginning = "é".repeat(MAX_CHARS);
        let longer = format!("{beginning} and more");
        assert_eq!(message_template(&longer), beginning);
    }
}
