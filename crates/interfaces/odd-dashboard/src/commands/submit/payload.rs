use std::io::Read;

use odd_contracts::RawJson;

use crate::failure::Failure;

/// Reads the payload from the argument: JSON text, `@FILE`, or `-` for standard input.
///
/// # Errors
/// When the payload cannot be read, or is not JSON.
pub(super) fn read(text: &str) -> Result<RawJson, Failure> {
    let json = if text == "-" {
        let mut json = String::new();
        std::io::stdin()
            .read_to_string(&mut json)
            .map_err(|error| Failure::usage("cannot read the payload").cause(error))?;
        json
    } else if let Some(path) = text.strip_prefix('@') {
        std::fs::read_to_string(path)
            .map_err(|error| Failure::usage(format!("cannot read {path}")).cause(error))?
    } else {
        text.to_owned()
    };
    RawJson::from_text(json.trim().to_owned()).map_err(|error| {
        Failure::usage("the payload is not JSON")
            .cause(error)
            .hint("quote it for the shell, such as '{\"a\":1}', or pass a file as @FILE")
    })
}
