use std::ops::RangeInclusive;
use std::str::FromStr;

use crate::failure::Failure;
use crate::settings::Sources;
use crate::settings::setting::Setting;

/// Reads a list whose items all have to be valid.
pub(super) fn items<T>(
    sources: &Sources,
    setting: &Setting,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<Option<Vec<T>>, Failure> {
    let Some(found) = sources.list(setting) else {
        return Ok(None);
    };
    let parsed: Result<Vec<T>, String> = found.value.iter().map(|item| parse(item)).collect();
    parsed
        .map(Some)
        .map_err(|why| Failure::usage(format!("each item of {} {why}", found.origin)))
}

/// Reads a whole number of a range.
pub(super) fn parse_number(text: &str, range: RangeInclusive<u32>) -> Result<u32, String> {
    let (least, most) = (range.start(), range.end());
    text.parse()
        .ok()
        .filter(|number| range.contains(number))
        .ok_or_else(|| format!("must be a whole number from {least} to {most}"))
}

/// Reads a truth value.
pub(super) fn boolean(text: &str) -> Result<bool, String> {
    text.parse().map_err(|_| "must be true or false".to_owned())
}

/// Reads a value as its type does.
pub(super) fn parsed<T: FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| error.to_string())
}

/// Reads a web origin. `*` is refused: it would let every web page that an operator visits read every job.
pub(super) fn origin(text: &str) -> Result<String, String> {
    let scheme = text.starts_with("http://") || text.starts_with("https://");
    (scheme && !text.contains('*'))
        .then(|| text.to_owned())
        .ok_or_else(|| "must be an origin such as https://observatory.example".to_owned())
}
