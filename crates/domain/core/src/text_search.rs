use std::borrow::Cow;

use icu_casemap::CaseMapper;
use icu_normalizer::ComposingNormalizerBorrowed;
use odd_contracts::Job;

/// The shortest text that is searched in ids: nearly every id contains any shorter one.
const MIN_ID_DIGITS: usize = 4;

/// The texts that a listing searches for. Every store uses it, so that all find the same jobs.
///
/// Texts are compared after Unicode normalisation (NFKC) and case folding: "STRASSE" finds "Straße", and a composed letter
/// finds a decomposed one. Escapes in the JSON of a payload are decoded first.
#[derive(Debug, Default)]
pub struct TextSearch {
    required: Vec<Needle>,
    excluded: Vec<Needle>,
}

#[derive(Debug)]
struct Needle {
    folded: String,
    may_be_in_id: bool,
}

impl Needle {
    fn of(text: &str) -> Self {
        let folded = fold(text).into_owned();
        let is_part_of_id = |byte: u8| b"0123456789abcdef-".contains(&byte);
        let digits = folded.bytes().filter(|byte| *byte != b'-').count();
        Self {
            may_be_in_id: digits >= MIN_ID_DIGITS && folded.bytes().all(is_part_of_id),
            folded,
        }
    }

    /// `payload` is folded.
    fn is_in(&self, job: &Job, payload: &str) -> bool {
        let has = |text: &str| fold(text).contains(&self.folded);
        let key = job.unique_key.as_deref();
        let message = job.error.as_ref().map(|error| error.message.as_str());
        payload.contains(&self.folded)
            || has(job.job_type.as_str())
            || key.is_some_and(has)
            || message.is_some_and(has)
            || job
                .metadata
                .iter()
                .any(|(name, value)| has(&format!("\"{name}\":\"{value}\"")))
            || (self.may_be_in_id && job.id.to_string().contains(&self.folded))
    }
}

impl TextSearch {
    /// Creates a search for jobs with all `required` texts and none of the `excluded` ones.
    pub fn new(required: &[String], excluded: &[String]) -> Self {
        let needles = |texts: &[String]| texts.iter().map(|text| Needle::of(text)).collect();
        Self {
            required: needles(required),
            excluded: needles(excluded),
        }
    }

    /// Returns `true` if every job matches.
    pub fn is_empty(&self) -> bool {
        self.required.is_empty() && self.excluded.is_empty()
    }

    /// Returns `true` if a job matches: the texts are in its id, type, unique key, metadata, error message or in `payload`,
    /// its payload as JSON text.
    pub fn admits(&self, job: &Job, payload: Option<&str>) -> bool {
        if self.is_empty() {
            return true;
        }
        let payload = decoded(payload.unwrap_or_default());
        let payload = fold(&payload);
        self.required
            .iter()
            .all(|needle| needle.is_in(job, &payload))
            && !self
                .excluded
                .iter()
                .any(|needle| needle.is_in(job, &payload))
    }
}

/// Returns `true` if a text has more than white space, separators and other punctuation, which nearly every payload contains.
pub fn is_searchable(text: &str) -> bool {
    text.chars().any(|char| {
        let is_general_punctuation =
            matches!(char, '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{303f}');
        char.is_alphanumeric()
            || (!char.is_ascii() && !char.is_whitespace() && !is_general_punctuation)
    })
}

/// Folds a text so that equal texts in any case and composition become the same.
fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return match text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            true => Cow::Owned(text.to_ascii_lowercase()),
            false => Cow::Borrowed(text),
        };
    }
    let normalizer = ComposingNormalizerBorrowed::new_nfkc();
    let normalized = normalizer.normalize(text);
    let folded = CaseMapper::new().fold_string(&normalized);
    // Folding can decompose letters.
    Cow::Owned(normalizer.normalize(&folded).into_owned())
}

/// Returns valid JSON text with the escapes of its strings decoded.
fn decoded(json: &str) -> Cow<'_, str> {
    if !json.contains('\\') {
        return Cow::Borrowed(json);
    }
    let mut text = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(start) = rest.find('"') {
        let string = &rest[start..start + string_length(&rest[start..])];
        text.push_str(&rest[..start]);
        match serde_json::from_str::<String>(string) {
            Ok(value) => {
                text.push('"');
                text.push_str(&value);
                text.push('"');
            }
            Err(_) => text.push_str(string),
        }
        rest = &rest[start + string.len()..];
    }
    text.push_str(rest);
    Cow::Owned(text)
}

/// Returns the length of the string literal at the start of `json`, with its quotes.
fn string_length(json: &str) -> usize {
    let mut is_escaped = false;
    for (index, byte) in json.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return index + 1,
            _ => {}
        }
    }
    json.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_decoded_and_the_rest_is_kept() {
        for (json, text) in [
            (
                r#"{"a":"\u00e9 \"b\" \\ \t\n\/"}"#,
                "{\"a\":\"é \"b\" \\ \t\n/\"}",
            ),
            (r#"["\ud83d\ude00", 1.50, "\\"]"#, "[\"😀\", 1.50, \"\\\"]"),
            (r#"{"k\u0065y":"plain"}"#, r#"{"key":"plain"}"#),
            (r#"{"a":1}"#, r#"{"a":1}"#),
        ] {
            assert_eq!(decoded(json), text);
        }
    }

    #[test]
    fn text_is_equal_in_any_case_and_composition() {
        for (one, other) in [
            ("CAFÉ", "cafe\u{301}"),
            ("STRASSE", "straße"),
            ("ΣΊΣΥΦΟΣ", "σίσυφος"),
            ("ｆｕｌｌ", "FULL"),
            ("ﬁne", "FINE"),
            ("Å", "å"),
        ] {
            assert_eq!(fold(one), fold(other), "{one}");
        }
        assert_ne!(fold("cafe"), fold("café"));
    }

    #[test]
    fn separators_alone_are_not_searchable() {
        for text in [
            "-", ":", "\"", "{}", " , ", "\t\n", "--", "…", "—", "、", "%",
        ] {
            assert!(!is_searchable(text), "{text}");
        }
        for text in ["a", "-1", "é", "東", "😀", "€", "50%"] {
            assert!(is_searchable(text), "{text}");
        }
    }
}
