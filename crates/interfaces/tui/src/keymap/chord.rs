use std::fmt;
use std::str::FromStr;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key with its modifiers, written as `g`, `G`, `ctrl-q`, `alt-x`, `space`, `enter`, `shift-tab` or `f5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Chord {
    code: KeyCode,
    modifiers: KeyModifiers,
}

/// Text that names no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be a key such as `g`, `G`, `ctrl-q`, `space`, `enter`, `shift-tab` or `f5`")]
pub struct InvalidChord;

const NAMED: [(&str, KeyCode); 14] = [
    ("space", KeyCode::Char(' ')),
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("pageup", KeyCode::PageUp),
    ("pagedown", KeyCode::PageDown),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
];

impl Chord {
    /// Returns the key of an event, in the one form that this type has for it: a capital letter has no `shift`, and
    /// `shift-tab` is `tab` with the modifier.
    pub(crate) fn of(event: &KeyEvent) -> Self {
        let relevant = KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT;
        let modifiers = event.modifiers & relevant;
        match event.code {
            KeyCode::BackTab => Self {
                code: KeyCode::Tab,
                modifiers: modifiers | KeyModifiers::SHIFT,
            },
            // Terminals report Ctrl+Space as the control character NUL.
            KeyCode::Null => Self {
                code: KeyCode::Char(' '),
                modifiers: modifiers | KeyModifiers::CONTROL,
            },
            KeyCode::Char(letter) if modifiers.contains(KeyModifiers::CONTROL) => Self {
                code: KeyCode::Char(letter.to_ascii_lowercase()),
                modifiers,
            },
            KeyCode::Char(_) => Self {
                code: event.code,
                modifiers: modifiers - KeyModifiers::SHIFT,
            },
            code => Self { code, modifiers },
        }
    }

    /// Returns the event of the key.
    #[cfg(test)]
    pub(crate) fn event(self) -> KeyEvent {
        KeyEvent::new(self.code, self.modifiers)
    }

    /// Returns the character that the key types into an input, if it types one.
    pub(crate) fn typed(self) -> Option<char> {
        match self.code {
            KeyCode::Char(char) if self.modifiers.is_empty() => Some(char),
            _ => None,
        }
    }
}

impl FromStr for Chord {
    type Err = InvalidChord;

    fn from_str(text: &str) -> Result<Self, InvalidChord> {
        let mut modifiers = KeyModifiers::NONE;
        let mut rest = text;
        loop {
            let (modifier, tail) = match rest.split_once('-') {
                Some(("ctrl", tail)) => (KeyModifiers::CONTROL, tail),
                Some(("alt", tail)) => (KeyModifiers::ALT, tail),
                Some(("shift", tail)) => (KeyModifiers::SHIFT, tail),
                _ => break,
            };
            modifiers |= modifier;
            rest = tail;
        }
        let code = code(rest).ok_or(InvalidChord)?;
        let is_shifted_letter =
            matches!(code, KeyCode::Char(_)) && modifiers.contains(KeyModifiers::SHIFT);
        match is_shifted_letter {
            true => Err(InvalidChord),
            false => Ok(Self { code, modifiers }),
        }
    }
}

fn code(name: &str) -> Option<KeyCode> {
    let mut chars = name.chars();
    if let (Some(char), None) = (chars.next(), chars.next()) {
        return (!char.is_control() && char != ' ').then_some(KeyCode::Char(char));
    }
    if let Some(number) = name.strip_prefix('f').and_then(|text| text.parse().ok()) {
        return (1..=12).contains(&number).then_some(KeyCode::F(number));
    }
    NAMED
        .iter()
        .find_map(|(known, code)| (*known == name).then_some(*code))
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (modifier, name) in [
            (KeyModifiers::CONTROL, "ctrl-"),
            (KeyModifiers::ALT, "alt-"),
            (KeyModifiers::SHIFT, "shift-"),
        ] {
            if self.modifiers.contains(modifier) {
                f.write_str(name)?;
            }
        }
        let named = NAMED
            .iter()
            .find_map(|(name, code)| (*code == self.code).then_some(*name));
        match (named, self.code) {
            (Some(name), _) => f.write_str(name),
            (None, KeyCode::F(number)) => write!(f, "f{number}"),
            (None, KeyCode::Char(char)) => write!(f, "{char}"),
            (None, code) => write!(f, "{code}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pressed(code: KeyCode, modifiers: KeyModifiers) -> String {
        Chord::of(&KeyEvent::new(code, modifiers)).to_string()
    }

    #[test]
    fn names_are_read_and_written() {
        for name in [
            "g",
            "G",
            "ctrl-q",
            "alt-x",
            "space",
            "shift-tab",
            "f5",
            "-",
            "ctrl-space",
            "[",
        ] {
            let chord: Chord = name.parse().expect("a key");
            assert_eq!(chord.to_string(), name);
        }
        for name in ["", "gg", "ctrl-", "shift-g", "f13", "escape", " "] {
            assert_eq!(name.parse::<Chord>(), Err(InvalidChord), "{name}");
        }
    }

    #[test]
    fn terminals_that_report_modifiers_differently_mean_the_same_key() {
        let (control, shift) = (KeyModifiers::CONTROL, KeyModifiers::SHIFT);
        assert_eq!(pressed(KeyCode::Char('G'), shift), "G");
        assert_eq!(pressed(KeyCode::Char('G'), KeyModifiers::NONE), "G");
        assert_eq!(pressed(KeyCode::BackTab, shift), "shift-tab");
        assert_eq!(pressed(KeyCode::Null, KeyModifiers::NONE), "ctrl-space");
        assert_eq!(pressed(KeyCode::Char(' '), control), "ctrl-space");
        assert_eq!(pressed(KeyCode::Char('Q'), control | shift), "ctrl-shift-q");
    }
}
