//! What the read-model accepts in one query.

/// Most negated values of a key.
pub(super) const MAX_NEGATED: usize = 20;

/// Most tags, searched texts, and negated texts each.
pub(super) const MAX_REPEATED: usize = 5;

/// Longest tag, in characters.
pub(super) const LONGEST_TAG: usize = 50;

/// Longest searched text, in characters.
pub(super) const LONGEST_TEXT: usize = 200;

/// Longest filter, in bytes.
pub(super) const LONGEST_FILTER: usize = 8_000;
