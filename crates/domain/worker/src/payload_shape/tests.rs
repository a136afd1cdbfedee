use std::collections::BTreeMap;

use odd_contracts::RawJson;
use serde::Deserialize;
use serde_json::json;

use super::*;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Sample {
    small: u8,
    count: u64,
    offset: i64,
    ratio: f64,
    name: String,
    flag: Option<bool>,
    list: Vec<BTreeMap<String, u8>>,
    shares: BTreeMap<i16, f32>,
    switches: BTreeMap<bool, u8>,
    levels: BTreeMap<Level, u8>,
    inner: Inner,
    level: Level,
    body: Option<RawJson>,
}

#[derive(Debug, Default, Deserialize)]
struct Inner {
    #[expect(dead_code, reason = "only the shape is read")]
    needed: (u32, u32),
}

#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Level {
    #[default]
    Low,
    High,
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table of cases")]
fn mismatches_are_described_in_json_terms() {
    for (value, pointer, message) in [
        (
            json!({"small": 300}),
            "/small",
            "must be a whole number from 0 to 255, not 300",
        ),
        (
            json!({"count": -1}),
            "/count",
            "must be a whole number, 0 or more, not -1",
        ),
        (
            json!({"count": "1"}),
            "/count",
            "must be a whole number, 0 or more, not a string",
        ),
        (
            json!({"count": 3.0}),
            "/count",
            "must be a whole number without a decimal point or an exponent, not 3.0",
        ),
        (
            json!({"count": 2e19}),
            "/count",
            "must be at most 18446744073709551615, not 2e19",
        ),
        (
            json!({"offset": true}),
            "/offset",
            "must be a whole number from -9223372036854775808 to 9223372036854775807, not a boolean",
        ),
        (
            json!({"ratio": []}),
            "/ratio",
            "must be a number, not an array",
        ),
        (json!({"name": null}), "/name", "must be a string, not null"),
        (
            json!({"flag": "yes"}),
            "/flag",
            "must be a boolean, not a string",
        ),
        (
            json!({"list": {}}),
            "/list",
            "must be an array, not an object",
        ),
        (
            json!({"list": [{}, {"a/b~c": 300}]}),
            "/list/1/a~1b~0c",
            "must be a whole number from 0 to 255, not 300",
        ),
        (json!({"inner": 7}), "/inner", "must be an object, not 7"),
        (
            json!({"inner": {}}),
            "/inner",
            "the field `needed` is required",
        ),
        (
            json!({"inner": {"needed": [1]}}),
            "/inner/needed",
            "must be an array of 2 items, not one of 1",
        ),
        (
            json!({"inner": {"needed": 1}}),
            "/inner/needed",
            "must be an array of 2 items, not 1",
        ),
        (
            json!({"shares": {"-1": 0.5, "2": "x"}}),
            "/shares/2",
            "must be a number, not a string",
        ),
        (
            json!({"shares": {"x": 0.5}}),
            "/shares/x",
            "must be a whole number from -32768 to 32767, not a string",
        ),
        (
            json!({"level": "medium"}),
            "/level",
            "must be one of low, high, not medium",
        ),
        (json!("text"), "", "must be an object, not a string"),
    ] {
        let found = mismatch::<Sample>(&value).expect("does not fit");
        assert_eq!(
            (found.0.as_str(), found.1.as_str()),
            (pointer, message),
            "{value}"
        );
    }
    let (_, message) = mismatch::<Sample>(&json!({"x": 1})).expect("does not fit");
    assert!(
        message.starts_with("unknown field `x`; the fields are small, count, "),
        "{message}"
    );
}

#[test]
fn values_that_fit_have_no_mismatch() {
    for value in [
        json!({}),
        json!({"small": 255, "ratio": 1, "flag": null, "list": [{"a": 0}], "level": "high"}),
        json!({"shares": {"-1": 0.5, "2": 1}, "switches": {"true": 1}, "levels": {"low": 1}}),
        json!({"inner": {"needed": [1, 2]}, "body": {"any": ["thing", 1.5]}}),
    ] {
        assert_eq!(mismatch::<Sample>(&value), None, "{value}");
        let read = serde_json::from_value::<Sample>(value.clone());
        assert!(read.is_ok(), "{value}: {read:?}");
    }
}
