//! Prometheus and this crate evaluate expressions to the same values.

use std::collections::BTreeMap;

use odd_promql::{Expression, Labels, SeriesStore};
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::alert_contract::{rules, series};
use crate::prometheus::{Instants, Reference, Values};
use crate::random_expression;
use crate::random_series::{
    DuringGap, LENGTH_MS, Recording, START_MS, Shape, histogram, record, store,
};

/// No sample has a time that ends in 3.
const INSTANTS: Instants = Instants {
    first_ms: START_MS - 60_000 + 3,
    last_ms: START_MS + LENGTH_MS + 400_000,
    step_ms: 61_000,
};

/// Expressions that the random ones contain rarely.
const EXPRESSIONS: [&str; 20] = [
    "time()",
    "1 + 2 * 3",
    "-time() / 7",
    "vector(time()) > bool 5",
    "absent(missing)",
    r#"absent(missing{type="echo",instance=~"1"})"#,
    r#"absent(up{type="echo"})"#,
    r#"rate({__name__="jobs_total",type="echo"}[5m])"#,
    "sum by (__name__) (jobs_total)",
    "histogram_quantile(0.99, rate(seconds_bucket[5m]))",
    r#"histogram_quantile(0.5, seconds_bucket{le!="+Inf"})"#,
    "histogram_quantile(0.9, sum without (le) (seconds_bucket))",
    "sum(rate(jobs_total[5m])) / clamp_min(sum(depth), 1)",
    "max_over_time(depth[1h]) - min_over_time(depth[1h])",
    "jobs_total > on (type) group_left (owner) owner",
    "sum by (type) (increase(jobs_total[10m])) > 20 and on (type) owner",
    "(sum(up == 0) or vector(0)) / count(up)",
    "avg_over_time(up[5m]) < 0.47 unless on (instance) up == 1",
    r#"jobs_total{type="echo"} or on (__name__) depth"#,
    "delta(depth[30m]) == delta(depth[30m])",
];

fn recording(during_gap: DuringGap) -> Recording {
    let mut series = Vec::new();
    for kind in ["echo", "sleep", "fail"] {
        for instance in ["1", "2", "3"] {
            for (name, shape) in [
                ("jobs_total", Shape::Counter),
                ("depth", Shape::Gauge { scale: 1.0 }),
                ("up", Shape::Flag),
            ] {
                let labels = [("__name__", name), ("type", kind), ("instance", instance)];
                series.push((Labels::new(labels), shape));
            }
        }
        let labels = [("__name__", "owner"), ("type", kind), ("owner", &kind[..1])];
        series.push((Labels::new(labels), Shape::Counter));
    }
    let mut recording = record(series, during_gap, 14);
    for (seed, kind) in (0..).zip(["echo", "sleep"]) {
        let labels = Labels::new([("__name__", "seconds_bucket"), ("type", kind)]);
        recording.extend(histogram(&labels, &[0.1, 0.5, 1.0, 5.0], seed));
    }
    recording
}

#[tokio::test]
async fn values_equal_those_of_prometheus() {
    let reference = Reference::start().await;
    let recording = recording(reference.during_gap().await);
    reference.write(&recording).await;
    let store = store(&recording);
    let mut random = StdRng::seed_from_u64(7);
    let generated = std::iter::repeat_with(|| random_expression::vector(&mut random, 3));
    let fixed = EXPRESSIONS.iter().map(ToString::to_string);
    let (mut values, mut failures) = (0, 0);
    for expression in fixed.chain(generated.take(200)) {
        match compare(&reference, &store, &expression).await {
            Some(compared) => values += compared,
            None => failures += 1,
        }
    }
    // Else the comparison would say little.
    assert!(values > 20_000, "only {values} values were compared");
    assert!(failures > 2, "only {failures} expressions failed");
}

#[tokio::test]
async fn values_of_all_alert_rules_equal_those_of_prometheus() {
    let reference = Reference::start().await;
    let recording = record(series(), reference.during_gap().await, 5);
    reference.write(&recording).await;
    let store = store(&recording);
    for rule in rules() {
        let compared = compare(&reference, &store, &rule.expression).await;
        assert!(compared.is_some(), "{} has no result", rule.name);
    }
}

/// Compares all values of an expression. Returns how many there are, or `None` when both evaluations fail.
async fn compare(reference: &Reference, store: &SeriesStore, expression: &str) -> Option<usize> {
    let expected = reference.evaluate(expression, INSTANTS).await;
    let parsed =
        Expression::parse(expression).unwrap_or_else(|error| panic!("{expression}: {error}"));
    let evaluated: Result<Vec<_>, _> = INSTANTS
        .iter()
        .map(|at_ms| Ok((at_ms, parsed.evaluate(store, at_ms)?)))
        .collect();
    match (expected, evaluated) {
        (Ok(expected), Ok(evaluated)) => {
            let mut found: Values = BTreeMap::new();
            for (at_ms, samples) in evaluated {
                for sample in samples {
                    let values = found.entry(sample.labels).or_default();
                    values.insert(at_ms, sample.value);
                }
            }
            Some(assert_equal(expression, &expected, &found))
        }
        (Err(_), Err(odd_promql::EvaluationError::DuplicateLabels(_))) | (Err(_), Err(_)) => None,
        (Ok(_), Err(error)) => panic!("{expression}: only this crate fails: {error}"),
        (Err(error), Ok(_)) => panic!("{expression}: only Prometheus fails: {error}"),
    }
}

fn assert_equal(expression: &str, expected: &Values, found: &Values) -> usize {
    let series = |values: &Values| values.keys().cloned().collect::<Vec<_>>();
    assert_eq!(series(expected), series(found), "{expression}");
    let mut compared = 0;
    for (labels, expected) in expected {
        let found = &found[labels];
        let times = |values: &BTreeMap<i64, f64>| values.keys().copied().collect::<Vec<_>>();
        assert_eq!(times(expected), times(found), "{expression}: {labels}");
        for (at_ms, expected) in expected {
            let found = found[at_ms];
            assert!(
                are_equal(*expected, found),
                "{expression}: {labels} at {at_ms}: Prometheus {expected}, here {found}"
            );
        }
        compared += expected.len();
    }
    compared
}

/// Rounding may differ between versions of Prometheus, which sum with and without compensation.
fn are_equal(one: f64, other: f64) -> bool {
    let tolerance = 1e-9 * one.abs().max(other.abs()).max(1e-3);
    one == other || (one.is_nan() && other.is_nan()) || (one - other).abs() <= tolerance
}
