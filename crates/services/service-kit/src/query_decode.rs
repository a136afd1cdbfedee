//! Decodes a query as `application/x-www-form-urlencoded` (URL Standard, section 5.1). Broken escapes and invalid UTF-8 are
//! refused instead of replaced.

/// A text that is not properly encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;

/// Returns the names and values of a query, in order.
pub(crate) fn pairs(query: &str) -> Result<Vec<(String, String)>, Malformed> {
    let parts = query.split('&').filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            Ok((decode(name)?, decode(value)?))
        })
        .collect()
}

fn decode(text: &str) -> Result<String, Malformed> {
    percent_decoded(&text.replace('+', " "))
}

/// Decodes escapes such as `%20`.
pub(crate) fn percent_decoded(text: &str) -> Result<String, Malformed> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => hex_digit(bytes.next())? * 16 + hex_digit(bytes.next())?,
            other => other,
        });
    }
    String::from_utf8(decoded).map_err(|_| Malformed)
}

fn hex_digit(byte: Option<u8>) -> Result<u8, Malformed> {
    let digit = byte.and_then(|byte| char::from(byte).to_digit(16));
    digit
        .and_then(|digit| u8::try_from(digit).ok())
        .ok_or(Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_decoded_in_order() {
        let expected = [("q", "a b&c=d é"), ("q", ""), ("flag", "")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(
            pairs("q=a+b%26c%3Dd%20%C3%a9&&q=&flag"),
            Ok(expected.to_vec())
        );
        assert_eq!(pairs(""), Ok(Vec::new()));
    }

    #[test]
    fn broken_escapes_and_invalid_utf8_are_refused() {
        for query in [
            "q=%",
            "q=%4",
            "q=%zz",
            "q=%+1",
            "q=%ff",
            "%c3=1",
            "q=%ed%a0%80",
        ] {
            assert_eq!(pairs(query), Err(Malformed), "{query}");
        }
    }
}
