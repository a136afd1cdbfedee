use std::io;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::{Environment, Launcher, OpenPlan, PrintReason, WebUrl};

/// How long a program is watched after its start: those that cannot open the URL usually fail at once.
const START: Duration = Duration::from_millis(200);

const POLL: Duration = Duration::from_millis(5);

/// What has happened to a URL.
#[derive(Debug)]
pub enum Opened {
    /// A browser was started. Whether it shows the page is not known.
    Launched,
    /// The caller shows the URL to the user, with this reason.
    Print(PrintReason),
}

/// Opens a URL in a browser where that is possible, and does not wait for the browser.
///
/// Checks for up to a fifth of a second whether the launcher fails, so a user interface calls it on another thread.
pub fn open_url(url: &WebUrl, environment: &Environment, only_print: bool) -> Opened {
    let launcher = match OpenPlan::of(environment, only_print) {
        OpenPlan::Print(reason) => return Opened::Print(reason),
        OpenPlan::Launch(launcher) => launcher,
    };
    match launch(&launcher, url) {
        Ok(()) => Opened::Launched,
        Err(_) => Opened::Print(PrintReason::LaunchFailed),
    }
}

fn launch(launcher: &Launcher, url: &WebUrl) -> io::Result<()> {
    match launcher {
        Launcher::Default => open::that_detached(url.as_str()),
        Launcher::Wslview => spawn(vec!["wslview".to_owned(), url.to_string()]),
        Launcher::Configured(browsers) => browsers
            .split(':')
            .map(|browser| browser_arguments(browser, url).and_then(spawn))
            .find(Result::is_ok)
            .unwrap_or_else(|| Err(io::Error::from(io::ErrorKind::NotFound))),
    }
}

/// Returns the program and the arguments of one browser of `$BROWSER`, as xdg-open reads them: `%s` is the URL, which comes
/// last if there is none.
fn browser_arguments(browser: &str, url: &WebUrl) -> io::Result<Vec<String>> {
    let words = shell_words::split(browser).map_err(io::Error::other)?;
    if words.is_empty() {
        return Err(io::ErrorKind::NotFound.into());
    }
    let has_place = words.iter().any(|word| word.contains("%s"));
    let words = words
        .into_iter()
        .map(|word| word.replace("%s", url.as_str()));
    let url = (!has_place).then(|| url.to_string());
    Ok(words.chain(url).collect())
}

/// Starts a program that outlives this process and does not use its terminal.
fn spawn(arguments: Vec<String>) -> io::Result<()> {
    let mut command = Command::new(&arguments[0]);
    command
        .args(&arguments[1..])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // Ctrl+C in the terminal does not end the browser.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    watch_start(command.spawn()?)
}

/// Returns an error if the program fails at once.
fn watch_start(mut child: Child) -> io::Result<()> {
    let deadline = Instant::now() + START;
    while Instant::now() < deadline {
        match child.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(io::Error::other(format!("it ended with {status}"))),
            None => std::thread::sleep(POLL),
        }
    }
    // Otherwise it would remain as a zombie until this process ends.
    std::thread::spawn(move || child.wait());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Platform;

    fn url() -> WebUrl {
        WebUrl::parse("https://x.example/?a='$(id)'&b=1;c").expect("a URL")
    }

    fn arguments(browser: &str) -> Vec<String> {
        browser_arguments(browser, &url()).expect("a command line")
    }

    #[test]
    fn url_with_shell_characters_is_one_argument() {
        let text = url().to_string();
        assert_eq!(arguments("firefox"), ["firefox", &text]);
        assert_eq!(
            arguments("'my browser' --new"),
            ["my browser", "--new", &text]
        );
        assert_eq!(
            arguments("x --url=%s -v"),
            ["x", &format!("--url={text}"), "-v"]
        );
    }

    #[test]
    fn invalid_command_line_is_an_error() {
        assert!(browser_arguments("'unfinished", &url()).is_err());
        assert!(browser_arguments(" ", &url()).is_err());
    }

    #[test]
    fn missing_browsers_end_in_printing() {
        let browser = Some("/nowhere/first:/nowhere/second %s".to_owned());
        let environment = Environment {
            browser,
            ..Environment::bare(Platform::Linux)
        };
        let opened = open_url(&url(), &environment, false);
        assert!(
            matches!(opened, Opened::Print(PrintReason::LaunchFailed)),
            "{opened:?}"
        );
    }

    #[cfg(unix)]
    #[test]
    fn browser_that_fails_at_once_is_followed_by_the_next() {
        let opened = |browser: &str| {
            let environment = Environment {
                browser: Some(browser.to_owned()),
                ..Environment::bare(Platform::Linux)
            };
            open_url(&url(), &environment, false)
        };
        let failed = opened("false:sh -c 'exit 3'");
        assert!(
            matches!(failed, Opened::Print(PrintReason::LaunchFailed)),
            "{failed:?}"
        );
        for browser in ["false:true", "false:sh -c 'sleep 0.5'"] {
            let opened = opened(browser);
            assert!(matches!(opened, Opened::Launched), "{browser}: {opened:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn first_browser_that_starts_receives_the_url_unchanged() {
        let dir = tempfile::tempdir().expect("a directory");
        let (program, output) = (dir.path().join("browser"), dir.path().join("seen"));
        // The file appears when it is complete.
        let script = format!(
            "printf %s \"$1\" > {0}.new\nmv {0}.new {0}\n",
            output.display()
        );
        // Another process writes the script: Linux does not execute a file that this process has open, which a child of a
        // test that runs in parallel might inherit.
        let written = std::process::Command::new("sh")
            .args(["-c", r#"printf '#!/bin/sh\n%s' "$1" > "$0"; chmod +x "$0""#])
            .arg(&program)
            .arg(script)
            .status();
        assert!(written.is_ok_and(|status| status.success()));
        let browser = Some(format!("/nowhere/first:{}", program.display()));
        let environment = Environment {
            browser,
            ..Environment::bare(Platform::Linux)
        };
        assert!(matches!(
            open_url(&url(), &environment, false),
            Opened::Launched
        ));
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
        let seen = loop {
            match std::fs::read_to_string(&output) {
                Ok(seen) => break seen,
                Err(_) if std::time::Instant::now() < deadline => std::thread::yield_now(),
                Err(error) => panic!("the browser did not run: {error}"),
            }
        };
        assert_eq!(seen, url().to_string());
    }
}
