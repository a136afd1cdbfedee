use std::collections::BTreeSet;

use odd_contracts::json_pointer;
use semver::Version;
use serde_json::Value;

use super::change::{Difference, Effect};
use super::compare::Comparison;
use super::view::Located;
use super::{Change, CompatReport, SchemaReport, annotations};
use crate::references::References;
use crate::{Bump, ContractSet, parse_version};

/// Compares every schema of `head` with its version in `base`.
pub fn compat(base: &ContractSet, head: &ContractSet) -> CompatReport {
    let mut comparison = Comparison::new(base, head);
    let names: BTreeSet<&str> = [base, head]
        .into_iter()
        .flat_map(|set| set.schemas().map(|(name, _)| name))
        .collect();
    let schemas = names
        .into_iter()
        .map(|name| match (base.schema(name), head.schema(name)) {
            (Some(before), Some(after)) => changed(&mut comparison, name, before, after, head),
            (None, Some(after)) => added(name, after),
            _ => removed(name, base.schema(name)),
        })
        .filter(|report| {
            !report.changes.is_empty()
                || !report.failures.is_empty()
                || report.base_version != report.head_version
        })
        .collect();
    CompatReport { schemas }
}

fn changed<'a>(
    comparison: &mut Comparison<'a>,
    name: &str,
    before: &'a Value,
    after: &'a Value,
    head: &ContractSet,
) -> SchemaReport {
    let mut report = SchemaReport {
        schema: name.to_owned(),
        base_version: version_of(before),
        head_version: version_of(after),
        required_bump: None,
        actual_bump: None,
        changes: changes(comparison, name, before, after),
        failures: Vec::new(),
    };
    report.required_bump = report.changes.iter().map(|change| change.level).max();
    if before["$id"] != after["$id"] {
        report
            .failures
            .push("its $id changed; it must stay".to_owned());
    }
    assess(&mut report, head);
    report
}

fn changes<'a>(
    comparison: &mut Comparison<'a>,
    name: &str,
    before: &'a Value,
    after: &'a Value,
) -> Vec<Change> {
    let path = format!("schemas/{name}.json");
    let located = |set: &References<'a>, schema| Located {
        path: set.path_of(&path),
        schema,
    };
    let base = located(&comparison.base, before);
    let head = located(&comparison.head, after);
    let mut differences = comparison.compare(&[base], &[head]);
    compare_definitions(comparison, base, head, &mut differences);
    if before["$schema"] != after["$schema"] {
        let message = "the dialect changed";
        differences.push(Difference::new(Effect::Replaces, "/$schema", message));
    }
    let mut changes: Vec<Change> = differences.into_iter().map(Change::from).collect();
    changes.extend(annotations::compare(before, after));
    if changes.is_empty() && without_version(before) != without_version(after) {
        changes.push(Change {
            level: Bump::Patch,
            pointer: String::new(),
            message: "written differently, with the same meaning".to_owned(),
        });
    }
    changes.sort_by(|a, b| b.level.cmp(&a.level).then_with(|| a.cmp(b)));
    changes.dedup();
    changes
}

/// Compares the definitions, which other schemas may refer to even if this one does not use them.
fn compare_definitions<'a>(
    comparison: &mut Comparison<'a>,
    base: Located<'a>,
    head: Located<'a>,
    found: &mut Vec<Difference>,
) {
    let named = |from: Located<'a>| from.schema.get("$defs").and_then(Value::as_object);
    let (before, after) = (named(base), named(head));
    let names: BTreeSet<&String> = [before, after]
        .into_iter()
        .flatten()
        .flat_map(|definitions| definitions.keys())
        .collect();
    for name in names {
        let at = json_pointer::child("/$defs", name);
        let of = |from: Located<'a>, definitions: Option<&'a serde_json::Map<String, Value>>| {
            definitions
                .and_then(|all| all.get(name))
                .map(|schema| Located {
                    path: from.path,
                    schema,
                })
        };
        match (of(base, before), of(head, after)) {
            (Some(before), Some(after)) => {
                let differences = comparison.compare(&[before], &[after]);
                found.extend(differences.into_iter().map(|one| one.under(&at)));
            }
            (Some(_), None) => {
                found.push(Difference::new(Effect::Narrows, at, "definition removed"));
            }
            (None, _) => found.push(Difference::new(Effect::Widens, at, "definition added")),
        }
    }
}

fn assess(report: &mut SchemaReport, head: &ContractSet) {
    let (Some(before), Some(after)) = (&report.base_version, &report.head_version) else {
        report
            .failures
            .push("its $version is missing or not a version".to_owned());
        return;
    };
    report.actual_bump = Bump::between(before, after);
    if after < before {
        let message = format!("its $version was lowered from {before} to {after}");
        report.failures.push(message);
        return;
    }
    if let Some(required) = report.required_bump
        && report.actual_bump < Some(required)
    {
        report.failures.push(format!(
            "the changes are {required}: $version must rise from {before} to {}, and is {after}",
            required.raise(before)
        ));
    }
    let note = format!("migrations/{}-{}.md", report.schema, after.major);
    let is_major = report.actual_bump == Some(Bump::Major);
    if is_major && head.text(&note).is_none_or(|text| text.trim().is_empty()) {
        report
            .failures
            .push(format!("the migration note {note} is missing"));
    }
}

fn added(name: &str, after: &Value) -> SchemaReport {
    SchemaReport {
        schema: name.to_owned(),
        base_version: None,
        head_version: version_of(after),
        required_bump: None,
        actual_bump: None,
        changes: vec![Change {
            level: Bump::Minor,
            pointer: String::new(),
            message: "schema added".to_owned(),
        }],
        failures: Vec::new(),
    }
}

fn removed(name: &str, before: Option<&Value>) -> SchemaReport {
    SchemaReport {
        schema: name.to_owned(),
        base_version: before.and_then(version_of),
        head_version: None,
        required_bump: Some(Bump::Major),
        actual_bump: None,
        changes: vec![Change {
            level: Bump::Major,
            pointer: String::new(),
            message: "schema removed".to_owned(),
        }],
        failures: vec!["it was removed; schemas are never removed".to_owned()],
    }
}

fn version_of(schema: &Value) -> Option<Version> {
    parse_version(schema["$version"].as_str()?).ok()
}

fn without_version(schema: &Value) -> Value {
    let mut copy = schema.clone();
    if let Some(fields) = copy.as_object_mut() {
        fields.remove("$version");
    }
    copy
}
