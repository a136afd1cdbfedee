use std::str::FromStr;

use odd_core::ports::Position;

/// The `id` of an event in the stream: its position in decimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EventPosition(pub(crate) Position);

/// Decimal digits that always fit a position.
const MAX_DIGITS: usize = 18;

impl FromStr for EventPosition {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, &'static str> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse() {
            Ok(position) if is_plain && text.len() <= MAX_DIGITS => Ok(Self(Position(position))),
            _ => Err("must be the id of an event of this stream"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn event_ids_are_plain_numbers() {
        assert_eq!("17".parse(), Ok(EventPosition(Position(17))));
        for bad in ["", "-1", "+1", "1e3", "1234567890123456789", "j17"] {
            assert!(bad.parse::<EventPosition>().is_err(), "{bad}");
        }
    }
}
