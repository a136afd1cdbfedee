use std::collections::BTreeMap;

use odd_contracts::JobType;

use crate::type_labels::{MAX_TYPES, TypeLabel};

/// Adds up a figure by label value: the 100 types with the largest figures keep their names, all others are `other`. For
/// figures that are measured as a whole.
pub fn bounded_types(figures: BTreeMap<JobType, u64>) -> BTreeMap<TypeLabel, u64> {
    let mut figures: Vec<_> = figures.into_iter().collect();
    // Types with equal figures keep their order, so that the labels do not change without a reason.
    figures.sort_by_key(|(_, figure)| std::cmp::Reverse(*figure));
    let mut bounded = BTreeMap::new();
    for (rank, (job_type, figure)) in figures.into_iter().enumerate() {
        let label = match rank < MAX_TYPES {
            true => TypeLabel::of(&job_type),
            false => TypeLabel::other(),
        };
        *bounded.entry(label).or_insert(0) += figure;
    }
    bounded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_a_hundred_types_the_smallest_are_other() {
        let name = |n: u64| format!("type-{n}").parse::<JobType>().expect("legal");
        let bounded = bounded_types((0..150).map(|n| (name(n), 1_000 - n)).collect());
        assert_eq!(bounded.len(), MAX_TYPES + 1);
        assert_eq!(bounded[&TypeLabel::of(&name(0))], 1_000);
        let rest: u64 = (100..150).map(|n| 1_000 - n).sum();
        assert_eq!(bounded[&TypeLabel::other()], rest);
    }
}
