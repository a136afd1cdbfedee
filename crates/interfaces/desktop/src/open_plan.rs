use std::fmt;

use crate::{Environment, Platform};

/// How a URL is brought before the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenPlan {
    /// Start a browser.
    Launch(Launcher),
    /// Print the URL, because no browser can be opened.
    Print(PrintReason),
}

/// The program that opens a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Launcher {
    /// The command line of `$BROWSER`.
    Configured(String),
    /// `wslview`, which opens the browser of Windows from WSL.
    Wslview,
    /// The default browser of the desktop.
    Default,
}

/// The reason why the URL is printed instead of opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrintReason {
    /// The user has asked for it.
    Requested,
    /// This is an SSH session: a browser would open on the wrong machine.
    Ssh,
    /// This is a container, and it has no display.
    Container,
    /// There is no X11 or Wayland display.
    NoDisplay,
    /// A browser should have started, and did not.
    LaunchFailed,
}

impl OpenPlan {
    /// Decides whether a browser can be opened.
    ///
    /// `$BROWSER` overrides everything but an SSH session, because remote editors set it to a program that opens the
    /// browser of the user; in an SSH session it has to be such a program too, which is recognised by its absolute path.
    pub fn of(environment: &Environment, only_print: bool) -> Self {
        if only_print {
            return Self::Print(PrintReason::Requested);
        }
        let configured = environment.browser.as_ref();
        if environment.is_ssh {
            let forwards = configured.filter(|browser| browser.starts_with('/'));
            return match forwards {
                Some(browser) => Self::Launch(Launcher::Configured(browser.clone())),
                None => Self::Print(PrintReason::Ssh),
            };
        }
        if let Some(browser) = configured {
            return Self::Launch(Launcher::Configured(browser.clone()));
        }
        if environment.is_wsl {
            let has_wslview = environment.find_program("wslview").is_some();
            return Self::Launch(if has_wslview {
                Launcher::Wslview
            } else {
                Launcher::Default
            });
        }
        match environment.platform {
            Platform::MacOs | Platform::Windows => Self::Launch(Launcher::Default),
            _ if environment.has_display => Self::Launch(Launcher::Default),
            _ if environment.is_container => Self::Print(PrintReason::Container),
            _ => Self::Print(PrintReason::NoDisplay),
        }
    }
}

impl fmt::Display for PrintReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Requested => "printing was requested",
            Self::Ssh => "this is an SSH session: open the URL on your own machine",
            Self::Container => "this is a container without a display",
            Self::NoDisplay => "there is no display: DISPLAY and WAYLAND_DISPLAY are not set",
            Self::LaunchFailed => "no browser could be started",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn linux() -> Environment {
        Environment::bare(Platform::Linux)
    }

    fn desktop() -> Environment {
        Environment {
            has_display: true,
            ..linux()
        }
    }

    fn plan(environment: Environment) -> OpenPlan {
        OpenPlan::of(&environment, false)
    }

    const DEFAULT: OpenPlan = OpenPlan::Launch(Launcher::Default);

    #[test]
    fn browser_opens_where_there_is_a_display() {
        assert_eq!(plan(desktop()), DEFAULT);
        for platform in [Platform::MacOs, Platform::Windows] {
            assert_eq!(plan(Environment::bare(platform)), DEFAULT);
        }
        let toolbox = Environment {
            is_container: true,
            ..desktop()
        };
        assert_eq!(plan(toolbox), DEFAULT);
    }

    #[test]
    fn url_is_printed_where_no_browser_can_open() {
        assert_eq!(plan(linux()), OpenPlan::Print(PrintReason::NoDisplay));
        let unix = Environment::bare(Platform::OtherUnix);
        assert_eq!(plan(unix), OpenPlan::Print(PrintReason::NoDisplay));
        let container = Environment {
            is_container: true,
            ..linux()
        };
        assert_eq!(plan(container), OpenPlan::Print(PrintReason::Container));
    }

    #[test]
    fn ssh_session_prints_even_with_a_forwarded_display() {
        for platform in [Platform::Linux, Platform::MacOs, Platform::Windows] {
            let remote = Environment {
                platform,
                is_ssh: true,
                ..desktop()
            };
            assert_eq!(plan(remote), OpenPlan::Print(PrintReason::Ssh));
        }
        let named = Some("firefox".to_owned());
        let remote = Environment {
            is_ssh: true,
            browser: named,
            ..desktop()
        };
        assert_eq!(plan(remote), OpenPlan::Print(PrintReason::Ssh));
    }

    #[test]
    fn browser_helper_of_a_remote_editor_is_used_over_ssh() {
        let helper = "/opt/remote-editor/browser.sh".to_owned();
        let remote = Environment {
            is_ssh: true,
            browser: Some(helper.clone()),
            ..linux()
        };
        assert_eq!(plan(remote), OpenPlan::Launch(Launcher::Configured(helper)));
    }

    #[test]
    fn configured_browser_comes_before_the_default() {
        let browser = Some("lynx".to_owned());
        let environment = Environment { browser, ..linux() };
        let expected = OpenPlan::Launch(Launcher::Configured("lynx".to_owned()));
        assert_eq!(plan(environment), expected);
    }

    #[test]
    fn request_to_print_comes_first() {
        let print = OpenPlan::Print(PrintReason::Requested);
        assert_eq!(OpenPlan::of(&desktop(), true), print);
    }

    #[cfg(unix)]
    #[test]
    fn wsl_uses_wslview_where_it_is_installed() {
        use std::os::unix::fs::PermissionsExt;
        let wsl = Environment {
            is_wsl: true,
            ..linux()
        };
        assert_eq!(plan(wsl.clone()), DEFAULT);
        let dir = tempfile::tempdir().expect("a directory");
        let file = dir.path().join("wslview");
        std::fs::write(&file, "").expect("written");
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o755)).expect("executable");
        let installed = Environment {
            path: dir.path().into(),
            ..wsl
        };
        assert_eq!(plan(installed), OpenPlan::Launch(Launcher::Wslview));
    }
}
