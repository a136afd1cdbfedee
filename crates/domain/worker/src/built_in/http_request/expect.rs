use std::ops::RangeInclusive;

use serde::Deserialize;

/// Which responses count as success.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(
    default,
    deny_unknown_fields,
    expecting = "an object such as {\"status\": [200, \"300-399\"]}"
)]
pub(super) struct Expect {
    status: Vec<StatusRange>,
    body: ExpectedBody,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ExpectedBody {
    /// One that is not text becomes base64.
    #[default]
    Any,
    Text,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "StatusText")]
struct StatusRange(RangeInclusive<u16>);

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "a status such as 200, or a range such as \"200-299\""
)]
enum StatusText {
    One(u16),
    Range(String),
}

#[derive(Debug, thiserror::Error)]
#[error("must be a status from 100 to 599 such as 200, or a range such as \"200-299\"")]
struct InvalidStatus;

impl Expect {
    pub(super) fn contains(&self, status: u16) -> bool {
        self.status.iter().any(|range| range.0.contains(&status))
    }

    /// Returns `true` if a body that is not text is a failure.
    pub(super) fn requires_text(&self) -> bool {
        self.body == ExpectedBody::Text
    }
}

impl Default for Expect {
    fn default() -> Self {
        Self {
            status: vec![StatusRange(200..=299)],
            body: ExpectedBody::Any,
        }
    }
}

impl TryFrom<StatusText> for StatusRange {
    type Error = InvalidStatus;

    fn try_from(written: StatusText) -> Result<Self, InvalidStatus> {
        let range = match written {
            StatusText::One(status) => status..=status,
            StatusText::Range(text) => {
                let (first, last) = text.split_once('-').ok_or(InvalidStatus)?;
                let read = |text: &str| text.trim().parse::<u16>().map_err(|_| InvalidStatus);
                read(first)?..=read(last)?
            }
        };
        if *range.start() < 100 || *range.end() > 599 || range.is_empty() {
            return Err(InvalidStatus);
        }
        Ok(Self(range))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_and_ranges_match() {
        let expect: Expect = serde_json::from_str(r#"{"status":[204,"300-399"]}"#).expect("valid");
        let expected = |status| expect.contains(status);
        assert!(expected(204) && expected(300) && expected(399));
        assert!(!expected(200) && !expected(400));
        assert!(Expect::default().contains(299) && !Expect::default().contains(300));
        let text: Expect = serde_json::from_str(r#"{"body":"text"}"#).expect("valid");
        assert!(text.requires_text() && text.contains(299) && !text.contains(300));
        assert!(!expect.requires_text());
    }

    #[test]
    fn invalid_statuses_are_refused() {
        for status in [
            "99",
            "600",
            "-1",
            r#""299-200""#,
            r#""2xx""#,
            "null",
            "200.5",
        ] {
            let text = format!(r#"{{"status":[{status}]}}"#);
            assert!(serde_json::from_str::<Expect>(&text).is_err(), "{text}");
        }
    }
}
