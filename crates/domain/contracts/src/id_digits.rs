use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::JobId;

/// Hexadecimal digits of a UUID, without hyphens.
const DIGITS: usize = 32;

/// Fewest digits that select jobs by a part of their id.
const FEWEST: usize = 4;

/// The error of parsing a text that is not 4 to 32 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be 4 to 32 hexadecimal digits")]
pub struct InvalidIdDigits;

/// The first or the last hexadecimal digits of a job id, without hyphens, in lower case: 4 to 32 of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IdDigits(String);

impl IdDigits {
    /// Returns the digits as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the smallest id that begins with these digits.
    pub fn first_id(&self) -> JobId {
        self.padded('0')
    }

    /// Returns the largest id that begins with these digits.
    pub fn last_id(&self) -> JobId {
        self.padded('f')
    }

    /// Returns `true` if the id begins with these digits.
    pub fn begin(&self, id: JobId) -> bool {
        (self.first_id()..=self.last_id()).contains(&id)
    }

    /// Returns `true` if the id ends with these digits.
    pub fn end(&self, id: JobId) -> bool {
        id.0.simple().to_string().ends_with(&self.0)
    }

    fn padded(&self, filler: char) -> JobId {
        let mut digits = self.0.clone();
        digits.extend(std::iter::repeat_n(filler, DIGITS - self.0.len()));
        JobId(Uuid::try_parse(&digits).expect("32 hexadecimal digits are a UUID"))
    }
}

impl FromStr for IdDigits {
    type Err = InvalidIdDigits;
    fn from_str(text: &str) -> Result<Self, InvalidIdDigits> {
        let has_digits_only = text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !has_digits_only || !(FEWEST..=DIGITS).contains(&text.len()) {
            return Err(InvalidIdDigits);
        }
        Ok(Self(text.to_ascii_lowercase()))
    }
}

impl fmt::Display for IdDigits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> IdDigits {
        text.parse().expect("digits")
    }

    #[test]
    fn digits_match_the_beginning_and_the_end_of_an_id() {
        let id: JobId = "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11"
            .parse()
            .expect("an id");
        for part in ["0192", "0192F0C1", "0192f0c12f3b7a51b6a13f1f5a0c7c11"] {
            assert!(digits(part).begin(id), "{part}");
        }
        assert!(digits("7c11").end(id) && digits("b6a13f1f5a0c7c11").end(id));
        assert!(!digits("0192f0c2").begin(id) && !digits("7c12").end(id));
    }

    #[test]
    fn prefix_is_a_range_of_ids() {
        let prefix = digits("0192f0c12");
        assert_eq!(
            prefix.first_id().to_string(),
            "0192f0c1-2000-0000-0000-000000000000"
        );
        assert_eq!(
            prefix.last_id().to_string(),
            "0192f0c1-2fff-ffff-ffff-ffffffffffff"
        );
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "019", "0192-f0c1", "0192g", &"0".repeat(33), "é192"] {
            assert_eq!(text.parse::<IdDigits>(), Err(InvalidIdDigits), "{text}");
        }
    }
}
