use crate::{FailureSlice, FailureTally, MAX_KINDS_PER_SLICE};

/// A kind of failure in a stored slice: its place in the order of the first occurrences, from 0, and its failures.
pub type PlacedTally = (usize, FailureTally);

/// What a store of views writes to add a part of the log to a stored slice of the failures: the kinds that occur in the part,
/// and no others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SliceChange {
    /// The new content of each changed or new kind.
    pub tallies: Vec<PlacedTally>,
    /// Number of kinds that the slice records afterwards.
    pub kinds: usize,
    /// Failures of kinds that the slice does not record, to add to their number.
    pub unlisted: u64,
}

impl SliceChange {
    /// Adds `addition`, a later part of the slice. `stored` is what the slice records of each kind of the addition, in the
    /// same order, and `kinds` how many kinds it records. The slice keeps those that occurred first.
    pub fn of(
        addition: FailureSlice,
        stored: impl IntoIterator<Item = Option<PlacedTally>>,
        kinds: usize,
    ) -> Self {
        let mut change = Self {
            tallies: Vec::new(),
            kinds,
            unlisted: addition.unlisted,
        };
        for (later, stored) in addition.tallies.into_iter().zip(stored) {
            match stored {
                Some((place, mut tally)) => {
                    tally.merge(later);
                    change.tallies.push((place, tally));
                }
                None if change.kinds < MAX_KINDS_PER_SLICE => {
                    change.tallies.push((change.kinds, later));
                    change.kinds += 1;
                }
                None => change.unlisted += later.occurrences,
            }
        }
        change
    }
}

impl FailureSlice {
    /// Returns the slice of stored kinds, which may be in any order.
    pub fn of_stored(mut kinds: Vec<PlacedTally>, unlisted: u64) -> Self {
        kinds.sort_unstable_by_key(|(place, _)| *place);
        Self {
            tallies: kinds.into_iter().map(|(_, tally)| tally).collect(),
            unlisted,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::failure_slice::tests::tally;

    /// Folds `failures` in parts of `size`, as stores of views do. Also returns how many kinds were written.
    fn folded(failures: &[FailureTally], size: usize) -> (FailureSlice, usize) {
        let (mut stored, mut unlisted, mut written) = (HashMap::new(), 0, 0);
        for part in failures.chunks(size) {
            let mut addition = FailureSlice::default();
            part.iter().cloned().for_each(|tally| addition.add(tally));
            let known = addition.tallies.iter();
            let known = known.map(|tally| stored.get(&tally.fingerprint).cloned());
            let known: Vec<Option<PlacedTally>> = known.collect();
            let change = SliceChange::of(addition, known, stored.len());
            written += change.tallies.len();
            unlisted += change.unlisted;
            for placed in change.tallies {
                stored.insert(placed.1.fingerprint, placed);
            }
            assert_eq!(stored.len(), change.kinds);
        }
        let slice = FailureSlice::of_stored(stored.into_values().collect(), unlisted);
        (slice, written)
    }

    #[test]
    fn parts_of_any_size_give_the_same_slice() {
        let kinds = MAX_KINDS_PER_SLICE as u64 + 20;
        let failures: Vec<_> = (0..1_000)
            .map(|at| tally(at * 37 % kinds, i64::try_from(at).expect("small")))
            .collect();
        let mut whole = FailureSlice::default();
        failures.iter().cloned().for_each(|tally| whole.add(tally));
        whole.limit();
        for size in [1, 2, 7, 100, 999, 1_000] {
            assert_eq!(folded(&failures, size).0, whole, "{size}");
        }
        assert_eq!(whole.tallies.len(), MAX_KINDS_PER_SLICE);
        let listed: u64 = whole.tallies.iter().map(|tally| tally.occurrences).sum();
        assert_eq!(listed + whole.unlisted, 1_000);
    }

    #[test]
    fn one_failure_writes_one_kind() {
        let failures: Vec<_> = (0..90).map(|at| tally(at % 30, 0)).collect();
        assert_eq!(folded(&failures, 1).1, failures.len());
    }
}
