//! Compares exported metrics with the metric contract.

use std::collections::{BTreeMap, BTreeSet};

use odd_contracts::{Deployment, MetricContract, MetricFamily, MetricKind};

use crate::exposition::{Exported, Sample};

/// Returns how the metrics of a role differ from the contract.
pub(crate) fn violations(
    role: &str,
    deployment: Deployment,
    exported: &BTreeMap<String, Exported>,
) -> Vec<String> {
    let contract = MetricContract::current();
    let mut found: Vec<String> = Vec::new();
    for (name, family) in exported {
        match contract.family(name) {
            Some(expected) => found.extend(differences(role, expected, family)),
            None => found.push(format!("{name} is not in the contract")),
        }
    }
    for family in &contract.families {
        let name = family.name.as_str();
        let is_expected = family.is_exported_by(role) && family.is_exported_in(deployment);
        let is_exported = exported.contains_key(name);
        if is_exported != is_expected {
            found.push(format!(
                "{name}: exported {is_exported}, expected {is_expected}"
            ));
        }
    }
    found
        .into_iter()
        .map(|text| format!("{role}: {text}"))
        .collect()
}

fn differences(role: &str, expected: &MetricFamily, found: &Exported) -> Vec<String> {
    let name = &expected.name;
    let mut differences = Vec::new();
    let mut check = |is_equal: bool, what: &str| {
        if !is_equal {
            differences.push(format!("{name}: {what} of {found:?}"));
        }
    };
    check(found.kind == expected.kind.as_str(), "type");
    check(found.help == format!("{}.", expected.help), "help");
    check(found.unit == expected.unit, "unit");
    check(!found.samples.is_empty(), "no samples");
    for sample in &found.samples {
        check(has_labels(expected, sample), "labels");
        check(
            sample.labels.get("service").is_some_and(|it| it == role),
            "service",
        );
        let suffixes: &[&str] = match expected.kind {
            MetricKind::Counter => &["_total"],
            MetricKind::Gauge => &[""],
            MetricKind::Histogram => &["_bucket", "_sum", "_count"],
        };
        check(suffixes.contains(&sample.suffix.as_str()), "suffix");
    }
    for label in &expected.labels {
        check(is_bounded(label, &found.samples), label);
    }
    if expected.kind == MetricKind::Histogram {
        check(has_buckets(expected, &found.samples), "buckets");
    }
    differences
}

fn has_labels(family: &MetricFamily, sample: &Sample) -> bool {
    let names: BTreeSet<&str> = sample.labels.keys().map(String::as_str).collect();
    let mut expected: BTreeSet<&str> = family.labels.iter().map(String::as_str).collect();
    if sample.suffix == "_bucket" {
        expected.insert("le");
    }
    names == expected
}

/// Checks the values of a label against its list in the contract, or their number against the bound.
fn is_bounded(label: &str, samples: &[Sample]) -> bool {
    let values = samples.iter().filter_map(|sample| sample.labels.get(label));
    let values: BTreeSet<&String> = values.collect();
    let label = &MetricContract::current().labels[label];
    let is_listed = |listed: &Vec<String>| values.iter().all(|value| listed.contains(value));
    label.values.as_ref().is_none_or(is_listed)
        && label.max_values.is_none_or(|most| values.len() <= most)
}

/// The samples of one series of a histogram.
#[derive(Default)]
struct Series {
    bounds: Vec<f64>,
    counts: Vec<f64>,
    totals: Vec<f64>,
}

/// Checks that every series has exactly the buckets of the contract, with growing counts up to the number of observations.
fn has_buckets(family: &MetricFamily, samples: &[Sample]) -> bool {
    let mut by_labels: BTreeMap<BTreeMap<String, String>, Series> = BTreeMap::new();
    for sample in samples {
        let mut labels = sample.labels.clone();
        let bound = labels.remove("le").and_then(|bound| bound.parse().ok());
        let series = by_labels.entry(labels).or_default();
        match sample.suffix.as_str() {
            "_bucket" => {
                series.bounds.push(bound.unwrap_or(f64::NAN));
                series.counts.push(sample.value);
            }
            "_count" => series.totals.push(sample.value),
            _ => {}
        }
    }
    let bounds = family.buckets.iter().copied();
    let bounds: Vec<f64> = bounds.chain([f64::INFINITY]).collect();
    by_labels.values().all(|series| {
        series.bounds == bounds
            && series.counts.is_sorted()
            && series.totals.len() == 1
            && series.counts.last() == series.totals.first()
    })
}
