use serde_json::json;

use super::*;
use Bump::{Major, Minor};

/// Each row: a schema, a tighter one, and what it takes to go from the first to the second and back.
#[test]
#[expect(clippy::too_many_lines, reason = "one table of cases")]
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
