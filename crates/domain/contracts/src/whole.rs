use std::fmt;
use std::marker::PhantomData;

use serde::{Deserializer, de};

/// Deserializes a whole number in any notation. For JSON Schema `5.0` is an integer like `5`; for serde it is not.
pub(crate) fn optional<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<i64>,
{
    deserializer.deserialize_any(Whole(PhantomData)).map(Some)
}

struct Whole<T>(PhantomData<T>);

impl<T: TryFrom<i64>> Whole<T> {
    fn read<E: de::Error>(number: i64) -> Result<T, E> {
        T::try_from(number).map_err(|_| E::custom(format_args!("{number} is out of range")))
    }
}

impl<T: TryFrom<i64>> de::Visitor<'_> for Whole<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number")
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<T, E> {
        Self::read(number)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<T, E> {
        Self::read(i64::try_from(number).unwrap_or(i64::MAX))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<T, E> {
        /// Up to this value every whole number is an exact double.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if number.fract() != 0.0 || number.abs() > EXACT {
            return Err(E::invalid_value(de::Unexpected::Float(number), &self));
        }
        Self::read(number as i64)
    }
}

#[cfg(test)]
mod tests {
    use crate::JobSubmission;

    fn priority(text: &str) -> Option<Option<i32>> {
        let text = format!(r#"{{"type":"echo","priority":{text}}}"#);
        serde_json::from_str::<JobSubmission>(&text)
            .ok()
            .map(|submission| submission.priority)
    }

    #[test]
    fn whole_numbers_are_read_in_every_notation() {
        for text in ["-48", "-48.0", "-4.8e1"] {
            assert_eq!(priority(text), Some(Some(-48)), "{text}");
        }
        for text in ["0.5", "1e300", "4294967296", r#""1""#, "null"] {
            assert_eq!(priority(text), None, "{text}");
        }
        assert_eq!(priority("0,\"queue\":\"q\""), Some(Some(0)));
    }
}
