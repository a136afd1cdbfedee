use std::io::Read;
use std::path::Path;

use odd_contracts::{RawJson, parse_strict};

use crate::commands::submit::json_source::{JsonSource, describe};
use crate::failure::Failure;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads the payload from the argument: JSON text, `@FILE`, or `-` for standard input.
///
/// # Errors
/// When the payload cannot be read, or is not acceptable JSON.
pub(super) fn read(text: &str) -> Result<RawJson, Failure> {
    if text == "-" {
        let mut json = Vec::new();
        std::io::stdin()
            .read_to_end(&mut json)
            .map_err(|error| Failure::usage("cannot read the payload").cause(error))?;
        return parse(&json, &JsonSource::StandardInput);
    }
    let Some(path) = text.strip_prefix('@') else {
        return parse(text.as_bytes(), &JsonSource::Argument);
    };
    let json = std::fs::read(path)
        .map_err(|error| Failure::usage(format!("cannot read {path}")).cause(error))?;
    parse(&json, &JsonSource::File(Path::new(path).to_owned()))
}

fn parse(bytes: &[u8], source: &JsonSource) -> Result<RawJson, Failure> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let failed = |cause: String| {
        Failure::usage("the payload is not JSON")
            .cause(cause)
            .hint("quote it for the shell, such as '{\"a\":1}', or pass a file as @FILE")
    };
    parse_strict(bytes).map_err(|error| failed(describe(&error, bytes, source, (1, 0))))?;
    let text = String::from_utf8_lossy(bytes.trim_ascii());
    RawJson::from_text(text.into_owned()).map_err(|error| failed(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn place_of_an_error_is_that_in_the_file() {
        let source = JsonSource::File("p.json".into());
        let failure = parse(b"\n\n  {\"a\": 1,\n \"a\": 2}", &source).expect_err("a duplicate");
        assert_eq!(
            failure.causes,
            ["p.json, line 4, column 4: duplicate field name \"a\", at /a"]
        );
        let payload = parse(b"\xef\xbb\xbf{\"a\": 1.0}\r\n", &source).expect("JSON");
        assert_eq!(payload.get(), "{\"a\": 1.0}");
    }
}
