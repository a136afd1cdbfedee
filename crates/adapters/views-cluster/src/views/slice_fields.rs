use odd_core::ports::StoreError;
use odd_core::{FailureSlice, PlacedTally, SliceChange};

use super::error::damaged;

/// Field of the number of kinds that a slice records.
pub(super) const KINDS: &str = "#kinds";

/// Field of the number of failures of other kinds.
const UNLISTED: &str = "#unlisted";

/// What a script writes to one slice of the failures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SliceWrite {
    /// The second at which the slice starts.
    pub(super) second: i64,
    /// Number of kinds that it records afterwards.
    pub(super) kinds: usize,
    /// Further failures of kinds that it does not record.
    pub(super) unlisted: u64,
    /// Fingerprint and new content of each changed kind.
    pub(super) fields: Vec<(String, String)>,
}

impl SliceWrite {
    pub(super) fn new(second: i64, change: &SliceChange) -> Result<Self, StoreError> {
        let fields = change.tallies.iter().map(|placed| {
            let content = serde_json::to_string(placed)
                .map_err(|error| StoreError::broken("a kind of failure is not JSON", error))?;
            Ok((placed.1.fingerprint.to_string(), content))
        });
        Ok(Self {
            second,
            kinds: change.kinds,
            unlisted: change.unlisted,
            fields: fields.collect::<Result<_, StoreError>>()?,
        })
    }
}

/// Parses the fields and values of the hash of a slice.
pub(super) fn parse_slice(fields: &[String]) -> Result<FailureSlice, StoreError> {
    let (mut kinds, mut unlisted) = (Vec::new(), 0);
    for pair in fields.chunks_exact(2) {
        match pair[0].as_str() {
            KINDS => {}
            UNLISTED => unlisted = parse_number(&pair[1])?,
            _ => kinds.push(parse_kind(&pair[1])?),
        }
    }
    Ok(FailureSlice::of_stored(kinds, unlisted))
}

pub(super) fn parse_kind(content: &str) -> Result<PlacedTally, StoreError> {
    serde_json::from_str(content).map_err(|_| damaged("a kind of failure"))
}

pub(super) fn parse_number<T: std::str::FromStr>(text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| damaged(text))
}
