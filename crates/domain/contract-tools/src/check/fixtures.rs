use std::collections::{BTreeMap, BTreeSet};

use odd_contracts::schema::{Schema, Schemas};
use serde_json::Value;

use super::round_trip::round_trip;
use super::{Report, Rule};
use crate::ContractSet;

const MIN_GOLDEN: usize = 3;
const MIN_NEGATIVE: usize = 5;

/// Checks that golden fixtures are accepted and negative ones are rejected. `fixtures/golden/<schema>/<case>.json` is an
/// instance, `fixtures/negative/<schema>/<case>.json` is `{"pointer": …, "instance": …}`.
pub(super) fn check(set: &ContractSet, report: &mut Report) {
    let schemas = match Schemas::of(set.schemas()) {
        Ok(schemas) => schemas,
        Err(error) => {
            report.add(
                Rule::Syntax,
                "schemas",
                format!("cannot be compiled: {error}"),
            );
            return;
        }
    };
    let mut golden: BTreeMap<&str, usize> = BTreeMap::new();
    let mut negative: BTreeMap<&str, usize> = BTreeMap::new();
    for (path, fixture) in set.documents() {
        let Some((kind, name)) = classified(path) else {
            continue;
        };
        let Some(schema) = schemas.get(name) else {
            report.add(Rule::Fixture, path, format!("there is no schema {name}"));
            continue;
        };
        match kind {
            Kind::Golden => {
                *golden.entry(name).or_default() += 1;
                check_golden(path, name, schema, fixture, report);
            }
            Kind::Negative => {
                *negative.entry(name).or_default() += 1;
                check_negative(path, schema, fixture, report);
            }
        }
    }
    report.counts.golden = golden.values().sum();
    report.counts.negative = negative.values().sum();
    for (name, _) in set.schemas().filter(|(_, schema)| describes_values(schema)) {
        require(name, "golden", golden.get(name), MIN_GOLDEN, report);
        require(name, "negative", negative.get(name), MIN_NEGATIVE, report);
    }
}

fn require(name: &str, kind: &str, found: Option<&usize>, least: usize, report: &mut Report) {
    let found = found.copied().unwrap_or(0);
    if found < least {
        let path = format!("fixtures/{kind}/{name}");
        let message = format!("has {found} fixtures; at least {least} are required");
        report.add(Rule::Coverage, &path, message);
    }
}

/// Returns `true` if the schema restricts values, and does not only contain definitions for other schemas.
fn describes_values(schema: &Value) -> bool {
    const ASSERTIONS: [&str; 7] = ["type", "$ref", "enum", "const", "allOf", "anyOf", "oneOf"];
    ASSERTIONS.iter().any(|name| schema.get(name).is_some())
}

fn check_golden(path: &str, name: &str, schema: &Schema, fixture: &Value, report: &mut Report) {
    if let Err(errors) = schema.validate(fixture) {
        let first = &errors[0];
        let message = format!("is rejected: {} {}", first.pointer, first.message);
        report.add(Rule::Fixture, path, message);
        return;
    }
    if let Some(Err(difference)) = round_trip(name, fixture) {
        report.add(Rule::RoundTrip, path, difference);
    }
}

fn check_negative(path: &str, schema: &Schema, fixture: &Value, report: &mut Report) {
    let (Some(expected), Some(instance)) = (fixture["pointer"].as_str(), fixture.get("instance"))
    else {
        let message = "must be an object with pointer and instance";
        report.add(Rule::Fixture, path, message);
        return;
    };
    match schema.validate(instance) {
        Ok(()) => report.add(Rule::Fixture, path, "is accepted, but must be rejected"),
        Err(errors) => {
            let found: BTreeSet<_> = errors.iter().map(|error| error.pointer.as_str()).collect();
            if found != BTreeSet::from([expected]) {
                let message = format!("is rejected at {found:?} instead of {expected:?} alone");
                report.add(Rule::Fixture, path, message);
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Golden,
    Negative,
}

/// Returns the kind of fixture and the schema that a path names.
fn classified(path: &str) -> Option<(Kind, &str)> {
    let (kind, rest) = match path.strip_prefix("fixtures/golden/") {
        Some(rest) => (Kind::Golden, rest),
        None => (Kind::Negative, path.strip_prefix("fixtures/negative/")?),
    };
    rest.rsplit_once('/').map(|(name, _)| (kind, name))
}
