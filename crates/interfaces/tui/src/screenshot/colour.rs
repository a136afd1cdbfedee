use ratatui::style::Color;

/// The background of the terminal that a frame was drawn for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Background {
    /// Light text on a dark background.
    Dark,
    /// Dark text on a light background.
    Light,
}

/// The 16 colours that terminals define themselves, as most of them do.
const NAMED: [&str; 16] = [
    "#1c1c1c", "#d75f5f", "#87af5f", "#d7af5f", "#5f87d7", "#af87d7", "#5fafaf", "#bcbcbc",
    "#767676", "#ff8787", "#afd787", "#ffd75f", "#87afff", "#d7afff", "#87d7d7", "#ffffff",
];

impl Background {
    /// Returns the colour of text without one.
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Dark => "#d0d0d0",
            Self::Light => "#262626",
        }
    }

    /// Returns the colour behind everything.
    pub(super) const fn page(self) -> &'static str {
        match self {
            Self::Dark => "#16181d",
            Self::Light => "#fafafa",
        }
    }
}

/// Returns the colour as `#rrggbb`; `None` for that of the terminal.
pub(super) fn css(colour: Color) -> Option<String> {
    let index = match colour {
        Color::Reset => return None,
        Color::Rgb(red, green, blue) => return Some(hex(red, green, blue)),
        Color::Indexed(index) => index,
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
    };
    Some(indexed(index))
}

/// Returns a colour of the table of 256 that xterm has: 16 named ones, a cube of 6 × 6 × 6, and 24 greys.
fn indexed(index: u8) -> String {
    match index {
        0..16 => NAMED[usize::from(index)].to_owned(),
        16..232 => {
            let level = |part: u8| if part == 0 { 0 } else { 55 + 40 * part };
            let cube = index - 16;
            hex(level(cube / 36), level(cube / 6 % 6), level(cube % 6))
        }
        232.. => {
            let grey = 8 + 10 * (index - 232);
            hex(grey, grey, grey)
        }
    }
}

fn hex(red: u8, green: u8, blue: u8) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexed_colours_are_those_of_xterm() {
        let colours = [16, 21, 117, 196, 231, 232, 255].map(indexed);
        assert_eq!(
            colours,
            [
                "#000000", "#0000ff", "#87d7ff", "#ff0000", "#ffffff", "#080808", "#eeeeee"
            ]
        );
        assert_eq!(css(Color::Reset), None);
    }
}
