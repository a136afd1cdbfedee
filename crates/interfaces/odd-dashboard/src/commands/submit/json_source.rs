use std::fmt;
use std::path::{Path, PathBuf};

use odd_contracts::JsonError;

/// Where JSON text of the user comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum JsonSource {
    File(PathBuf),
    StandardInput,
    Argument,
}

impl JsonSource {
    /// Names a file, or standard input for `-`.
    pub(super) fn of_path(path: &Path) -> Self {
        match path == Path::new("-") {
            true => Self::StandardInput,
            false => Self::File(path.to_owned()),
        }
    }
}

impl fmt::Display for JsonSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::StandardInput => f.write_str("standard input"),
            Self::Argument => f.write_str("the argument"),
        }
    }
}

/// Describes an error in a text that begins on `line` of its source, after `indent` characters.
pub(super) fn describe(
    error: &JsonError,
    text: &[u8],
    source: &JsonSource,
    (line, indent): (usize, usize),
) -> String {
    let column = match error.line() {
        1 => indent + error.column_in(text),
        _ => error.column_in(text),
    };
    let line = line + error.line() - 1;
    let (message, pointer) = (error.message(), error.pointer());
    match pointer {
        "" => format!("{source}, line {line}, column {column}: {message}"),
        _ => format!("{source}, line {line}, column {column}: {message}, at {pointer}"),
    }
}
