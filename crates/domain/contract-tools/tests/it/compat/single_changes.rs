use serde_json::json;

use super::*;
use Bump::{Major, Minor, Patch};

#[test]
fn an_optional_field_is_minor_and_a_required_one_major() {
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
fn a_new_field_is_compared_with_the_schema_of_additional_fields() {
    let before = json!({"additionalProperties": {"type": "string"}});
    let same = json!({"additionalProperties": {"type": "string"}, "properties": {"a": {"type": "string"}}});
    let other = json!({"additionalProperties": {"type": "string"}, "properties": {"a": {"type": "integer"}}});
    assert_eq!(bump(&before, &same), Some(Minor));
    assert_eq!(bump(&before, &other), Some(Major));
}

#[test]
fn annotations_are_patch() {
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
fn equivalent_notations_are_patch() {
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
fn a_field_named_like_a_keyword_is_a_field() {
    let before =
        json!({"properties": {"title": {"type": "string"}, "default": {"type": "string"}}});
    let mut after = before.clone();
    after["properties"]["title"]["type"] = json!("integer");
    assert_bump(&before, &after, Some(Major));
    let mut fewer = before.clone();
    fewer["properties"]
        .as_object_mut()
        .expect("fields")
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
    let condition = |value: &str, field: &str| json!({"if": {"properties": {"kind": {"const": value}}}, "then": {"required": [field]}});
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
