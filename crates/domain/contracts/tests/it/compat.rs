//! The bump rules, one table row per kind of change; every row is read in both directions.

use odd_contracts::compat::{CompatReport, SchemaReport, compat};
use odd_contracts::{Bump, ContractSet};
use serde_json::{Value, json};

use Bump::{Major, Minor, Patch};

/// A contract set of schemas at a version.
fn set(schemas: &[(&str, &str, Value)]) -> ContractSet {
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

/// What changing `before` into `after` asks for.
fn bump(before: &Value, after: &Value) -> Option<Bump> {
    let base = set(&[("x", "1.0.0", before.clone())]);
    let head = set(&[("x", "1.0.0", after.clone())]);
    let report = compat(&base, &head);
    report.schemas.first().and_then(|one| one.required_bump)
}

/// Ways to put a schema inside another one: the rules hold at any depth.
fn nestings(schema: &Value) -> Vec<(&'static str, Value)> {
    let other = json!({"type": "null", "title": "other"});
    vec![
        ("itself", schema.clone()),
        (
            "a member",
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
fn assert_bump(before: &Value, after: &Value, expected: Option<Bump>) {
    let before = nestings(before);
    let after = nestings(after);
    for ((nesting, before), (_, after)) in before.iter().zip(&after) {
        let found = bump(before, after);
        assert_eq!(found, expected, "in {nesting}:\n{before}\n{after}");
    }
}

/// Each row: a schema, a tighter one, and what it takes to go from the first to the second and back.
#[test]
fn narrowing_is_major_and_widening_is_minor() {
    let object = |body: Value| {
        let mut schema = json!({"type": "object", "properties": {"a": {"type": "string"}}});
        for (name, value) in body.as_object().expect("an object") {
            schema[name] = value.clone();
        }
        schema
    };
    let string = |name: &str, value: Value| json!({"type": "string", (name): value});
    let number = |name: &str, value: Value| json!({"type": "number", (name): value});
    let array = |name: &str, value: Value| json!({"type": "array", (name): value});
    let rows = [
        (json!({"enum": ["a", "b"]}), json!({"enum": ["a"]})),
        (
            json!({"type": "string"}),
            json!({"type": "string", "enum": ["a"]}),
        ),
        (json!({"type": "string"}), json!({"const": "a"})),
        (json!({"enum": ["a", "b"]}), json!({"const": "a"})),
        (
            json!({"type": ["string", "null"]}),
            json!({"type": "string"}),
        ),
        (json!({"type": "number"}), json!({"type": "integer"})),
        (
            json!({"title": "any"}),
            json!({"title": "any", "type": "string"}),
        ),
        (number("minimum", json!(1)), number("minimum", json!(2))),
        (number("title", json!("n")), number("minimum", json!(2))),
        (number("maximum", json!(2)), number("maximum", json!(1))),
        (number("title", json!("n")), number("maximum", json!(2))),
        (
            number("minimum", json!(1)),
            number("exclusiveMinimum", json!(1)),
        ),
        (
            number("maximum", json!(1)),
            number("exclusiveMaximum", json!(1)),
        ),
        (
            number("exclusiveMinimum", json!(1)),
            number("exclusiveMinimum", json!(1.5)),
        ),
        (number("title", json!("n")), number("multipleOf", json!(2))),
        (
            number("multipleOf", json!(2)),
            number("multipleOf", json!(4)),
        ),
        (string("minLength", json!(1)), string("minLength", json!(2))),
        (string("title", json!("s")), string("minLength", json!(1))),
        (string("maxLength", json!(2)), string("maxLength", json!(1))),
        (string("title", json!("s")), string("maxLength", json!(2))),
        (string("title", json!("s")), string("pattern", json!("^a"))),
        (string("title", json!("s")), string("format", json!("uuid"))),
        (array("minItems", json!(1)), array("minItems", json!(2))),
        (array("maxItems", json!(2)), array("maxItems", json!(1))),
        (
            array("title", json!("l")),
            array("uniqueItems", json!(true)),
        ),
        (
            array("uniqueItems", json!(false)),
            array("uniqueItems", json!(true)),
        ),
        (
            array("title", json!("l")),
            array("contains", json!({"const": 1})),
        ),
        (
            array("title", json!("l")),
            array("items", json!({"type": "string"})),
        ),
        (array("items", json!(true)), array("items", json!(false))),
        (
            array("prefixItems", json!([{"type": "number"}])),
            array("prefixItems", json!([{"type": "integer"}])),
        ),
        (
            object(json!({"title": "o"})),
            object(json!({"required": ["a"]})),
        ),
        (
            object(json!({"required": ["a"]})),
            object(json!({"required": ["a", "b"]})),
        ),
        (
            object(json!({"title": "o"})),
            object(json!({"additionalProperties": false})),
        ),
        (
            object(json!({"additionalProperties": true})),
            object(json!({"additionalProperties": {"type": "string"}})),
        ),
        (
            object(json!({"additionalProperties": {"type": "string"}})),
            object(json!({"additionalProperties": false})),
        ),
        (
            object(json!({"title": "o"})),
            object(json!({"unevaluatedProperties": false})),
        ),
        (
            object(json!({"minProperties": 1})),
            object(json!({"minProperties": 2})),
        ),
        (
            object(json!({"title": "o"})),
            object(json!({"maxProperties": 2})),
        ),
        (
            object(json!({"title": "o"})),
            object(json!({"propertyNames": {"maxLength": 3}})),
        ),
        (
            object(json!({"title": "o"})),
            object(json!({"dependentRequired": {"a": ["b"]}})),
        ),
        (
            object(json!({"title": "o"})),
            object(json!({"dependentSchemas": {"a": {"required": ["b"]}}})),
        ),
        (
            object(json!({"title": "o"})),
            object(json!({"not": {"required": ["b"]}})),
        ),
        (
            object(json!({"not": {"required": ["b", "c"]}})),
            object(json!({"not": {"required": ["b"]}})),
        ),
        (
            object(json!({"title": "o"})),
            object(json!({"if": {"required": ["b"]}, "then": {"required": ["a"]}})),
        ),
        (
            object(json!({"oneOf": [{"required": ["a"]}, {"required": ["b"]}]})),
            object(json!({"oneOf": [{"required": ["a"]}]})),
        ),
        (
            object(json!({"anyOf": [{"required": ["a"]}, {"required": ["b"]}]})),
            object(json!({"anyOf": [{"required": ["b"]}]})),
        ),
        (
            object(json!({"anyOf": [{"required": ["a"]}, {"required": ["b"]}]})),
            object(json!({"oneOf": [{"required": ["a"]}, {"required": ["b"]}]})),
        ),
        (
            json!({"oneOf": [{"type": "string", "maxLength": 5}, {"type": "integer"}]}),
            json!({"oneOf": [{"type": "integer"}, {"type": "string", "maxLength": 4}]}),
        ),
        (
            json!({"allOf": [{"title": "a"}]}),
            json!({"allOf": [{"title": "a"}, {"minimum": 1}]}),
        ),
        (
            json!({"anyOf": [{"type": "string"}, {"type": "null"}]}),
            json!({"type": "string"}),
        ),
        (
            object(json!({"properties": {"a": {"type": "string"}, "b": {"type": "string"}}})),
            object(json!({"title": "o"})),
        ),
        (
            json!({"properties": {"a": {"type": "string"}}}),
            json!({"properties": {"a": false}}),
        ),
    ];
    for (wide, narrow) in rows {
        assert_bump(&wide, &narrow, Some(Major));
        assert_bump(&narrow, &wide, Some(Minor));
    }
}

#[test]
fn replacing_is_major_in_both_directions() {
    for (one, other) in [
        (json!({"type": "string"}), json!({"type": "integer"})),
        (json!({"enum": ["a", "b"]}), json!({"enum": ["a", "c"]})),
        (json!({"const": 1}), json!({"const": 2})),
        (json!({"pattern": "^a"}), json!({"pattern": "^b"})),
        (json!({"format": "uuid"}), json!({"format": "date-time"})),
        (
            json!({"minimum": 1, "maximum": 5}),
            json!({"minimum": 2, "maximum": 6}),
        ),
        (
            json!({"properties": {"a": true}}),
            json!({"properties": {"b": true}}),
        ),
        (json!({"required": ["a"]}), json!({"required": ["b"]})),
        (json!({"multipleOf": 2}), json!({"multipleOf": 3})),
        (
            json!({"not": {"pattern": "^a"}}),
            json!({"not": {"pattern": "^b"}}),
        ),
    ] {
        assert_bump(&one, &other, Some(Major));
        assert_bump(&other, &one, Some(Major));
    }
}

#[test]
fn an_optional_member_is_minor_and_a_required_one_major() {
    let before = json!({"type": "object", "additionalProperties": false, "properties": {"a": {"type": "string"}}});
    let mut optional = before.clone();
    optional["properties"]["b"] = json!({"type": "integer"});
    assert_bump(&before, &optional, Some(Minor));
    let mut required = optional.clone();
    required["required"] = json!(["b"]);
    assert_bump(&before, &required, Some(Major));
    assert_bump(&required, &before, Some(Major));
}

#[test]
fn a_new_member_must_suit_what_any_member_had_to_be() {
    let before = json!({"additionalProperties": {"type": "string"}});
    let same = json!({"additionalProperties": {"type": "string"}, "properties": {"a": {"type": "string"}}});
    let other = json!({"additionalProperties": {"type": "string"}, "properties": {"a": {"type": "integer"}}});
    assert_eq!(bump(&before, &same), Some(Minor));
    assert_eq!(bump(&before, &other), Some(Major));
}

#[test]
fn words_for_people_are_patch() {
    for (before, after) in [
        (json!({"title": "a"}), json!({"title": "b"})),
        (
            json!({"type": "string"}),
            json!({"type": "string", "description": "new"}),
        ),
        (json!({"examples": [1]}), json!({"title": "x"})),
        (json!({"default": 1}), json!({"default": 2})),
        (json!({"$comment": "a"}), json!({})),
        (json!({"x-owner": "a"}), json!({"x-owner": "b"})),
        (json!({"deprecated": false}), json!({"deprecated": true})),
    ] {
        assert_bump(&before, &after, Some(Patch));
        assert_bump(&after, &before, Some(Patch));
    }
}

#[test]
fn the_same_meaning_in_other_words_is_patch() {
    for (one, other) in [
        (json!({"const": 1}), json!({"enum": [1]})),
        (
            json!({"type": "string", "minLength": 0}),
            json!({"type": "string"}),
        ),
        (json!({"type": ["string"]}), json!({"type": "string"})),
        (
            json!({"type": "integer", "minimum": 1}),
            json!({"type": "integer", "exclusiveMinimum": 0}),
        ),
        (
            json!({"type": "object", "additionalProperties": true}),
            json!({"type": "object"}),
        ),
        (json!({"enum": ["a", "b"]}), json!({"enum": ["b", "a"]})),
        (
            json!({"required": ["a", "b"]}),
            json!({"allOf": [{"required": ["a"]}, {"required": ["b"]}]}),
        ),
        (
            json!({"oneOf": [{"const": 1}, {"const": 2}]}),
            json!({"oneOf": [{"const": 2}, {"const": 1}]}),
        ),
    ] {
        assert_bump(&one, &other, Some(Patch));
        assert_bump(&other, &one, Some(Patch));
    }
    assert_bump(&json!({"type": "string"}), &json!({"type": "string"}), None);
}

#[test]
fn a_member_named_like_a_keyword_is_a_member() {
    let before =
        json!({"properties": {"title": {"type": "string"}, "default": {"type": "string"}}});
    let mut after = before.clone();
    after["properties"]["title"]["type"] = json!("integer");
    assert_bump(&before, &after, Some(Major));
    let mut fewer = before.clone();
    fewer["properties"]
        .as_object_mut()
        .expect("members")
        .remove("default");
    assert_bump(&before, &fewer, Some(Major));
}

#[test]
fn moving_a_schema_behind_a_reference_is_patch() {
    let inline = json!({"properties": {"a": {"type": "string", "maxLength": 3}}});
    let moved = json!({
        "properties": {"a": {"$ref": "common.json#/$defs/short"}},
    });
    let common = json!({"$defs": {"short": {"type": "string", "maxLength": 3}}});
    let base = set(&[("x", "1.0.0", inline), ("common", "1.0.0", common.clone())]);
    let head = set(&[("x", "1.0.1", moved), ("common", "1.0.0", common)]);
    let report = compat(&base, &head);
    assert_eq!(only(&report).required_bump, Some(Patch));
    assert!(report.is_compatible(), "{report:?}");
}

#[test]
fn new_values_of_a_discriminator_bring_their_conditions_along() {
    let condition = |value: &str, member: &str| json!({"if": {"properties": {"kind": {"const": value}}}, "then": {"required": [member]}});
    let before = json!({
        "properties": {"kind": {"enum": ["a"]}}, "required": ["kind"], "allOf": [condition("a", "x")],
    });
    let after = json!({
        "properties": {"kind": {"enum": ["a", "b"]}}, "required": ["kind"],
        "allOf": [condition("a", "x"), condition("b", "y")],
    });
    assert_eq!(bump(&before, &after), Some(Minor));
    let tighter = json!({
        "properties": {"kind": {"enum": ["a"]}}, "required": ["kind"],
        "allOf": [condition("a", "x"), condition("a", "y")],
    });
    assert_eq!(bump(&before, &tighter), Some(Major));
    let mut optional = after.clone();
    optional["required"] = json!([]);
    assert_eq!(bump(&before, &optional), Some(Major));
}

fn only(report: &CompatReport) -> &SchemaReport {
    assert_eq!(report.schemas.len(), 1, "{report:?}");
    &report.schemas[0]
}

#[test]
fn a_change_in_a_referred_file_counts_for_everyone_who_refers_to_it() {
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
fn judged(
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
fn the_version_must_rise_as_far_as_the_changes_ask() {
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
        let report = judged(before, after, versions, note);
        assert_eq!(
            report.failures.is_empty(),
            ok,
            "{versions:?} {note:?}: {report:?}"
        );
    }
}

#[test]
fn failures_say_what_to_do() {
    let string = json!({"type": "string"});
    let narrow = json!({"type": "string", "maxLength": 3});
    let report = judged(&string, &narrow, ("1.0.0", "1.1.0"), None);
    assert_eq!(
        report.failures,
        ["the changes are MAJOR: $version must rise from 1.0.0 to 2.0.0, and is 1.1.0"]
    );
    let report = judged(&string, &narrow, ("1.0.0", "2.0.0"), None);
    assert_eq!(
        report.failures,
        ["the migration note migrations/x-2.md is missing"]
    );
}

#[test]
fn schemas_do_not_vanish_and_new_ones_are_welcome() {
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
