/// Truncates `text` to at most `max_chars` characters; the last one is then `…`.
pub(crate) fn bounded(mut text: String, max_chars: usize) -> String {
    if text.len() <= max_chars || text.chars().nth(max_chars).is_none() {
        return text;
    }
    let keep = max_chars.saturating_sub(1);
    let cut = text
        .char_indices()
        .nth(keep)
        .map_or(text.len(), |(at, _)| at);
    text.truncate(cut);
    text.push('…');
    text
}

/// Characters that a notice about omitted bytes has at most, with the spaces around it.
const NOTICE_CHARS: usize = 44;

/// Returns `text` if it has at most `max_chars` characters. Otherwise it returns its first and its last characters, with the
/// number of omitted bytes in between.
pub(crate) fn without_middle(text: String, max_chars: usize) -> String {
    if text.len() <= max_chars || text.chars().nth(max_chars).is_none() {
        return text;
    }
    let bytes = text.len() as u64;
    joined_ends(&text, &text, bytes, max_chars)
}

/// Returns the first characters of `start` and the last ones of `end`, at most `max_chars` together, with the number of omitted
/// bytes in between. The whole text has `bytes`, and only its ends are known.
pub(crate) fn joined_ends(start: &str, end: &str, bytes: u64, max_chars: usize) -> String {
    let keep = max_chars.saturating_sub(NOTICE_CHARS) / 2;
    let (start, end) = (first_chars(start, keep), last_chars(end, keep));
    let omitted = bytes.saturating_sub(start.len() as u64 + end.len() as u64);
    format!("{start} … {omitted} bytes omitted … {end}")
}

fn first_chars(text: &str, count: usize) -> &str {
    let end = text.char_indices().nth(count);
    end.map_or(text, |(end, _)| &text[..end])
}

/// Returns the last `count` characters.
pub(crate) fn last_chars(text: &str, count: usize) -> &str {
    let start = text.char_indices().rev().take(count).last();
    start.map_or("", |(start, _)| &text[start..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_longer_text_is_truncated() {
        assert_eq!(bounded("éèê".into(), 3), "éèê");
        assert_eq!(bounded("éèêë".into(), 3), "éè…");
        assert_eq!(bounded(String::new(), 0), "");
    }

    #[test]
    fn middle_of_longer_text_is_counted() {
        let short = "é".repeat(100);
        assert_eq!(without_middle(short.clone(), 100), short);
        let long = format!("{}x{}", "é".repeat(100), "ü".repeat(100));
        let expected = format!(
            "{} … 289 bytes omitted … {}",
            "é".repeat(28),
            "ü".repeat(28)
        );
        assert_eq!(without_middle(long, 100), expected);
        let longest = joined_ends("é", "ü", u64::MAX, 100);
        assert!(longest.chars().count() <= 2 + NOTICE_CHARS, "{longest}");
    }

    #[test]
    fn last_characters_are_whole() {
        assert_eq!(last_chars("aéü", 2), "éü");
        assert_eq!(last_chars("aéü", 9), "aéü");
        assert_eq!(last_chars("aéü", 0), "");
    }
}
