//! The bump rules, one table row per kind of change; every row is read in both directions.

mod directions;
mod real_contracts;
mod sets;
mod single_changes;

use odd_contract_tools::compat::{CompatReport, SchemaReport, compat};
use odd_contract_tools::{Bump, ContractSet};
use serde_json::{Value, json};

/// Returns a contract set of schemas at a version.
pub(super) fn set(schemas: &[(&str, &str, Value)]) -> ContractSet {
    ContractSet::from_files(schemas.iter().map(|(name, version, body)| {
        let mut document = body.clone();
        document["$id"] = json!(format!("https://odd-dashboard.dev/contracts/{name}.json"));
        document["$version"] = json!(version);
        (
            format!("schemas/{name}.json"),
            document.to_string().into_bytes(),
        )
    }))
}

/// Returns the bump that changing `before` into `after` needs.
pub(super) fn bump(before: &Value, after: &Value) -> Option<Bump> {
    let base = set(&[("x", "1.0.0", before.clone())]);
    let head = set(&[("x", "1.0.0", after.clone())]);
    let report = compat(&base, &head);
    report.schemas.first().and_then(|one| one.required_bump)
}

/// Returns ways to put a schema inside another one: the rules hold at any depth.
fn nestings(schema: &Value) -> Vec<(&'static str, Value)> {
    let other = json!({"type": "null", "title": "other"});
    vec![
        ("itself", schema.clone()),
        (
            "a field",
            json!({"type": "object", "properties": {"m": schema}}),
        ),
        ("items", json!({"type": "array", "items": schema})),
        ("prefixItems", json!({"prefixItems": [schema]})),
        (
            "additionalProperties",
            json!({"type": "object", "additionalProperties": schema}),
        ),
        (
            "patternProperties",
            json!({"patternProperties": {"^x-": schema}}),
        ),
        ("allOf", json!({"allOf": [{"title": "first"}, schema]})),
        ("oneOf", json!({"oneOf": [other, schema]})),
        ("anyOf", json!({"anyOf": [schema, other]})),
        ("then", json!({"if": {"required": ["a"]}, "then": schema})),
        ("else", json!({"if": {"required": ["a"]}, "else": schema})),
        (
            "dependentSchemas",
            json!({"dependentSchemas": {"a": schema}}),
        ),
        (
            "a reference",
            json!({"$ref": "#/$defs/d", "$defs": {"d": schema}}),
        ),
        (
            "a recursive schema",
            json!({
                "properties": {"m": schema, "children": {"type": "array", "items": {"$ref": "#"}}},
            }),
        ),
        (
            "two levels",
            json!({
                "properties": {"a": {"items": {"oneOf": [{"allOf": [schema]}, {"const": 1}]}}},
            }),
        ),
    ]
}

#[track_caller]
pub(super) fn assert_bump(before: &Value, after: &Value, expected: Option<Bump>) {
    let before = nestings(before);
    let after = nestings(after);
    for ((nesting, before), (_, after)) in before.iter().zip(&after) {
        let found = bump(before, after);
        assert_eq!(found, expected, "in {nesting}:\n{before}\n{after}");
    }
}

pub(super) fn only(report: &CompatReport) -> &SchemaReport {
    assert_eq!(report.schemas.len(), 1, "{report:?}");
    &report.schemas[0]
}
