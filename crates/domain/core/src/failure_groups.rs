use std::collections::HashMap;

use odd_contracts::FailureFingerprint;

use crate::{FailureSlice, FailureTally};

/// Most groups that are shown: those with the latest failures.
pub const MAX_FAILURE_GROUPS: usize = 1_000;

/// The failures of all slices, by kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FailureGroups {
    /// At most [`MAX_FAILURE_GROUPS`], the one with the latest failure first.
    pub groups: Vec<FailureTally>,
    /// Failures that belong to no group.
    pub unlisted: u64,
}

impl FailureGroups {
    /// Adds up slices, oldest first.
    pub fn of(slices: impl IntoIterator<Item = FailureSlice>) -> Self {
        let mut by_kind: HashMap<FailureFingerprint, FailureTally> = HashMap::new();
        let mut unlisted = 0;
        for slice in slices {
            unlisted += slice.unlisted;
            for tally in slice.tallies {
                match by_kind.get_mut(&tally.fingerprint) {
                    Some(known) => known.merge(tally),
                    None => drop(by_kind.insert(tally.fingerprint, tally)),
                }
            }
        }
        let mut groups: Vec<_> = by_kind.into_values().collect();
        groups.sort_by_key(|group| (std::cmp::Reverse(group.last_at), group.fingerprint));
        let kept = groups.len().min(MAX_FAILURE_GROUPS);
        unlisted += groups
            .drain(kept..)
            .map(|group| group.occurrences)
            .sum::<u64>();
        Self { groups, unlisted }
    }
}
