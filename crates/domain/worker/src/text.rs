/// `text` when it has at most `max_chars` characters, else its beginning with `…` as the last of them.
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
    fn only_text_beyond_the_bound_is_cut() {
        assert_eq!(bounded("éèê".into(), 3), "éèê");
        assert_eq!(bounded("éèêë".into(), 3), "éè…");
        assert_eq!(bounded(String::new(), 0), "");
    }
}
