use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The kind of operating system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    /// Linux.
    Linux,
    /// macOS.
    MacOs,
    /// Windows.
    Windows,
    /// Another Unix.
    OtherUnix,
}

/// A terminal multiplexer, which filters what programs send to the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Multiplexer {
    /// tmux.
    Tmux,
    /// GNU screen.
    Screen,
}

/// The facts about a process that decide how it can reach the desktop of its user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// The operating system.
    pub platform: Platform,
    /// The process belongs to an SSH session: the user is at another machine.
    pub is_ssh: bool,
    /// There is an X11 or Wayland display.
    pub has_display: bool,
    /// The process runs in the Windows Subsystem for Linux.
    pub is_wsl: bool,
    /// The process runs in a container.
    pub is_container: bool,
    /// The multiplexer between the process and the terminal.
    pub multiplexer: Option<Multiplexer>,
    /// The terminal type, `$TERM`.
    pub term: Option<String>,
    /// The command line of the browser, `$BROWSER`.
    pub browser: Option<String>,
    /// The command line of the full-screen editor, `$VISUAL`.
    pub visual: Option<String>,
    /// The command line of the editor, `$EDITOR`.
    pub editor: Option<String>,
    /// The command line of the pager, `$PAGER`.
    pub pager: Option<String>,
    /// The directories of programs, `$PATH`.
    pub path: OsString,
}

impl Environment {
    /// Reads the environment of this process.
    pub fn current() -> Self {
        Self::read(
            Platform::current(),
            |name| std::env::var_os(name),
            Path::exists,
        )
    }

    /// Returns an environment in which nothing is set.
    pub fn bare(platform: Platform) -> Self {
        Self::read(platform, |_| None, |_| false)
    }

    /// Returns the environment of a process that must use nothing but its terminal: the desktop of this machine belongs to
    /// another user.
    #[must_use]
    pub fn terminal_only(self) -> Self {
        Self {
            term: self.term,
            multiplexer: self.multiplexer,
            ..Self::bare(Platform::OtherUnix)
        }
    }

    /// Returns the path of `program`, if a directory of `$PATH` contains it.
    pub fn find_program(&self, program: &str) -> Option<PathBuf> {
        which::which_in_global(program, Some(&self.path))
            .ok()?
            .next()
    }

    /// Reads an environment from variables and files. An empty variable counts as unset.
    fn read(
        platform: Platform,
        variable: impl Fn(&str) -> Option<OsString>,
        exists: impl Fn(&Path) -> bool,
    ) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let is_set = |name: &str| set(name).is_some();
        let text = |name: &str| set(name).and_then(|value| value.into_string().ok());
        let term = text("TERM");
        let container_files = ["/.dockerenv", "/run/.containerenv"];
        Self {
            platform,
            is_ssh: ["SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"]
                .into_iter()
                .any(is_set),
            has_display: is_set("DISPLAY") || is_set("WAYLAND_DISPLAY"),
            is_wsl: platform == Platform::Linux
                && (is_set("WSL_DISTRO_NAME") || is_set("WSL_INTEROP")),
            is_container: is_set("container")
                || is_set("KUBERNETES_SERVICE_HOST")
                || container_files
                    .into_iter()
                    .any(|file| exists(Path::new(file))),
            multiplexer: multiplexer(is_set("TMUX"), is_set("STY"), term.as_deref()),
            term,
            browser: text("BROWSER"),
            visual: text("VISUAL"),
            editor: text("EDITOR"),
            pager: text("PAGER"),
            path: set("PATH").unwrap_or_default(),
        }
    }
}

impl Platform {
    /// Returns the platform that this program was built for.
    pub const fn current() -> Self {
        if cfg!(target_os = "linux") {
            Self::Linux
        } else if cfg!(target_os = "macos") {
            Self::MacOs
        } else if cfg!(windows) {
            Self::Windows
        } else {
            Self::OtherUnix
        }
    }
}

/// `$TERM` shows the multiplexer when `sudo` or SSH has removed its variable.
fn multiplexer(has_tmux: bool, has_sty: bool, term: Option<&str>) -> Option<Multiplexer> {
    let is_term = |prefix: &str| term.is_some_and(|term| term.starts_with(prefix));
    if has_tmux || is_term("tmux") {
        Some(Multiplexer::Tmux)
    } else if has_sty || is_term("screen") {
        Some(Multiplexer::Screen)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Environment {
        let variable = |name: &str| {
            let mut variables = variables.iter();
            let found = variables.find(|(known, _)| *known == name)?;
            Some(OsString::from(found.1))
        };
        Environment::read(Platform::Linux, variable, |_| false)
    }

    #[test]
    fn every_sign_of_ssh_counts() {
        for name in ["SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"] {
            assert!(read(&[(name, "x")]).is_ssh, "{name}");
        }
        assert!(!read(&[("SSH_AUTH_SOCK", "/run/agent")]).is_ssh);
    }

    #[test]
    fn empty_variable_counts_as_unset() {
        let environment = read(&[("DISPLAY", ""), ("BROWSER", ""), ("SSH_TTY", "")]);
        assert_eq!(environment, Environment::bare(Platform::Linux));
    }

    #[test]
    fn container_is_recognised_by_its_files_and_variables() {
        let podman = |path: &Path| path == Path::new("/run/.containerenv");
        assert!(Environment::read(Platform::Linux, |_| None, podman).is_container);
        assert!(read(&[("container", "podman")]).is_container);
        assert!(read(&[("KUBERNETES_SERVICE_HOST", "10.0.0.1")]).is_container);
        assert!(!read(&[]).is_container);
    }

    #[test]
    fn multiplexer_is_recognised_by_its_variable_or_terminal_type() {
        let of = |variables| read(variables).multiplexer;
        assert_eq!(of(&[("TMUX", "/tmp/x")]), Some(Multiplexer::Tmux));
        assert_eq!(of(&[("TERM", "tmux-256color")]), Some(Multiplexer::Tmux));
        assert_eq!(of(&[("STY", "1.x")]), Some(Multiplexer::Screen));
        let tmux_with_old_term = [("TMUX", "/tmp/x"), ("TERM", "screen-256color")];
        assert_eq!(of(&tmux_with_old_term), Some(Multiplexer::Tmux));
        assert_eq!(of(&[("TERM", "xterm-256color")]), None);
    }

    #[test]
    fn wsl_is_recognised_on_linux_only() {
        assert!(read(&[("WSL_DISTRO_NAME", "Ubuntu")]).is_wsl);
        let on_windows =
            Environment::read(Platform::Windows, |_| Some(OsString::from("x")), |_| false);
        assert!(!on_windows.is_wsl);
    }
}
