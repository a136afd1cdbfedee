use std::io::{IsTerminal, Write};

use clap::error::ErrorKind;

use crate::exit::Exit;
use crate::failure::Failure;

/// Reports what clap made of the command line: help and version as they are, mistakes in the shape that all
/// our errors have.
pub(crate) fn report(error: &clap::Error) -> Exit {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let _ = error.print();
            Exit::Ok
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = error.print();
            Exit::Usage
        }
        _ => {
            let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
            let failure = reworded(&error.render().to_string());
            let _ = std::io::stderr()
                .lock()
                .write_all(failure.render(colour).as_bytes());
            Exit::Usage
        }
    }
}

/// Clap's text is: what is wrong, perhaps over several lines; tips; usage; a pointer to the help.
fn reworded(text: &str) -> Failure {
    let mut what = Vec::new();
    let mut hints = Vec::new();
    let mut in_what = true;
    for line in text.lines().map(str::trim) {
        if let Some(tip) = line.strip_prefix("tip: ") {
            hints.push(tip.to_owned());
        } else if let Some(usage) = line.strip_prefix("Usage: ") {
            hints.push(format!("usage: {usage}"));
        } else if line.is_empty() {
            in_what = false;
        } else if in_what || line.starts_with('[') {
            what.push(line.trim_start_matches("error: ").to_owned());
        }
    }
    if hints.is_empty() {
        hints.push("see `odd-dashboard --help`".to_owned());
    }
    Failure::usage(what.join(" ")).hint(hints.join("; "))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::Cli;

    fn message(args: &[&str]) -> String {
        let error = Cli::try_parse_from(args).expect_err("wrong");
        reworded(&error.render().to_string()).render(false)
    }

    #[test]
    fn command_line_is_consistent() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }

    #[test]
    fn mistakes_are_told_with_the_way_out() {
        let wrong = [
            &["odd-dashboard", "submti"][..],
            &["odd-dashboard", "submit", "echo", "--wiat"],
            &["odd-dashboard", "submit"],
            &["odd-dashboard", "status", "-o", "xml"],
            &["odd-dashboard", "jobs", "get", "17"],
            &["odd-dashboard", "status", "--timeout", "5"],
        ];
        insta::assert_snapshot!(wrong.map(message).join("\n"));
    }
}
