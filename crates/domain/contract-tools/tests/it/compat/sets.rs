use odd_contract_tools::compat::{CompatReport, compat};
use serde_json::{Value, json};

use super::*;
use Bump::{Major, Minor};

#[test]
fn a_change_counts_for_every_schema_that_refers_to_it() {
    let common =
        |longest: u32| json!({"$defs": {"name": {"type": "string", "maxLength": longest}}});
    let direct = json!({"properties": {"n": {"$ref": "common.json#/$defs/name"}}});
    let indirect = json!({"items": {"$ref": "https://odd-dashboard.dev/contracts/direct.json"}});
    let schemas = |longest, version: &'static str| {
        set(&[
            ("common", version, common(longest)),
            ("direct", version, direct.clone()),
            ("deep/indirect", version, indirect.clone()),
            ("unrelated", "1.0.0", json!({"type": "string"})),
        ])
    };
    let report = compat(&schemas(5, "1.0.0"), &schemas(4, "1.0.0"));
    let found: Vec<_> = report
        .schemas
        .iter()
        .map(|one| {
            (
                one.schema.as_str(),
                one.required_bump,
                one.changes[0].pointer.as_str(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("common", Some(Major), "/$defs/name/maxLength"),
            (
                "deep/indirect",
                Some(Major),
                "/items/properties/n/maxLength"
            ),
            ("direct", Some(Major), "/properties/n/maxLength"),
        ]
    );
    let relaxed = compat(&schemas(4, "1.0.0"), &schemas(5, "1.1.0"));
    assert!(relaxed.is_compatible(), "{relaxed:?}");
    assert_eq!(relaxed.schemas.len(), 3);
}

/// The report of a change between two versions, with or without a migration note.
fn compared(
    before: &Value,
    after: &Value,
    versions: (&str, &str),
    note: Option<&str>,
) -> SchemaReport {
    let base = set(&[("x", versions.0, before.clone())]);
    let head = set(&[("x", versions.1, after.clone())]);
    let mut files: Vec<_> = head
        .documents()
        .map(|(path, document)| (path.to_owned(), document.to_string().into_bytes()))
        .collect();
    files.extend(note.map(|text| ("migrations/x-2.md".to_owned(), text.into())));
    only(&compat(&base, &ContractSet::from_files(files))).clone()
}

#[test]
fn the_version_must_rise_as_far_as_the_changes_need() {
    let string = json!({"type": "string"});
    let narrow = json!({"type": "string", "maxLength": 3});
    let titled = json!({"type": "string", "title": "t"});
    let note = Some("# How to move\n");
    for (before, after, versions, note, ok) in [
        (&string, &titled, ("1.0.0", "1.0.0"), None, false),
        (&string, &titled, ("1.0.0", "1.0.1"), None, true),
        (&string, &titled, ("1.0.0", "1.1.0"), None, true),
        (&narrow, &string, ("1.0.0", "1.0.1"), None, false),
        (&narrow, &string, ("1.0.9", "1.1.0"), None, true),
        (&string, &narrow, ("1.0.0", "1.1.0"), note, false),
        (&string, &narrow, ("1.9.9", "2.0.0"), note, true),
        (&string, &narrow, ("1.0.0", "2.0.0"), None, false),
        (&string, &narrow, ("1.0.0", "2.0.0"), Some("\n"), false),
        (&string, &narrow, ("1.0.0", "3.0.0"), note, false),
        (&string, &titled, ("1.1.0", "1.0.0"), None, false),
    ] {
        let report = compared(before, after, versions, note);
        assert_eq!(
            report.failures.is_empty(),
            ok,
            "{versions:?} {note:?}: {report:?}"
        );
    }
}

#[test]
fn failures_name_the_fix() {
    let string = json!({"type": "string"});
    let narrow = json!({"type": "string", "maxLength": 3});
    let report = compared(&string, &narrow, ("1.0.0", "1.1.0"), None);
    assert_eq!(
        report.failures,
        ["the changes are MAJOR: $version must rise from 1.0.0 to 2.0.0, and is 1.1.0"]
    );
    let report = compared(&string, &narrow, ("1.0.0", "2.0.0"), None);
    assert_eq!(
        report.failures,
        ["the migration note migrations/x-2.md is missing"]
    );
}

#[test]
fn schemas_can_be_added_but_not_removed() {
    let one = set(&[("x", "1.0.0", json!({"type": "string"}))]);
    let two = set(&[
        ("x", "1.0.0", json!({"type": "string"})),
        ("y", "1.0.0", json!(true_schema())),
    ]);
    let grown = compat(&one, &two);
    assert_eq!(only(&grown).schema, "y");
    assert!(grown.is_compatible());
    let shrunk = compat(&two, &one);
    assert_eq!(only(&shrunk).required_bump, Some(Major));
    assert!(!shrunk.is_compatible());
    assert_eq!(compat(&one, &one), CompatReport::default());
}

fn true_schema() -> Value {
    json!({})
}

#[test]
fn an_id_is_stable() {
    let base = set(&[("x", "1.0.0", json!({}))]);
    let moved = json!({"$id": "https://example.org/x.json", "$version": "2.0.0"});
    let head = ContractSet::from_files([
        ("schemas/x.json".to_owned(), moved.to_string().into_bytes()),
        ("migrations/x-2.md".to_owned(), b"moved".to_vec()),
    ]);
    assert_eq!(
        only(&compat(&base, &head)).failures,
        ["its $id changed; it must stay"]
    );
}

#[test]
fn removing_a_definition_is_major() {
    let before = json!({"$defs": {"a": {"type": "string"}, "b": {"type": "string"}}});
    let after = json!({"$defs": {"a": {"type": "string"}}});
    assert_eq!(bump(&before, &after), Some(Major));
    assert_eq!(bump(&after, &before), Some(Minor));
}

#[test]
fn schemas_that_refer_to_themselves_are_compared() {
    let tree = |longest: u32| {
        json!({
            "type": "object",
            "properties": {"name": {"type": "string", "maxLength": longest}, "children": {"items": {"$ref": "#"}}},
        })
    };
    assert_eq!(bump(&tree(3), &tree(2)), Some(Major));
    assert_eq!(bump(&tree(2), &tree(3)), Some(Minor));
    assert_eq!(bump(&tree(2), &tree(2)), None);
}
