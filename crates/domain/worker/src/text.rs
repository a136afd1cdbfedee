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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_longer_text_is_truncated() {
        assert_eq!(bounded("éèê".into(), 3), "éèê");
        assert_eq!(bounded("éèêë".into(), 3), "éè…");
        assert_eq!(bounded(String::new(), 0), "");
    }
}
