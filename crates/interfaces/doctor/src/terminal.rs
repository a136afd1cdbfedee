use crate::{Finding, Fix};

/// Smaller terminals show only a message.
const SMALLEST: (u16, u16) = (60, 16);
const COMFORTABLE: (u16, u16) = (80, 24);

/// The facts about a terminal that decide what it can show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TerminalFacts {
    /// Columns and rows; `None` without a terminal.
    pub size: Option<(u16, u16)>,
    /// The terminal type, `$TERM`.
    pub term: Option<String>,
    /// `$COLORTERM`.
    pub colorterm: Option<String>,
    /// `$NO_COLOR` is set and not empty.
    pub no_color: bool,
    /// The character set of the locale: the first of `$LC_ALL`, `$LC_CTYPE` and `$LANG` that is set.
    pub locale: Option<String>,
    /// `tmux` or `screen`, if the terminal is one of their windows.
    pub multiplexer: Option<&'static str>,
    /// Windows, whose terminals need no variables.
    pub is_windows: bool,
}

impl TerminalFacts {
    /// Reads the facts about the terminal of this process.
    pub fn current() -> Self {
        let text = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(text);
        let multiplexer = match (text("TMUX"), text("STY")) {
            (Some(_), _) => Some("tmux"),
            (None, Some(_)) => Some("screen"),
            (None, None) => None,
        };
        Self {
            size: terminal_size::terminal_size().map(|(width, height)| (width.0, height.0)),
            term: text("TERM"),
            colorterm: text("COLORTERM"),
            no_color: text("NO_COLOR").is_some(),
            locale,
            multiplexer,
            is_windows: cfg!(windows),
        }
    }

    /// Checks the size.
    pub(crate) fn check_size(&self) -> Finding {
        let Some((columns, rows)) = self.size else {
            return Finding::skipped("this is not a terminal");
        };
        let within = |smallest: (u16, u16)| columns >= smallest.0 && rows >= smallest.1;
        let detail = format!("{columns} columns, {rows} rows");
        if within(COMFORTABLE) {
            Finding::ok(detail)
        } else if within(SMALLEST) {
            let fix = Fix::new("enlarge the window to 80 columns and 24 rows to see every column");
            Finding::warn(detail, fix)
        } else {
            let fix =
                Fix::new("enlarge the window: the terminal interface needs 60 columns and 16 rows");
            Finding::warn(detail, fix)
        }
    }

    /// Checks how many colours it has.
    pub(crate) fn check_colours(&self) -> Finding {
        if self.size.is_none() {
            return Finding::skipped("this is not a terminal");
        }
        if self.no_color {
            return Finding::ok("off, because NO_COLOR is set");
        }
        match self.colours() {
            0 => Finding::warn(
                "none: TERM is not set, or dumb",
                Fix::new("set TERM to the type of your terminal")
                    .command("export TERM=xterm-256color"),
            ),
            colours @ ..256 => Finding::ok(format!("{colours} colours")),
            256 => Finding::ok("256 colours"),
            _ => Finding::ok("16 million colours"),
        }
    }

    /// Checks whether it shows characters beyond ASCII.
    pub(crate) fn check_text(&self) -> Finding {
        if self.size.is_none() {
            return Finding::skipped("this is not a terminal");
        }
        let locale = self.locale.as_deref().unwrap_or_default();
        let upper = locale.to_ascii_uppercase();
        if self.is_windows || upper.contains("UTF-8") || upper.contains("UTF8") {
            return Finding::ok("UTF-8");
        }
        let detail = match locale {
            "" => "no locale is set".to_owned(),
            other => format!("the locale {other} is not UTF-8"),
        };
        let fix = Fix::new("select a UTF-8 locale, or start the terminal interface with --ascii");
        Finding::warn(detail, fix.command("export LC_ALL=C.UTF-8"))
    }

    /// Reports the multiplexer, and what makes copying work through it.
    pub(crate) fn check_multiplexer(&self) -> Finding {
        match self.multiplexer {
            None => Finding::ok("none"),
            Some("tmux") => Finding::ok(
                "tmux; over SSH, copying needs `set -g set-clipboard on` or `set -g allow-passthrough on`",
            ),
            Some(other) => Finding::ok(other),
        }
    }

    fn colours(&self) -> u32 {
        let term = self.term.as_deref().unwrap_or_default();
        let colorterm = self.colorterm.as_deref().unwrap_or_default();
        if matches!(colorterm, "truecolor" | "24bit")
            || term.ends_with("-direct")
            || self.is_windows
        {
            1 << 24
        } else if term.contains("256color") {
            256
        } else if term.is_empty() || term == "dumb" {
            0
        } else {
            16
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CheckStatus;

    fn terminal() -> TerminalFacts {
        TerminalFacts {
            size: Some((80, 24)),
            term: Some("xterm-256color".to_owned()),
            locale: Some("en_GB.UTF-8".to_owned()),
            ..TerminalFacts::default()
        }
    }

    #[test]
    fn everything_is_skipped_without_a_terminal() {
        let none = TerminalFacts {
            size: None,
            ..terminal()
        };
        for finding in [none.check_size(), none.check_colours(), none.check_text()] {
            assert_eq!(finding.status(), CheckStatus::Skipped);
        }
    }

    #[test]
    fn small_terminal_is_a_warning() {
        let status = |size| {
            TerminalFacts {
                size: Some(size),
                ..terminal()
            }
            .check_size()
            .status()
        };
        assert_eq!(status((80, 24)), CheckStatus::Ok);
        assert_eq!(status((79, 24)), CheckStatus::Warn);
        let tiny = TerminalFacts {
            size: Some((59, 16)),
            ..terminal()
        }
        .check_size();
        assert!(tiny.fix().expect("a fix").text.contains("needs 60 columns"));
    }

    #[test]
    fn colours_follow_colorterm_term_and_no_color() {
        let detail = |facts: TerminalFacts| facts.check_colours().detail().to_owned();
        assert_eq!(detail(terminal()), "256 colours");
        let truecolor = Some("truecolor".to_owned());
        assert_eq!(
            detail(TerminalFacts {
                colorterm: truecolor,
                ..terminal()
            }),
            "16 million colours"
        );
        let plain = Some("xterm".to_owned());
        assert_eq!(
            detail(TerminalFacts {
                term: plain,
                ..terminal()
            }),
            "16 colours"
        );
        assert!(
            detail(TerminalFacts {
                no_color: true,
                ..terminal()
            })
            .starts_with("off")
        );
        let none = TerminalFacts {
            term: None,
            ..terminal()
        };
        assert_eq!(none.check_colours().status(), CheckStatus::Warn);
    }

    #[test]
    fn locale_without_utf_8_is_a_warning() {
        for (locale, status) in [
            (Some("C.utf8"), CheckStatus::Ok),
            (Some("de_DE.UTF-8@euro"), CheckStatus::Ok),
            (Some("POSIX"), CheckStatus::Warn),
            (None, CheckStatus::Warn),
        ] {
            let locale = locale.map(str::to_owned);
            assert_eq!(
                TerminalFacts {
                    locale,
                    ..terminal()
                }
                .check_text()
                .status(),
                status
            );
        }
    }
}
