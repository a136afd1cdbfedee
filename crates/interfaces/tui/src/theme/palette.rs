use ratatui::style::Color;

use super::colours::Colours;

/// The colour of each role. The foreground colours have a contrast of at least 4.5 to 1 on the backgrounds that they are
/// made for (WCAG 2.2, success criterion 1.4.3).
#[derive(Debug, Clone, Copy)]
pub(super) struct Palette {
    pub(super) dim: Color,
    pub(super) accent: Color,
    pub(super) border: Color,
    pub(super) selected: Color,
    pub(super) marked: Color,
    /// Text on the colour of marks.
    pub(super) on_marked: Color,
    pub(super) ok: Color,
    pub(super) warning: Color,
    pub(super) error: Color,
    pub(super) waiting: Color,
    pub(super) running: Color,
    pub(super) cancelled: Color,
}

impl Palette {
    pub(super) const fn of(colours: Colours) -> Self {
        match colours {
            Colours::Dark => DARK,
            Colours::Light => LIGHT,
            Colours::Sixteen | Colours::None => SIXTEEN,
        }
    }
}

/// Colours of the 256-colour cube, which all but the oldest terminals have.
const DARK: Palette = Palette {
    dim: Color::Indexed(248),
    accent: Color::Indexed(117),
    border: Color::Indexed(240),
    selected: Color::Indexed(237),
    marked: Color::Indexed(222),
    on_marked: Color::Black,
    ok: Color::Indexed(114),
    warning: Color::Indexed(221),
    error: Color::Indexed(210),
    waiting: Color::Indexed(250),
    running: Color::Indexed(80),
    cancelled: Color::Indexed(176),
};

const LIGHT: Palette = Palette {
    dim: Color::Indexed(241),
    accent: Color::Indexed(25),
    border: Color::Indexed(248),
    selected: Color::Indexed(254),
    marked: Color::Indexed(94),
    on_marked: Color::Indexed(231),
    ok: Color::Indexed(22),
    warning: Color::Indexed(94),
    error: Color::Indexed(124),
    waiting: Color::Indexed(238),
    running: Color::Indexed(24),
    cancelled: Color::Indexed(90),
};

const SIXTEEN: Palette = Palette {
    dim: Color::DarkGray,
    accent: Color::Cyan,
    border: Color::DarkGray,
    selected: Color::Blue,
    marked: Color::Yellow,
    on_marked: Color::Black,
    ok: Color::Green,
    warning: Color::Yellow,
    error: Color::Red,
    waiting: Color::Gray,
    running: Color::Cyan,
    cancelled: Color::Magenta,
};

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the relative luminance of a grey or a colour of the cube.
    fn luminance(colour: Color) -> f64 {
        let Color::Indexed(index) = colour else {
            return 0.0;
        };
        let level = |part: u8| {
            if part == 0 {
                0
            } else {
                55 + 40 * u32::from(part)
            }
        };
        let parts = match index {
            232.. => [8 + 10 * u32::from(index - 232); 3],
            _ => {
                let cube = index - 16;
                [level(cube / 36), level(cube / 6 % 6), level(cube % 6)]
            }
        };
        let linear = parts.map(|part| match f64::from(part) / 255.0 {
            low if low <= 0.040_45 => low / 12.92,
            high => ((high + 0.055) / 1.055).powf(2.4),
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    fn contrast(text: Color, behind: Color) -> f64 {
        let (one, other) = (luminance(text), luminance(behind));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn text_has_enough_contrast_on_the_selected_row_and_on_marks() {
        for palette in [DARK, LIGHT] {
            let on_row = [
                palette.dim,
                palette.accent,
                palette.marked,
                palette.ok,
                palette.warning,
                palette.error,
                palette.waiting,
                palette.running,
                palette.cancelled,
            ];
            for text in on_row {
                let contrast = contrast(text, palette.selected);
                assert!(contrast >= 4.5, "{text}: {contrast:.2}");
            }
            let on_mark = contrast(palette.on_marked, palette.marked);
            assert!(on_mark >= 4.5, "{on_mark:.2}");
        }
    }
}
