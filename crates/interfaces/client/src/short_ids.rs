use std::collections::{BTreeSet, HashMap};

use odd_contracts::JobId;

use crate::job_ref::SEPARATOR;

/// Digits of a short id before its separator.
const PREFIX: usize = 8;

/// Digits of a short id after its separator, unless other ids need more.
const SUFFIX: usize = 4;

/// Digits of an id.
const DIGITS: usize = 32;

/// Returns the short form of an id: its first eight and its last four digits, as in `0192f0c1~7c11`.
pub fn short_id(id: JobId) -> String {
    with_suffix(&id.0.simple().to_string(), SUFFIX)
}

/// The short forms of the ids in one table. Ids whose short forms would be equal have longer ones.
///
/// Every command accepts these forms instead of the id.
#[derive(Debug, Clone, Default)]
pub struct ShortIds {
    /// The ids whose short form is longer than usual, and the length of its last part.
    longer: HashMap<JobId, usize>,
}

impl ShortIds {
    /// Finds short forms that are different from each other. Equal ids have equal forms.
    pub fn of(ids: impl IntoIterator<Item = JobId>) -> Self {
        let mut groups: HashMap<String, BTreeSet<JobId>> = HashMap::new();
        for id in ids {
            groups.entry(short_id(id)).or_default().insert(id);
        }
        let ambiguous = groups.into_values().filter(|group| group.len() > 1);
        let longer = ambiguous.flat_map(|group| {
            let length = distinct_suffix(&group);
            group.into_iter().map(move |id| (id, length))
        });
        Self {
            longer: longer.collect(),
        }
    }

    /// Returns the short form of an id.
    pub fn text(&self, id: JobId) -> String {
        let suffix = self.longer.get(&id).copied().unwrap_or(SUFFIX);
        with_suffix(&id.0.simple().to_string(), suffix)
    }
}

/// Returns the length of the shortest suffixes that are all different. Ids with the same first digits differ in the others.
fn distinct_suffix(group: &BTreeSet<JobId>) -> usize {
    let digits: Vec<String> = group.iter().map(|id| id.0.simple().to_string()).collect();
    let are_distinct = |length: &usize| {
        let suffixes: BTreeSet<&str> = digits.iter().map(|id| &id[DIGITS - length..]).collect();
        suffixes.len() == digits.len()
    };
    (SUFFIX..DIGITS - PREFIX)
        .find(are_distinct)
        .unwrap_or(DIGITS - PREFIX)
}

fn with_suffix(digits: &str, suffix: usize) -> String {
    format!(
        "{}{SEPARATOR}{}",
        &digits[..PREFIX],
        &digits[DIGITS - suffix..]
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::JobRef;

    fn id(text: &str) -> JobId {
        text.parse().expect("an id")
    }

    #[test]
    fn short_id_has_the_first_eight_and_the_last_four_digits() {
        let id = id("0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11");
        assert_eq!(short_id(id), "0192f0c1~7c11");
        assert_eq!(ShortIds::of([id, id]).text(id), "0192f0c1~7c11");
    }

    #[test]
    fn ids_of_one_table_have_different_short_forms() {
        let ids = [
            id("0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11"),
            id("0192f0c1-2f3c-7a51-b6a1-3f1f5a0d7c11"),
            id("0192f0c1-ffff-7a51-b6a1-3f1f5a0c7c12"),
            id("0192f0c1-0000-0000-0000-000000000000"),
            id("0192f0c1-1000-0000-0000-000000000000"),
        ];
        let short = ShortIds::of(ids);
        let texts = ids.map(|id| short.text(id));
        assert_eq!(texts[0], "0192f0c1~c7c11");
        assert_eq!(texts[2], "0192f0c1~7c12");
        assert_eq!(texts[3], "0192f0c1~000000000000000000000000");
        for (id, text) in ids.iter().zip(&texts) {
            let reference: JobRef = text.parse().expect("a reference");
            let matching: Vec<_> = ids
                .iter()
                .filter(|other| reference.matches(**other))
                .collect();
            assert_eq!(matching, [id], "{text}");
        }
    }
}
