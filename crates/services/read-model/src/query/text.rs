use std::str::FromStr;

/// Text of 1 to `LONGEST` characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text<const LONGEST: usize>(pub(crate) String);

impl<const LONGEST: usize> FromStr for Text<LONGEST> {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if text.is_empty() || text.chars().count() > LONGEST {
            return Err(format!("must be 1 to {LONGEST} characters"));
        }
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_counted_in_characters() {
        assert!("ééé".parse::<Text<3>>().is_ok());
        assert!("éééé".parse::<Text<3>>().is_err());
        assert!("".parse::<Text<3>>().is_err());
    }
}
