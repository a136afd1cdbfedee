use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use axum::http::Uri;
use odd_contracts::FieldError;

use crate::{ProblemResponse, query_decode};

/// The parameters of a query. Unknown parameters, repeated ones and invalid values are reported together, with pointers
/// of the form `?name`.
///
/// ```
/// # use odd_service_kit::QueryParams;
/// # let uri = "/jobs?limit=20".parse().expect("uri");
/// let mut query = QueryParams::parse(&uri);
/// let limit = query.number("limit", 1..=100).unwrap_or(50);
/// query.finish()?;
/// # assert_eq!(limit, 20);
/// # Ok::<(), odd_service_kit::ProblemResponse>(())
/// ```
#[derive(Debug)]
pub struct QueryParams {
    pairs: Vec<(String, String)>,
    errors: Vec<FieldError>,
}

impl QueryParams {
    /// Splits a query into its parameters.
    pub fn parse(uri: &Uri) -> Self {
        match query_decode::pairs(uri.query().unwrap_or_default()) {
            Ok(pairs) => Self {
                pairs,
                errors: Vec::new(),
            },
            Err(query_decode::Malformed) => Self {
                pairs: Vec::new(),
                errors: vec![FieldError {
                    pointer: "?".into(),
                    message: "must be percent-encoded UTF-8".into(),
                }],
            },
        }
    }

    /// Returns a text parameter that is given at most once. A text with U+0000 is refused.
    pub fn text(&mut self, name: &str) -> Option<String> {
        let mut values = self.all(name);
        if values.len() > 1 {
            self.refuse(name, "must be given once");
            return None;
        }
        values.pop()
    }

    /// Returns every value of a parameter that may be repeated.
    pub fn all(&mut self, name: &str) -> Vec<String> {
        let (taken, rest) = std::mem::take(&mut self.pairs)
            .into_iter()
            .partition::<Vec<_>, _>(|(key, _)| key == name);
        self.pairs = rest;
        if taken.iter().any(|(_, value)| value.contains('\0')) {
            self.refuse(name, "must not contain U+0000");
            return Vec::new();
        }
        taken.into_iter().map(|(_, value)| value).collect()
    }

    /// Leaves out a parameter that someone else reads.
    pub(crate) fn leave_out(&mut self, name: &str) {
        self.pairs.retain(|(key, _)| key != name);
    }

    /// Parses a parameter. The error of the parser becomes the message.
    pub fn parsed<T>(&mut self, name: &str) -> Option<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        let text = self.text(name)?;
        self.read(name, &text)
    }

    /// Parses every value of a parameter that may be repeated or contain a comma-separated list.
    pub fn parsed_list<T>(&mut self, name: &str) -> Vec<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        let texts = self.all(name);
        let items = texts.iter().flat_map(|text| text.split(','));
        items.filter_map(|item| self.read(name, item)).collect()
    }

    /// Parses every value of a parameter that may be repeated up to `most` times.
    pub fn parsed_each<T>(&mut self, name: &str, most: usize) -> Vec<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        let texts = self.all(name);
        if texts.len() > most {
            self.refuse(name, format!("must be given at most {most} times"));
            return Vec::new();
        }
        let values = texts.iter().filter_map(|text| self.read(name, text));
        values.collect()
    }

    /// Returns an integer within bounds.
    pub fn number(&mut self, name: &str, bounds: RangeInclusive<u64>) -> Option<u64> {
        let text = self.text(name)?;
        let is_plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let number = text.parse().ok().filter(|n| is_plain && bounds.contains(n));
        if number.is_none() {
            let (least, most) = bounds.into_inner();
            self.refuse(
                name,
                format!("must be a whole number from {least} to {most}"),
            );
        }
        number
    }

    /// Reports a parameter that the caller found invalid.
    pub fn refuse(&mut self, name: &str, message: impl Into<String>) {
        self.errors.push(FieldError {
            pointer: format!("?{name}"),
            message: message.into(),
        });
    }

    /// Checks that no parameter was invalid and that none is left.
    ///
    /// # Errors
    /// With every invalid or unknown parameter.
    pub fn finish(mut self) -> Result<(), ProblemResponse> {
        for (name, _) in std::mem::take(&mut self.pairs) {
            self.refuse(&name, "is not a parameter of this route");
        }
        if self.errors.is_empty() {
            return Ok(());
        }
        Err(ProblemResponse::contract_violation(self.errors))
    }

    fn read<T>(&mut self, name: &str, text: &str) -> Option<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        text.parse()
            .map_err(|error: T::Err| self.refuse(name, error.to_string()))
            .ok()
    }
}

#[cfg(test)]
mod tests {
    use odd_contracts::JobStatus;

    use super::*;

    fn query(text: &str) -> QueryParams {
        QueryParams::parse(&format!("/jobs?{text}").parse().expect("uri"))
    }

    #[test]
    fn good_parameters_are_read() {
        let mut query = query("limit=7&status=FAILED,PENDING&status=EXECUTING&q=a%20b");
        assert_eq!(query.number("limit", 1..=100), Some(7));
        assert_eq!(query.parsed_list::<JobStatus>("status").len(), 3);
        assert_eq!(query.text("q").as_deref(), Some("a b"));
        assert_eq!(query.text("tag"), None);
        assert!(query.finish().is_ok());
    }

    #[test]
    fn repeated_parameter_keeps_commas_and_has_a_limit() {
        let mut query = query("tag=a,b&tag=c&tag=c");
        assert_eq!(query.parsed_each::<String>("tag", 3), ["a,b", "c", "c"]);
        assert!(query.finish().is_ok());
        let mut query = self::query("tag=a&tag=b");
        assert!(query.parsed_each::<String>("tag", 1).is_empty());
        assert!(query.finish().is_err());
    }

    #[test]
    fn bad_parameters_are_refused() {
        for text in [
            "limit=1e9",
            "limit=1000000000",
            "limit=0",
            "limit=-1",
            "limit=%2B1",
            "limit=",
            "limit=1&limit=2",
            "colour=red",
            "q=%00",
            "q=%ff",
            "q=%zz",
        ] {
            let mut query = query(text);
            query.number("limit", 1..=100);
            query.text("q");
            assert!(query.finish().is_err(), "{text}");
        }
    }
}
