use std::ffi::OsString;
use std::path::{Path, PathBuf};

use odd_client::JobFilter;
use odd_contracts::{TerminalMode, TerminalView};
use odd_web_pty::{Launch, Program, ProgramCommand, ProgramFailure};

use super::home::HomeDirectory;
use crate::failure::Failure;
use crate::settings::{GATEWAY_URL, READ_MODEL_URL, TOKEN, WEB_URL};

/// Variables that a terminal inherits: how it shows times.
const INHERITED: [&str; 1] = ["TZ"];

/// Where the terminal interface finds the observatory.
#[derive(Debug, Clone)]
pub(super) struct Endpoints {
    pub(super) gateway_url: String,
    pub(super) read_model_url: String,
    /// The web dashboard, for links.
    pub(super) web_url: Option<String>,
}

/// Returns the program of a terminal: the terminal interface, in its own environment, and unable to use anything on this
/// machine.
///
/// # Errors
/// When the file of this program is unknown.
pub(super) fn terminal_interface(
    endpoints: Endpoints,
    home: &HomeDirectory,
) -> Result<Program, Failure> {
    let program = std::env::current_exe()
        .map_err(|error| Failure::failed("the file of this program is unknown").cause(error))?;
    let home = home.path();
    Ok(Program::new(move |launch| {
        command(&program, &endpoints, home.current(), launch)
    }))
}

fn command(
    program: &Path,
    endpoints: &Endpoints,
    directory: PathBuf,
    launch: Launch<'_>,
) -> Result<ProgramCommand, ProgramFailure> {
    let token = launch.token.map(|token| (TOKEN.env.into(), token.into()));
    Ok(ProgramCommand {
        program: PathBuf::from(program),
        arguments: arguments(launch.mode, launch.view)?,
        // The token is not an argument: every user of this machine can read those.
        environment: environment(endpoints, &directory)
            .into_iter()
            .chain(token)
            .collect(),
        directory,
    })
}

/// Returns the arguments. A value of the view is part of the argument with its name, so that it cannot be another option.
fn arguments(mode: TerminalMode, view: &TerminalView) -> Result<Vec<OsString>, ProgramFailure> {
    let mut arguments = vec!["--restricted".to_owned()];
    if mode == TerminalMode::ReadOnly {
        arguments.push("--read-only".to_owned());
    }
    if let Some(view) = view.view {
        arguments.push(format!("--view={}", view.as_str()));
    }
    if let Some(filter) = &view.filter {
        let filter: JobFilter =
            filter
                .parse()
                .map_err(|error: odd_client::FilterError| ProgramFailure {
                    pointer: "/view/filter",
                    message: error.to_string(),
                })?;
        arguments.push(format!("--filter={filter}"));
    }
    if let Some(job) = view.job_id {
        arguments.push(format!("--job={job}"));
    }
    Ok(arguments.into_iter().map(OsString::from).collect())
}

fn environment(endpoints: &Endpoints, home: &Path) -> Vec<(OsString, OsString)> {
    let home = home.as_os_str();
    let mut variables: Vec<(OsString, OsString)> = [
        ("TERM", "xterm-256color"),
        ("COLORTERM", "truecolor"),
        ("LANG", "C.UTF-8"),
        (GATEWAY_URL.env, endpoints.gateway_url.as_str()),
        (READ_MODEL_URL.env, endpoints.read_model_url.as_str()),
    ]
    .map(|(name, value)| (name.into(), value.into()))
    .into();
    let homes = [
        "HOME",
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "XDG_STATE_HOME",
        "XDG_CACHE_HOME",
    ];
    variables.extend(homes.map(|name| (name.into(), home.to_owned())));
    let web_url = endpoints.web_url.iter();
    variables.extend(web_url.map(|url| (WEB_URL.env.into(), url.into())));
    let inherited = INHERITED.into_iter();
    variables.extend(inherited.filter_map(|name| Some((name.into(), std::env::var_os(name)?))));
    variables
}

#[cfg(test)]
mod tests {
    use odd_contracts::TerminalViewName;

    use super::*;

    fn of(view: &TerminalView) -> Result<Vec<OsString>, ProgramFailure> {
        arguments(TerminalMode::ReadOnly, view)
    }

    #[test]
    fn view_becomes_arguments() {
        let view = TerminalView {
            view: Some(TerminalViewName::Jobs),
            filter: Some("status:FAILED  since:1h".to_owned()),
            job_id: None,
        };
        let expected = [
            "--restricted",
            "--read-only",
            "--view=jobs",
            "--filter=status:FAILED since:1h",
        ];
        assert_eq!(of(&view).expect("valid"), expected);
    }

    #[test]
    fn filter_cannot_be_another_option() {
        for filter in ["--config=/etc/passwd", "-h", "a --theme dark"] {
            let view = TerminalView {
                filter: Some(filter.to_owned()),
                ..TerminalView::default()
            };
            if let Ok(arguments) = of(&view) {
                assert_eq!(arguments.len(), 3, "{arguments:?}");
                let last = arguments[2].to_string_lossy();
                assert!(last.starts_with("--filter="), "{last}");
            }
        }
        let broken = TerminalView {
            filter: Some("since:never".to_owned()),
            ..TerminalView::default()
        };
        assert_eq!(of(&broken).expect_err("invalid").pointer, "/view/filter");
    }

    #[test]
    fn terminal_gets_only_known_variables() {
        let endpoints = Endpoints {
            gateway_url: "http://127.0.0.1:3000".to_owned(),
            read_model_url: "http://127.0.0.1:8080".to_owned(),
            web_url: None,
        };
        let variables = environment(&endpoints, Path::new("empty-home"));
        for (name, value) in &variables {
            let name = name.to_string_lossy();
            let is_home = name == "HOME" || name.starts_with("XDG_");
            assert_eq!(is_home, value == "empty-home", "{name}");
            assert!(!["PATH", "SHELL", "EDITOR", "PAGER"].contains(&&*name));
        }
    }
}
