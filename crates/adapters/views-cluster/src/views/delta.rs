use std::collections::BTreeMap;

use odd_contracts::Timestamp;
use odd_core::ports::{LogRecord, Position};
use odd_core::{Aggregates, BUCKET_RETENTION_MS, FAILURE_RETENTION_MS};
use redis::ScriptInvocation;

use super::fields::{bucket_fields, count_field, position_text, tally_fields};
use super::keys::{Generation, Keys, Pointer, Rows};
use super::scripts;
use super::slice_fields::SliceWrite;

/// A change of the views that one script applies.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Delta {
    /// The position that the views must have; `None` for a new generation.
    pub(super) from: Option<Position>,
    /// The position of the views afterwards.
    pub(super) to: Position,
    pub(super) aggregates: Aggregates,
}

impl Delta {
    /// Combines the entries after position `from`. Returns `None` if there are none.
    pub(super) fn of(entries: &[LogRecord], from: Position) -> Option<Self> {
        let mut aggregates = Aggregates::default();
        let mut to = from;
        for record in entries.iter().filter(|entry| entry.position > from) {
            aggregates.fold(&record.entry);
            to = to.max(record.position);
        }
        (to > from).then_some(Self {
            from: Some(from),
            to,
            aggregates,
        })
    }

    /// Returns the script call that applies the delta, if `pointer` names `generation` and its position is `from`. `slices` is
    /// what it writes to slices of the failures.
    pub(super) fn call(
        &self,
        keys: &Keys,
        pointer: Pointer,
        generation: &Generation,
        slices: &[SliceWrite],
    ) -> ScriptInvocation<'_> {
        let base = keys.base(generation, Rows::Buckets);
        let slice_base = keys.base(generation, Rows::Slices);
        let mut call = scripts::APPLY.key(keys.pointer(pointer));
        call.key(keys.counts(generation))
            .key(keys.index(generation, Rows::Buckets))
            .key(keys.index(generation, Rows::Slices))
            .arg(&generation.0)
            .arg(&base)
            .arg(&slice_base)
            .arg(self.from.map(position_text).unwrap_or_default())
            .arg(position_text(self.to));
        let text = |number: Option<i64>| number.map(|n| n.to_string()).unwrap_or_default();
        let complete_since = self.aggregates.whole_since;
        let last = self.aggregates.last_event_at;
        let oldest = |retention_ms| last.map(|at| at.minus_millis(retention_ms));
        call.arg(text(complete_since.map(Timestamp::as_micros)))
            .arg(text(complete_since.map(second_at_or_after)))
            .arg(text(last.map(Timestamp::as_micros)))
            .arg(text(oldest(BUCKET_RETENTION_MS).map(second_at_or_after)))
            .arg(text(oldest(FAILURE_RETENTION_MS).map(second_at_or_after)));
        let changed = self.changed_counts();
        call.arg(slices.len()).arg(changed.len());
        add_slices(&mut call, &slice_base, slices);
        for (field, change) in changed {
            call.arg(field).arg(change);
        }
        self.add_buckets(&mut call, &base);
        call
    }

    /// Returns the fields and changes of the counts and the numbers of jobs.
    fn changed_counts(&self) -> Vec<(String, i64)> {
        let counts = self.aggregates.counts.iter();
        let counts = counts.map(|(key, change)| (count_field(key), *change));
        let tally = tally_fields(self.aggregates.tally);
        let tally = tally.map(|(field, change)| (field.to_owned(), change));
        let changed = counts.chain(tally).filter(|(_, change)| *change != 0);
        changed.collect()
    }

    /// Adds one key per second, which the buckets of all job types share.
    fn add_buckets(&self, call: &mut ScriptInvocation<'_>, base: &str) {
        let mut by_second: BTreeMap<i64, Vec<(String, u64)>> = BTreeMap::new();
        for bucket in self.aggregates.buckets.values() {
            let second = second_at_or_after(bucket.key.start);
            let fields = by_second.entry(second).or_default();
            fields.extend(bucket_fields(bucket));
        }
        for (second, fields) in by_second {
            call.key(format!("{base}{second}"));
            call.arg(second).arg(fields.len());
            for (field, count) in fields {
                call.arg(field).arg(count);
            }
        }
    }
}

/// Adds one key per slice of the failures.
fn add_slices(call: &mut ScriptInvocation<'_>, base: &str, slices: &[SliceWrite]) {
    for slice in slices {
        call.key(format!("{base}{}", slice.second));
        call.arg(slice.second)
            .arg(slice.kinds)
            .arg(slice.unlisted)
            .arg(slice.fields.len());
        for (fingerprint, content) in &slice.fields {
            call.arg(fingerprint).arg(content);
        }
    }
}

/// Returns `true` if positions are missing between `from` and the entries after it, or among those. Only retention causes
/// such gaps.
pub(super) fn has_gap(entries: &[LogRecord], from: Position) -> bool {
    let new = entries.iter().filter(|entry| entry.position > from);
    new.zip(from.0 + 1..)
        .any(|(entry, expected)| entry.position.0 != expected)
}

/// Rounds up to a whole second. Buckets start at whole seconds, so a bucket starts before `at` exactly if it starts before
/// this second.
pub(super) fn second_at_or_after(at: Timestamp) -> i64 {
    const SECOND: i64 = 1_000_000;
    let micros = at.as_micros();
    micros.div_euclid(SECOND) + i64::from(micros.rem_euclid(SECOND) != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_rounded_up() {
        let cases = [
            (0, 0),
            (1, 1),
            (999_999, 1),
            (1_000_000, 1),
            (1_000_001, 2),
            (-1, 0),
        ];
        for (micros, second) in cases {
            assert_eq!(second_at_or_after(Timestamp::from_micros(micros)), second);
        }
    }
}
