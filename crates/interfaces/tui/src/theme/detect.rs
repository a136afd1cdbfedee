use super::colours::Colours;

/// What a terminal says about its colours.
#[derive(Debug, Clone, Default)]
pub struct TerminalColours {
    /// Whether the user has disabled colours.
    pub is_disabled: bool,
    /// The value of `TERM`.
    pub term: String,
    /// The value of `COLORTERM`.
    pub colorterm: String,
    /// The value of `COLORFGBG`: the numbers of the foreground and background colours, which some terminals set.
    pub colorfgbg: String,
}

impl Colours {
    /// Returns the colours that suit a terminal: none if they are disabled or the terminal has none, 16 if it has no more,
    /// and otherwise those for its background. A background that is not known counts as dark.
    pub fn of_terminal(terminal: &TerminalColours) -> Self {
        let term = terminal.term.as_str();
        if terminal.is_disabled || matches!(term, "dumb" | "vt100" | "vt220") {
            return Self::None;
        }
        let has_many = term.contains("256")
            || term.contains("direct")
            || !terminal.colorterm.is_empty()
            || matches!(
                term,
                "xterm-kitty" | "xterm-ghostty" | "alacritty" | "foot" | "wezterm"
            );
        if !has_many && cfg!(unix) {
            return Self::Sixteen;
        }
        match is_light(&terminal.colorfgbg) {
            Some(true) => Self::Light,
            _ => Self::Dark,
        }
    }
}

/// Reads the background from `COLORFGBG`, such as `0;15`, the numbers of two of the 16 colours: 7 and 15 are white.
fn is_light(colorfgbg: &str) -> Option<bool> {
    let background: u8 = colorfgbg.rsplit(';').next()?.parse().ok()?;
    (background < 16).then_some(matches!(background, 7 | 9..=15))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terminal(term: &str, colorfgbg: &str) -> TerminalColours {
        TerminalColours {
            term: term.to_owned(),
            colorfgbg: colorfgbg.to_owned(),
            ..TerminalColours::default()
        }
    }

    #[test]
    fn background_decides_between_light_and_dark() {
        let of = |fgbg| Colours::of_terminal(&terminal("xterm-256color", fgbg));
        assert_eq!(of(""), Colours::Dark);
        assert_eq!(of("15;0"), Colours::Dark);
        assert_eq!(of("0;default;15"), Colours::Light);
        assert_eq!(of("nonsense"), Colours::Dark);
    }

    #[cfg(unix)]
    #[test]
    fn terminals_with_few_colours_have_the_colours_of_their_own() {
        assert_eq!(
            Colours::of_terminal(&terminal("linux", "")),
            Colours::Sixteen
        );
        assert_eq!(
            Colours::of_terminal(&terminal("screen", "")),
            Colours::Sixteen
        );
        let truecolor = TerminalColours {
            colorterm: "truecolor".to_owned(),
            ..terminal("screen", "")
        };
        assert_eq!(Colours::of_terminal(&truecolor), Colours::Dark);
    }

    #[test]
    fn no_color_and_dumb_terminals_have_no_colours() {
        let disabled = TerminalColours {
            is_disabled: true,
            ..terminal("xterm-256color", "")
        };
        assert_eq!(Colours::of_terminal(&disabled), Colours::None);
        assert_eq!(Colours::of_terminal(&terminal("dumb", "")), Colours::None);
    }
}
