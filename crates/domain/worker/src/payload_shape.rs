//! Reads a type from a JSON value and describes a mismatch in JSON terms; `serde_json` names Rust types instead.

use std::fmt;

use serde::de::value::{MapAccessDeserializer, MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Expected, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Number, Value};
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

/// 2^63. JSON numbers from here on may be larger than the type of a field, and are then read as floating point.
const TOO_LARGE: f64 = 9_223_372_036_854_775_808.0;

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
        let expected = match (expected.to_string().as_str(), found) {
            ("u64" | "usize", Unexpected::Float(number)) if number >= TOO_LARGE => {
                format!("at most {}", u64::MAX)
            }
            ("u64" | "usize" | "i64" | "isize", Unexpected::Float(number))
                if number.abs() < TOO_LARGE =>
            {
                "a whole number without a decimal point or an exponent".to_owned()
            }
            (expected, _) => in_json_terms(expected),
        };
        Self(format!("must be {expected}, not {}", described(found)))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        let expected = in_json_terms(&expected.to_string());
        Self(format!("must be {expected}, not one of {length}"))
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
fn in_json_terms(expected: &str) -> String {
    let known = match expected {
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number from 0 to 4294967295",
        "u64" | "u128" | "usize" => "a whole number, 0 or more",
        "i8" => "a whole number from -128 to 127",
        "i16" => "a whole number from -32768 to 32767",
        "i32" => "a whole number from -2147483648 to 2147483647",
        "i64" | "isize" => "a whole number from -9223372036854775808 to 9223372036854775807",
        "i128" => "a whole number",
        "f32" | "f64" => "a number",
        "unit" => "null",
        "a sequence" => "an array",
        "a map" => "an object",
        other if other.starts_with("struct ") => "an object",
        other => match other.strip_prefix("a tuple of size ") {
            Some(size) => return format!("an array of {size} items"),
            None => other,
        },
    };
    known.to_owned()
}

fn described(found: Unexpected<'_>) -> String {
    match found {
        Unexpected::Unsigned(number) => number.to_string(),
        Unexpected::Signed(number) => number.to_string(),
        // Unlike `Display`, shows that `3.0` was not written as a whole number.
        Unexpected::Float(number) => format!("{number:?}"),
        Unexpected::Bool(_) => "a boolean".to_owned(),
        Unexpected::Char(_) | Unexpected::Str(_) => "a string".to_owned(),
        Unexpected::Unit | Unexpected::Option => "null".to_owned(),
        Unexpected::Seq => "an array".to_owned(),
        Unexpected::Map => "an object".to_owned(),
        other => other.to_string(),
    }
}

fn visit_number<'de, V: Visitor<'de>>(number: &Number, visitor: V) -> Result<V::Value, Mismatch> {
    match (number.as_u64(), number.as_i64()) {
        (Some(number), _) => visitor.visit_u64(number),
        (None, Some(number)) => visitor.visit_i64(number),
        (None, None) => visitor.visit_f64(number.as_f64().unwrap_or(f64::NAN)),
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
            Value::Number(number) => visit_number(number, visitor),
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
    fn fields(self) -> impl Iterator<Item = (FieldName<'de>, Self)> {
        let fields = self.0.as_object().into_iter().flatten();
        fields.map(|(name, value)| (FieldName(name), Self(value)))
    }
}

/// The name of a field of an object. As in `serde_json`, a map whose keys are numbers or booleans reads them from the text.
#[derive(Clone, Copy)]
struct FieldName<'a>(&'a str);

impl<'de> IntoDeserializer<'de, Mismatch> for FieldName<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// Reads the name as a JSON value if it is a number or a boolean.
macro_rules! deserialize_as_json {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
            match serde_json::from_str::<Value>(self.0) {
                Ok(Value::Bool(value)) => visitor.visit_bool(value),
                Ok(Value::Number(number)) => visit_number(&number, visitor),
                _ => self.deserialize_any(visitor),
            }
        })*
    };
}

impl<'de> Deserializer<'de> for FieldName<'de> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_borrowed_str(self.0)
    }

    deserialize_as_json! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32 deserialize_f64
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        visitor.visit_enum(self.0.into_deserializer())
    }

    forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests;
