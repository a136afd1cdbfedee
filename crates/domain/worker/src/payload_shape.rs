//! Reads a type from a JSON value and describes a mismatch in JSON terms; `serde_json` names Rust types instead.

use std::fmt;

use serde::de::value::{MapAccessDeserializer, MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Expected, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

/// The newtype by which `serde_json` asks for the text of a value.
const RAW_VALUE: &str = "$serde_json::private::RawValue";

/// Returns where and how `value` does not have the shape of `T`: an RFC 6901 pointer and a message. `None` if it does.
pub(crate) fn mismatch<T: DeserializeOwned>(value: &Value) -> Option<(String, String)> {
    let error = serde_path_to_error::deserialize::<_, T>(JsonValue(value)).err()?;
    Some((pointer(error.path()), error.inner().to_string()))
}

fn pointer(path: &Path) -> String {
    path.iter()
        .fold(String::new(), |at, segment| match segment {
            Segment::Seq { index } => format!("{at}/{index}"),
            Segment::Map { key } => odd_contracts::json_pointer::child(&at, key),
            Segment::Enum { .. } | Segment::Unknown => at,
        })
}

/// What is wrong with one value.
#[derive(Debug)]
struct Mismatch(String);

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Mismatch {}

impl serde::de::Error for Mismatch {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let expected = expected.to_string();
        let expected = in_json_terms(&expected);
        Self(format!("must be {expected}, not {}", described(found)))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        let expected = expected.to_string();
        let expected = in_json_terms(&expected);
        Self(format!("must be {expected}, not one of {length} items"))
    }

    fn unknown_variant(found: &str, known: &'static [&'static str]) -> Self {
        Self(format!("must be one of {}, not {found}", known.join(", ")))
    }

    fn unknown_field(name: &str, known: &'static [&'static str]) -> Self {
        let known = match known {
            [] => "there are no fields".to_owned(),
            known => format!("the fields are {}", known.join(", ")),
        };
        Self(format!("unknown field `{name}`; {known}"))
    }

    fn missing_field(name: &'static str) -> Self {
        Self(format!("the field `{name}` is required"))
    }
}

/// Returns how JSON calls what serde calls `expected`.
fn in_json_terms(expected: &str) -> &str {
    match expected {
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number from 0 to 4294967295",
        "u64" | "u128" | "usize" => "a whole number, 0 or more",
        "i8" => "a whole number from -128 to 127",
        "i16" => "a whole number from -32768 to 32767",
        "i32" => "a whole number from -2147483648 to 2147483647",
        "i64" | "i128" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        "unit" => "null",
        "a sequence" => "an array",
        "a map" => "an object",
        other if other.starts_with("struct ") => "an object",
        other => other,
    }
}

fn described(found: Unexpected<'_>) -> String {
    match found {
        Unexpected::Unsigned(number) => number.to_string(),
        Unexpected::Signed(number) => number.to_string(),
        Unexpected::Float(number) => number.to_string(),
        Unexpected::Bool(_) => "a boolean".to_owned(),
        Unexpected::Char(_) | Unexpected::Str(_) => "a string".to_owned(),
        Unexpected::Unit | Unexpected::Option => "null".to_owned(),
        Unexpected::Seq => "an array".to_owned(),
        Unexpected::Map => "an object".to_owned(),
        other => other.to_string(),
    }
}

/// A JSON value as a deserializer.
#[derive(Clone, Copy)]
struct JsonValue<'a>(&'a Value);

impl<'de> IntoDeserializer<'de, Mismatch> for JsonValue<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for JsonValue<'de> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(number), _) => visitor.visit_u64(number),
                (None, Some(number)) => visitor.visit_i64(number),
                (None, None) => visitor.visit_f64(number.as_f64().unwrap_or(f64::NAN)),
            },
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(items) => {
                visitor.visit_seq(SeqDeserializer::new(items.iter().map(JsonValue)))
            }
            Value::Object(_) => visitor.visit_map(MapDeserializer::new(self.fields())),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        if name == RAW_VALUE {
            let text = std::iter::once((RAW_VALUE, self.0.to_string()));
            return visitor.visit_map(MapDeserializer::new(text));
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        match self.0 {
            Value::String(text) => visitor.visit_enum(text.as_str().into_deserializer()),
            Value::Object(_) => visitor.visit_enum(MapAccessDeserializer::new(
                MapDeserializer::new(self.fields()),
            )),
            _ => self.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

impl<'de> JsonValue<'de> {
    fn fields(self) -> impl Iterator<Item = (&'de str, Self)> {
        let fields = self.0.as_object().into_iter().flatten();
        fields.map(|(name, value)| (name.as_str(), Self(value)))
    }
}

#[cfg(test)]
mod tests {
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
        inner: Inner,
        level: Level,
        body: Option<RawJson>,
    }

    #[derive(Debug, Default, Deserialize)]
    struct Inner {
        #[expect(dead_code, reason = "only the shape is read")]
        needed: (u32, u32),
    }

    #[derive(Debug, Default, Deserialize)]
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
                json!({"count": 1.5}),
                "/count",
                "must be a whole number, 0 or more, not 1.5",
            ),
            (
                json!({"offset": true}),
                "/offset",
                "must be a whole number, not a boolean",
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
            json!({"inner": {"needed": [1, 2]}, "body": {"any": ["thing", 1.5]}}),
        ] {
            assert_eq!(mismatch::<Sample>(&value), None, "{value}");
            let read = serde_json::from_value::<Sample>(value.clone());
            assert!(read.is_ok(), "{value}: {read:?}");
        }
    }
}
