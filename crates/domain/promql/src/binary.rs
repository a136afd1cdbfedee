use std::collections::{HashMap, HashSet};

use crate::ast::{MatchedLabels, Matching, Operator};
use crate::{EvaluationError, Labels, Sample};

impl Operator {
    /// Returns the value for two operands, or `None` when the comparison filters the sample out. A comparison keeps the
    /// value `kept`.
    fn value(self, left: f64, right: f64, kept: f64) -> Option<f64> {
        match self {
            Self::Arithmetic(arithmetic) => Some(arithmetic.apply(left, right)),
            Self::Filter(comparison) => comparison.holds(left, right).then_some(kept),
            Self::Bool(comparison) => Some(f64::from(comparison.holds(left, right))),
        }
    }

    const fn drops_name(self) -> bool {
        !matches!(self, Self::Filter(_))
    }
}

/// Applies an operator to each sample and a scalar.
pub(crate) fn with_scalar(
    operator: Operator,
    samples: Vec<Sample>,
    scalar: f64,
    scalar_first: bool,
) -> Vec<Sample> {
    let apply = |sample: Sample| {
        let (left, right) = match scalar_first {
            true => (scalar, sample.value),
            false => (sample.value, scalar),
        };
        let value = operator.value(left, right, sample.value)?;
        let labels = match operator.drops_name() {
            true => sample.labels.without_name(),
            false => sample.labels,
        };
        Some(Sample { labels, value })
    };
    samples.into_iter().filter_map(apply).collect()
}

/// Applies an operator to the samples of two vectors that match.
pub(crate) fn join(
    operator: Operator,
    left: &[Sample],
    right: &[Sample],
    matching: &Matching,
) -> Result<Vec<Sample>, EvaluationError> {
    if left.is_empty() || right.is_empty() {
        return Ok(Vec::new());
    }
    let right = by_group(right, &matching.labels)?;
    let mut joined = Vec::new();
    let mut matched: HashSet<Labels> = HashSet::new();
    for sample in left {
        let group = matching.labels.of(&sample.labels);
        let Some(other) = right.get(&group) else {
            continue;
        };
        let Some(value) = operator.value(sample.value, other.value, sample.value) else {
            continue;
        };
        let labels = result_labels(operator, sample, other, matching);
        if matching.group_left.is_none() {
            if !matched.insert(group.clone()) {
                return Err(EvaluationError::ManyToOne(group));
            }
        } else if !matched.insert(labels.clone()) {
            return Err(EvaluationError::DuplicateGroup(labels));
        }
        joined.push(Sample { labels, value });
    }
    Ok(joined)
}

fn by_group<'a>(
    right: &'a [Sample],
    labels: &MatchedLabels,
) -> Result<HashMap<Labels, &'a Sample>, EvaluationError> {
    let mut groups = HashMap::new();
    for sample in right {
        let group = labels.of(&sample.labels);
        if groups.insert(group.clone(), sample).is_some() {
            let side = "right";
            return Err(EvaluationError::ManyToMany { group, side });
        }
    }
    Ok(groups)
}

fn result_labels(operator: Operator, left: &Sample, right: &Sample, matching: &Matching) -> Labels {
    let labels = match operator.drops_name() {
        true => left.labels.without_name(),
        false => left.labels.clone(),
    };
    let Some(copied) = &matching.group_left else {
        return match &matching.labels {
            MatchedLabels::On(names) => labels.only(names),
            MatchedLabels::Ignoring(names) => labels.without(names),
        };
    };
    let copy = |labels: Labels, name: &String| labels.with(name, right.labels.get(name));
    copied.iter().fold(labels, copy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::METRIC_NAME;
    use crate::ast::{Arithmetic, Comparison};

    const DIVIDE: Operator = Operator::Arithmetic(Arithmetic::Divide);
    const LESS: Operator = Operator::Filter(Comparison::Less);

    fn sample(name: &str, labels: &[(&str, &str)], value: f64) -> Sample {
        let name = [(METRIC_NAME, name)];
        Sample {
            labels: Labels::new(name.iter().chain(labels).copied()),
            value,
        }
    }

    fn on(names: &[&str], group_left: Option<&[&str]>) -> Matching {
        let owned = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        Matching {
            labels: MatchedLabels::On(owned(names)),
            group_left: group_left.map(owned),
        }
    }

    #[test]
    fn comparison_with_a_scalar_keeps_the_value_of_the_sample() {
        let samples = || vec![sample("a", &[], 3.0), sample("b", &[], 9.0)];
        let kept = with_scalar(LESS, samples(), 5.0, true);
        assert_eq!(kept, [sample("b", &[], 9.0)]);
        let flags = with_scalar(Operator::Bool(Comparison::Less), samples(), 5.0, false);
        let values: Vec<f64> = flags.iter().map(|sample| sample.value).collect();
        assert_eq!(values, [1.0, 0.0]);
        assert_eq!(flags[0].labels, Labels::empty());
    }

    #[test]
    fn one_to_one_keeps_the_matched_labels() {
        let left = [sample("a", &[("t", "x"), ("i", "1")], 10.0)];
        let right = [sample("b", &[("t", "x"), ("i", "2")], 4.0)];
        let joined = join(DIVIDE, &left, &right, &on(&["t"], None)).expect("joined");
        assert_eq!(joined[0].labels, Labels::new([("t", "x")]));
        assert_eq!(joined[0].value, 2.5);
    }

    #[test]
    fn several_matches_need_group_left() {
        let left = [
            sample("a", &[("t", "x"), ("i", "1")], 1.0),
            sample("a", &[("t", "x"), ("i", "2")], 8.0),
        ];
        let right = [sample("b", &[("t", "x"), ("o", "9")], 4.0)];
        let group = Labels::new([("t", "x")]);
        assert_eq!(
            join(DIVIDE, &left, &right, &on(&["t"], None)),
            Err(EvaluationError::ManyToOne(group.clone()))
        );
        let joined = join(DIVIDE, &left, &right, &on(&["t"], Some(&["o"]))).expect("joined");
        assert_eq!(
            joined[1].labels,
            Labels::new([("t", "x"), ("i", "2"), ("o", "9")])
        );
        let side = "right";
        assert_eq!(
            join(DIVIDE, &right, &left, &on(&["t"], Some(&[]))),
            Err(EvaluationError::ManyToMany { group, side })
        );
        // Only matches that the comparison keeps count.
        let kept = join(LESS, &left, &right, &on(&["t"], None)).expect("one is kept");
        assert_eq!(kept.len(), 1);
    }

    #[test]
    fn copied_label_that_is_missing_is_removed() {
        let left = [sample("a", &[("t", "x"), ("o", "1")], 1.0)];
        let right = [sample("b", &[("t", "x")], 4.0)];
        let joined = join(DIVIDE, &left, &right, &on(&["t"], Some(&["o"]))).expect("joined");
        assert_eq!(joined[0].labels, Labels::new([("t", "x")]));
    }
}
