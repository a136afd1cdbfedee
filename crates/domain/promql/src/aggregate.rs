use std::collections::BTreeMap;

use crate::ast::{Aggregation, Grouping};
use crate::compensated_sum::{CompensatedSum, mean};
use crate::over_time::{larger, smaller};
use crate::{Labels, Sample};

/// Combines the samples of each group into one.
pub(crate) fn apply(
    aggregation: Aggregation,
    grouping: &Grouping,
    samples: Vec<Sample>,
) -> Vec<Sample> {
    let mut groups: BTreeMap<Labels, Vec<f64>> = BTreeMap::new();
    for sample in samples {
        let labels = match grouping {
            Grouping::By(names) => sample.labels.only(names),
            Grouping::Without(names) => sample.labels.without_name().without(names),
        };
        groups.entry(labels).or_default().push(sample.value);
    }
    groups
        .into_iter()
        .map(|(labels, values)| Sample {
            labels,
            value: combine(aggregation, &values),
        })
        .collect()
}

/// Combines the values of a group, which has at least one.
fn combine(aggregation: Aggregation, values: &[f64]) -> f64 {
    let all = values.iter().copied();
    match aggregation {
        Aggregation::Sum => CompensatedSum::of(all).value(),
        Aggregation::Max => all.fold(f64::NAN, larger),
        Aggregation::Min => all.fold(f64::NAN, smaller),
        Aggregation::Average => mean(values),
        Aggregation::Count => values.len() as f64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples() -> Vec<Sample> {
        let sample = |name: &str, service: &str, instance: &str, value| Sample {
            labels: Labels::new([
                ("__name__", name),
                ("service", service),
                ("instance", instance),
            ]),
            value,
        };
        vec![
            sample("a", "gateway", "1", 1.0),
            sample("b", "gateway", "2", 4.0),
            sample("a", "processor", "1", f64::NAN),
            sample("a", "processor", "2", 7.0),
        ]
    }

    #[test]
    fn groups_are_combined() {
        let by = Grouping::By(vec!["service".into()]);
        for (aggregation, gateway, processor) in [
            (Aggregation::Sum, 5.0, f64::NAN),
            (Aggregation::Max, 4.0, 7.0),
            (Aggregation::Min, 1.0, 7.0),
            (Aggregation::Average, 2.5, f64::NAN),
            (Aggregation::Count, 2.0, 2.0),
        ] {
            let combined = apply(aggregation, &by, samples());
            assert_eq!(combined[0].labels, Labels::new([("service", "gateway")]));
            assert_eq!(combined[0].value, gateway, "{aggregation:?}");
            let second = combined[1].value;
            assert!(
                second == processor || (second.is_nan() && processor.is_nan()),
                "{aggregation:?}: {second}"
            );
        }
    }

    #[test]
    fn names_of_metrics_are_kept_only_when_grouped_by() {
        let without = Grouping::Without(vec!["instance".into()]);
        assert_eq!(apply(Aggregation::Count, &without, samples()).len(), 2);
        let by = Grouping::By(vec!["__name__".into()]);
        let combined = apply(Aggregation::Count, &by, samples());
        assert_eq!(combined[0].labels, Labels::new([("__name__", "a")]));
        assert_eq!((combined[0].value, combined[1].value), (3.0, 1.0));
    }

    #[test]
    fn nothing_is_combined_to_nothing() {
        let all = Grouping::By(vec![]);
        assert_eq!(apply(Aggregation::Count, &all, vec![]), []);
    }
}
