use odd_client::inert;
use serde::Deserialize;
use serde_json::value::RawValue;

/// Characters of a line that are kept.
const LENGTH: usize = 300;

/// A line of a log in JSON.
#[derive(Deserialize)]
struct LogLine<'a> {
    level: String,
    #[serde(borrow)]
    fields: &'a RawValue,
}

#[derive(Deserialize)]
struct Fields {
    message: String,
}

/// Renders a line of the log: level and message where it is JSON, else the text itself. The result is safe to show.
pub(super) fn rendered(line: &str) -> String {
    let text = message(line).unwrap_or_else(|| line.to_owned());
    let short: String = text.chars().take(LENGTH).collect();
    inert(&short).into_owned()
}

fn message(line: &str) -> Option<String> {
    let line: LogLine<'_> = serde_json::from_str(line).ok()?;
    let fields: Fields = serde_json::from_str(line.fields.get()).ok()?;
    Some(format!("{} {}", line.level, fields.message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_in_json_is_shown_as_level_and_message() {
        let json = r#"{"timestamp":"t","level":"WARN","fields":{"message":"slow disk","ms":3},"target":"x"}"#;
        assert_eq!(rendered(json), "WARN slow disk");
        assert_eq!(rendered("error: no"), "error: no");
    }

    #[test]
    fn control_sequences_are_inert() {
        assert!(!rendered("\u{1b}[31mred").contains('\u{1b}'));
    }
}
