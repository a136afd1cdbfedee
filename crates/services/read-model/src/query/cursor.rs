use std::str::FromStr;

use odd_core::ports::Position;

/// Where a page of a listing ended, as text that a client sends back unchanged.
///
/// The text is the letter of the listing, then the position as 16 hexadecimal digits, each followed by its
/// complement to `f`. That makes every well-formed text a valid cursor, so a regular expression in the OpenAPI
/// document says exactly what is accepted, and still no character can be changed without being noticed. A
/// cursor grants nothing, so it needs no signature.
pub(crate) trait Cursor: Sized {
    /// Tells the listings apart: the cursor of one means nothing to another.
    const LETTER: char;

    /// Where the page ended.
    fn position(&self) -> u64;

    /// What a client gets.
    fn to_text(&self) -> String {
        encode(Self::LETTER, self.position())
    }
}

/// Continues `/jobs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct JobsCursor(pub(crate) u64);

/// Continues `/events`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EventsCursor(pub(crate) u64);

/// Continues `/jobs/{id}/events`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HistoryCursor(pub(crate) u64);

/// The `id` of an event in the stream: its position in decimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EventPosition(pub(crate) Position);

const DIGITS: usize = 16;

/// Positions are those of a 64-bit signed column.
const LARGEST: u64 = i64::MAX as u64;

/// Decimal digits that always fit a position.
const LONGEST_EVENT_ID: usize = 18;

const REFUSED: &str = "must be the nextCursor of this listing's page before, unchanged";

impl Cursor for JobsCursor {
    const LETTER: char = 'j';
    fn position(&self) -> u64 {
        self.0
    }
}

impl Cursor for EventsCursor {
    const LETTER: char = 'e';
    fn position(&self) -> u64 {
        self.0
    }
}

impl Cursor for HistoryCursor {
    const LETTER: char = 'h';
    fn position(&self) -> u64 {
        self.0
    }
}

impl FromStr for JobsCursor {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, &'static str> {
        decode(Self::LETTER, text).map(Self)
    }
}

impl FromStr for EventsCursor {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, &'static str> {
        decode(Self::LETTER, text).map(Self)
    }
}

impl FromStr for HistoryCursor {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, &'static str> {
        decode(Self::LETTER, text).map(Self)
    }
}

impl FromStr for EventPosition {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, &'static str> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse() {
            Ok(position) if is_plain && text.len() <= LONGEST_EVENT_ID => {
                Ok(Self(Position(position)))
            }
            _ => Err("must be the id of an event of this stream"),
        }
    }
}

fn encode(letter: char, position: u64) -> String {
    let mut text = String::with_capacity(1 + 2 * DIGITS);
    text.push(letter);
    for place in (0..DIGITS).rev() {
        let digit = (position >> (4 * place)) & 15;
        text.extend([hex_digit(digit), hex_digit(15 - digit)]);
    }
    text
}

fn hex_digit(digit: u64) -> char {
    char::from(b"0123456789abcdef"[(digit & 15) as usize])
}

fn decode(letter: char, text: &str) -> Result<u64, &'static str> {
    let pairs = text.strip_prefix(letter).unwrap_or_default().as_bytes();
    if pairs.len() != 2 * DIGITS {
        return Err(REFUSED);
    }
    let position = pairs.chunks_exact(2).try_fold(0, |position: u64, pair| {
        let (digit, complement) = (hex_value(pair[0])?, hex_value(pair[1])?);
        (digit + complement == 15).then_some(position << 4 | digit)
    });
    position
        .filter(|position| *position <= LARGEST)
        .ok_or(REFUSED)
}

fn hex_value(byte: u8) -> Option<u64> {
    match byte {
        b'0'..=b'9' => Some(u64::from(byte - b'0')),
        b'a'..=b'f' => Some(u64::from(byte - b'a') + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_survive_the_round_trip() {
        for position in [0, 1, 0xfedc_ba98_7654, LARGEST] {
            let text = EventsCursor(position).to_text();
            assert_eq!(text.len(), 33);
            assert_eq!(text.parse(), Ok(EventsCursor(position)));
        }
    }

    #[test]
    fn any_changed_character_is_noticed() {
        let text = JobsCursor(0x1234).to_text();
        for place in 0..text.len() {
            for other in "0123456789abcdefjehJEH \u{e9}".chars() {
                let mut forged: Vec<char> = text.chars().collect();
                if std::mem::replace(&mut forged[place], other) == other {
                    continue;
                }
                let forged: String = forged.into_iter().collect();
                assert!(forged.parse::<JobsCursor>().is_err(), "{forged}");
            }
        }
    }

    #[test]
    fn foreign_cut_and_negative_cursors_are_refused() {
        let text = JobsCursor(7).to_text();
        assert!(text.parse::<EventsCursor>().is_err());
        assert!(text.parse::<HistoryCursor>().is_err());
        let beyond = JobsCursor(LARGEST + 1).to_text();
        for forged in [&text[..31], &format!("{text}0f"), &beyond, "", "AAAA", "7"] {
            assert!(forged.parse::<JobsCursor>().is_err(), "{forged}");
        }
    }

    #[test]
    fn event_ids_are_plain_numbers() {
        assert_eq!("17".parse(), Ok(EventPosition(Position(17))));
        for bad in ["", "-1", "+1", "1e3", "1234567890123456789", "j17"] {
            assert!(bad.parse::<EventPosition>().is_err(), "{bad}");
        }
    }
}
