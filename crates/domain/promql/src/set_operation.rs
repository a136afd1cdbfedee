use std::collections::HashSet;

use crate::ast::{MatchedLabels, SetOperation};
use crate::{Labels, Sample};

/// Combines two vectors by the presence of matching samples. Values are not compared.
pub(crate) fn apply(
    operation: SetOperation,
    left: Vec<Sample>,
    right: Vec<Sample>,
    matched: &MatchedLabels,
) -> Vec<Sample> {
    let groups = |samples: &[Sample]| -> HashSet<Labels> {
        let samples = samples.iter();
        samples.map(|sample| matched.of(&sample.labels)).collect()
    };
    let keep = |samples: Vec<Sample>, groups: &HashSet<Labels>, present: bool| {
        let samples = samples.into_iter();
        samples
            .filter(|sample| groups.contains(&matched.of(&sample.labels)) == present)
            .collect::<Vec<_>>()
    };
    match operation {
        SetOperation::And => keep(left, &groups(&right), true),
        SetOperation::Unless => keep(left, &groups(&right), false),
        SetOperation::Or => {
            let added = keep(right, &groups(&left), false);
            left.into_iter().chain(added).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(name: &str, label: &str, value: f64) -> Sample {
        Sample {
            labels: Labels::new([("__name__", name), ("l", label), (name, "x")]),
            value,
        }
    }

    #[test]
    fn samples_are_combined_by_the_matched_labels() {
        let left = || vec![sample("a", "1", 1.0), sample("a", "2", 2.0)];
        let right = || vec![sample("b", "2", 20.0), sample("b", "3", 30.0)];
        let on = MatchedLabels::On(vec!["l".into()]);
        for (operation, expected) in [
            (SetOperation::And, &[2.0][..]),
            (SetOperation::Unless, &[1.0]),
            (SetOperation::Or, &[1.0, 2.0, 30.0]),
        ] {
            let values = apply(operation, left(), right(), &on);
            let values: Vec<f64> = values.iter().map(|sample| sample.value).collect();
            assert_eq!(values, expected, "{operation:?}");
        }
    }

    #[test]
    fn the_name_of_the_metric_is_ignored() {
        let ignoring = MatchedLabels::Ignoring(vec!["a".into(), "b".into()]);
        let (left, right) = (vec![sample("a", "1", 1.0)], vec![sample("b", "1", 2.0)]);
        let matching = apply(SetOperation::And, left.clone(), right.clone(), &ignoring);
        assert_eq!(matching, left);
        let all = MatchedLabels::Ignoring(vec![]);
        assert_eq!(apply(SetOperation::And, left, right, &all), []);
    }
}
