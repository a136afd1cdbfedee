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
    dim: Color::Indexed(246),
    accent: Color::Indexed(117),
    border: Color::Indexed(240),
    selected: Color::Indexed(237),
    marked: Color::Indexed(222),
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
    ok: Color::Green,
    warning: Color::Yellow,
    error: Color::Red,
    waiting: Color::Gray,
    running: Color::Cyan,
    cancelled: Color::Magenta,
};
