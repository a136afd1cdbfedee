use crate::osc52::{MAX_OSC52_BYTES, osc52};
use crate::{Environment, Multiplexer, Platform};

/// How text reaches the clipboard of the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClipboardRoute {
    /// Through the desktop of this machine.
    Desktop,
    /// Through a control sequence that the terminal acts on, wrapped for this multiplexer.
    Terminal(Option<Multiplexer>),
    /// There is neither a desktop nor a terminal with a clipboard.
    None,
}

/// What has happened to text that was to be copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CopyOutcome {
    /// The clipboard contains the text.
    Copied,
    /// The caller has to write these bytes to the terminal, which then copies the text. No terminal confirms that.
    SendToTerminal(Vec<u8>),
    /// The text cannot be copied, for this reason.
    NotPossible(String),
}

/// The clipboard of the user.
///
/// On X11 and Wayland the text is gone when this value is dropped, unless a clipboard manager runs: keep it for as long as
/// the program runs.
pub struct Clipboard {
    route: ClipboardRoute,
    /// Where text goes when the desktop refuses it.
    fallback: ClipboardRoute,
    desktop: Option<arboard::Clipboard>,
}

impl ClipboardRoute {
    /// Decides how text reaches the clipboard. In an SSH session the desktop of this machine is the wrong one.
    pub fn of(environment: &Environment) -> Self {
        let has_desktop = match environment.platform {
            Platform::MacOs | Platform::Windows => true,
            Platform::Linux | Platform::OtherUnix => environment.has_display,
        };
        if has_desktop && !environment.is_ssh {
            Self::Desktop
        } else {
            Self::of_terminal(environment)
        }
    }

    /// The console of Linux and dumb terminals have no clipboard.
    fn of_terminal(environment: &Environment) -> Self {
        match environment.term.as_deref() {
            None | Some("dumb" | "linux") => Self::None,
            Some(_) => Self::Terminal(environment.multiplexer),
        }
    }
}

impl Clipboard {
    /// Prepares the clipboard, without connecting to the desktop.
    pub fn new(environment: &Environment) -> Self {
        Self {
            route: ClipboardRoute::of(environment),
            fallback: ClipboardRoute::of_terminal(environment),
            desktop: None,
        }
    }

    /// Copies text. Connecting to the desktop can take a moment, so a user interface calls it on another thread.
    pub fn copy(&mut self, text: &str) -> CopyOutcome {
        if self.route != ClipboardRoute::Desktop {
            return to_terminal(self.route, text, "this terminal has no clipboard");
        }
        match self.copy_to_desktop(text) {
            Ok(()) => CopyOutcome::Copied,
            Err(error) => to_terminal(self.fallback, text, &error.to_string()),
        }
    }

    fn copy_to_desktop(&mut self, text: &str) -> Result<(), arboard::Error> {
        let desktop = match &mut self.desktop {
            Some(desktop) => desktop,
            None => self.desktop.insert(arboard::Clipboard::new()?),
        };
        desktop.set_text(text)
    }
}

impl std::fmt::Debug for Clipboard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Clipboard").field(&self.route).finish()
    }
}

impl std::fmt::Display for CopyOutcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Copied => f.write_str("copied"),
            Self::SendToTerminal(_) => {
                f.write_str("sent to the terminal, which does not confirm it")
            }
            Self::NotPossible(reason) => write!(f, "not copied: {reason}"),
        }
    }
}

/// `reason` is why the text cannot be copied, if the terminal cannot do it either.
fn to_terminal(route: ClipboardRoute, text: &str, reason: &str) -> CopyOutcome {
    let ClipboardRoute::Terminal(multiplexer) = route else {
        return CopyOutcome::NotPossible(reason.to_owned());
    };
    if text.len() > MAX_OSC52_BYTES {
        let length = text.len();
        let reason = format!("the text has {length} bytes, and terminals accept {MAX_OSC52_BYTES}");
        return CopyOutcome::NotPossible(reason);
    }
    CopyOutcome::SendToTerminal(osc52(text, multiplexer))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terminal() -> Environment {
        Environment {
            term: Some("xterm-256color".to_owned()),
            ..Environment::bare(Platform::Linux)
        }
    }

    #[test]
    fn desktop_is_used_where_there_is_one() {
        let desktop = Environment {
            has_display: true,
            ..terminal()
        };
        assert_eq!(ClipboardRoute::of(&desktop), ClipboardRoute::Desktop);
        for platform in [Platform::MacOs, Platform::Windows] {
            let environment = Environment::bare(platform);
            assert_eq!(ClipboardRoute::of(&environment), ClipboardRoute::Desktop);
        }
    }

    #[test]
    fn ssh_session_uses_the_terminal_even_with_a_forwarded_display() {
        let remote = Environment {
            is_ssh: true,
            has_display: true,
            multiplexer: Some(Multiplexer::Tmux),
            ..terminal()
        };
        let through_tmux = ClipboardRoute::Terminal(Some(Multiplexer::Tmux));
        assert_eq!(ClipboardRoute::of(&remote), through_tmux);
        let mac = Environment {
            platform: Platform::MacOs,
            ..remote
        };
        assert_eq!(ClipboardRoute::of(&mac), through_tmux);
    }

    #[test]
    fn process_that_must_use_only_its_terminal_does_not_use_the_desktop() {
        for platform in [Platform::MacOs, Platform::Windows, Platform::Linux] {
            let desktop = Environment {
                platform,
                has_display: true,
                ..terminal()
            };
            let route = ClipboardRoute::of(&desktop.terminal_only());
            assert_eq!(route, ClipboardRoute::Terminal(None));
        }
    }

    #[test]
    fn terminal_without_a_clipboard_is_reported() {
        for term in [None, Some("dumb"), Some("linux")] {
            let term = term.map(str::to_owned);
            let environment = Environment { term, ..terminal() };
            let outcome = Clipboard::new(&environment).copy("x");
            let expected = "not copied: this terminal has no clipboard";
            assert_eq!(outcome.to_string(), expected);
        }
    }

    #[test]
    fn text_is_returned_as_a_sequence_for_the_terminal() {
        let outcome = Clipboard::new(&terminal()).copy("hi");
        let expected = CopyOutcome::SendToTerminal(osc52("hi", None));
        assert_eq!(outcome, expected);
        assert_eq!(
            outcome.to_string(),
            "sent to the terminal, which does not confirm it"
        );
    }

    #[test]
    fn text_that_terminals_drop_is_refused() {
        let text = "x".repeat(MAX_OSC52_BYTES + 1);
        let outcome = Clipboard::new(&terminal()).copy(&text);
        assert!(outcome.to_string().contains("74995 bytes"), "{outcome}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn unreachable_desktop_falls_back_to_the_terminal() {
        // The tests run without a display.
        if std::env::var_os("DISPLAY").is_some() || std::env::var_os("WAYLAND_DISPLAY").is_some() {
            return;
        }
        let desktop = Environment {
            has_display: true,
            ..terminal()
        };
        let outcome = Clipboard::new(&desktop).copy("hi");
        assert_eq!(outcome, CopyOutcome::SendToTerminal(osc52("hi", None)));
    }
}
