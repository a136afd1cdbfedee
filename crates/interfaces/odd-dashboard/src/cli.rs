//! The root of the command line. `commands/` holds what each command accepts and does.

use clap::{CommandFactory, FromArgMatches, Parser};

use crate::build_info::VERSION_LINE;
use crate::commands::{Command, tui};
use crate::global_args::GlobalArgs;
use crate::settings::SETTINGS;

/// Examples come before options, because most readers look for them first. They are the `before_help` of each command,
/// and its manual page shows the same ones.
const TEMPLATE: &str = "{about-with-newline}\nExamples:\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

const EXAMPLES: &str =
    "  odd-dashboard                                       open the terminal interface
  odd-dashboard up                                    start the observatory
  odd-dashboard submit echo '{\"hello\":1}' --wait      run a job and watch it
  odd-dashboard jobs list --status FAILED --since 1h  list recent failures
  odd-dashboard events --follow                       watch every event";

/// The Distributed Task Observatory: submit, run, watch and explain jobs
#[derive(Debug, Parser)]
#[command(
    name = "odd-dashboard",
    version = VERSION_LINE,
    before_help = EXAMPLES,
    after_long_help = environment(),
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    max_term_width = 100
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) tui: tui::Args,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// Parses the arguments of the process.
///
/// # Errors
/// When the arguments are wrong, or ask for the help or the version.
pub(crate) fn parse() -> Result<Cli, clap::Error> {
    parse_from(std::env::args_os())
}

pub(crate) fn parse_from<A>(arguments: impl IntoIterator<Item = A>) -> Result<Cli, clap::Error>
where
    A: Into<std::ffi::OsString> + Clone,
{
    let matches = command().try_get_matches_from(arguments)?;
    Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command()))
}

/// Returns the whole command line, with one help template for every command.
pub(crate) fn command() -> clap::Command {
    with_template(Cli::command())
}

fn with_template(command: clap::Command) -> clap::Command {
    command
        .help_template(TEMPLATE)
        .mut_subcommands(with_template)
}

/// Lists the environment variables for `--help`.
fn environment() -> String {
    let lines = SETTINGS.iter().map(|setting| {
        let summary = setting.summary.trim_end_matches('.').replace('`', "");
        format!("  {:<29} {summary}\n", setting.env)
    });
    format!("Environment:\n{}", lines.collect::<String>())
}

#[cfg(test)]
mod interfaces_tests;
#[cfg(test)]
mod tests;
