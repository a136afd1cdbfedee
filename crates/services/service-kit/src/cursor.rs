use std::fmt::{self, Write};
use std::str::FromStr;

/// Where a page of a listing ended: a position, as text that a client sends back unchanged.
///
/// The text is the letter of the listing, then the position as 16 hexadecimal digits, each followed by its
/// complement to `f`. Every well-formed text is a valid cursor, so a regular expression in the OpenAPI document
/// describes exactly what is accepted, and no single character can be changed unnoticed. A cursor grants no access,
/// so it needs no signature.
///
/// `LETTER` tells the listings apart: the cursor of one is refused by all others.
///
/// ```
/// # use odd_service_kit::Cursor;
/// type JobsCursor = Cursor<'j'>;
///
/// let text = JobsCursor::new(17).to_string();
/// assert_eq!(text.parse::<JobsCursor>()?.position(), 17);
/// assert!(text.parse::<Cursor<'e'>>().is_err());
/// # Ok::<(), odd_service_kit::InvalidCursor>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor<const LETTER: char>(u64);

/// The text is not a cursor of this listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be the nextCursor of this listing's previous page, unchanged")]
pub struct InvalidCursor;

const DIGITS: usize = 16;

/// Positions fit a signed 64-bit column.
const MAX_POSITION: u64 = i64::MAX as u64;

impl<const LETTER: char> Cursor<LETTER> {
    /// Creates the cursor of a page that ended at `position`.
    pub fn new(position: u64) -> Self {
        Self(position)
    }

    /// Returns where the page ended.
    pub fn position(self) -> u64 {
        self.0
    }
}

impl<const LETTER: char> fmt::Display for Cursor<LETTER> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char(LETTER)?;
        for place in (0..DIGITS).rev() {
            let digit = (self.0 >> (4 * place)) & 15;
            write!(f, "{digit:x}{:x}", 15 - digit)?;
        }
        Ok(())
    }
}

impl<const LETTER: char> FromStr for Cursor<LETTER> {
    type Err = InvalidCursor;

    fn from_str(text: &str) -> Result<Self, InvalidCursor> {
        let pairs = text.strip_prefix(LETTER).unwrap_or_default().as_bytes();
        if pairs.len() != 2 * DIGITS {
            return Err(InvalidCursor);
        }
        let position = pairs.chunks_exact(2).try_fold(0, |position: u64, pair| {
            let (digit, complement) = (hex_value(pair[0])?, hex_value(pair[1])?);
            (digit + complement == 15).then_some(position << 4 | digit)
        });
        position
            .filter(|position| *position <= MAX_POSITION)
            .map(Self)
            .ok_or(InvalidCursor)
    }
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

    type Jobs = Cursor<'j'>;

    #[test]
    fn positions_survive_the_round_trip() {
        for position in [0, 1, 0xfedc_ba98_7654, MAX_POSITION] {
            let text = Jobs::new(position).to_string();
            assert_eq!(text.len(), 33);
            assert_eq!(text.parse(), Ok(Jobs::new(position)));
        }
        assert_eq!(
            Jobs::new(0x2a).to_string(),
            "j0f0f0f0f0f0f0f0f0f0f0f0f0f0f2da5"
        );
    }

    #[test]
    fn any_changed_character_is_detected() {
        let text = Jobs::new(0x1234).to_string();
        for place in 0..text.len() {
            for other in "0123456789abcdefjehJEH \u{e9}".chars() {
                let mut forged: Vec<char> = text.chars().collect();
                if std::mem::replace(&mut forged[place], other) == other {
                    continue;
                }
                let forged: String = forged.into_iter().collect();
                assert_eq!(forged.parse::<Jobs>(), Err(InvalidCursor), "{forged}");
            }
        }
    }

    #[test]
    fn cursors_of_other_listings_and_truncated_or_negative_ones_are_refused() {
        let text = Jobs::new(7).to_string();
        assert!(text.parse::<Cursor<'e'>>().is_err());
        let negative = Jobs::new(MAX_POSITION + 1).to_string();
        for forged in [
            &text[..31],
            &format!("{text}0f"),
            &negative,
            "",
            "AAAA",
            "7",
        ] {
            assert!(forged.parse::<Jobs>().is_err(), "{forged}");
        }
    }
}
