//! The shape of the command line. What a command does is in `commands/`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use odd_client::Url;

use crate::commands;
use crate::output::{ColorChoice, OutputFormat};
use crate::settings::{SETTINGS, parse_duration, parse_url};

/// Examples come before options, since most people look for them.
pub(crate) const TEMPLATE: &str =
    "{about-with-newline}\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

const EXAMPLES: &str = "\
Examples:
  odd-dashboard up                                    start the observatory
  odd-dashboard submit echo '{\"hello\":1}' --wait      run a job and watch it
  odd-dashboard jobs list --status FAILED --since 1h  what went wrong lately
  odd-dashboard events --follow                       everything as it happens";

/// The Distributed Task Observatory: submit, run, watch and explain jobs
#[derive(Debug, Parser)]
#[command(
    name = "odd-dashboard",
    version = commands::version::LINE,
    before_help = EXAMPLES,
    help_template = TEMPLATE,
    after_long_help = environment(),
    arg_required_else_help = true,
    disable_help_subcommand = true,
    max_term_width = 100
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// The list of environment variables for `--help`, each in a few words; the reference page says it in full.
fn environment() -> String {
    let lines = SETTINGS.iter().map(|setting| {
        let end = [": ", "; ", ". "]
            .iter()
            .filter_map(|mark| setting.meaning.find(mark))
            .min();
        let few = &setting.meaning[..end.unwrap_or(setting.meaning.len())];
        let few = few.trim_end_matches('.').replace('`', "");
        format!("  {:<24} {few}\n", setting.env)
    });
    format!("Environment:\n{}", lines.collect::<String>())
}

/// What every command understands.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalArgs {
    /// Shape of the output
    #[arg(
        short,
        long,
        global = true,
        value_enum,
        default_value_t,
        hide_possible_values = false
    )]
    pub(crate) output: OutputFormat,
    /// When to colour
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: ColorChoice,
    /// Say nothing but data and errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Say more: how the logs know a refused request; with `up`, debug logs
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// Never ask
    #[arg(long, global = true)]
    pub(crate) no_input: bool,
    /// Answer every question with yes
    #[arg(short, long, global = true)]
    pub(crate) yes: bool,
    /// Give up after this long, with exit code 124
    #[arg(long, global = true, value_name = "DURATION", value_parser = parse_duration)]
    pub(crate) timeout: Option<Duration>,
    /// Where the gateway is [env: ODD_GATEWAY_URL]
    #[arg(long, global = true, value_name = "URL", value_parser = parse_url)]
    pub(crate) gateway_url: Option<Url>,
    /// Where the read-model is [env: ODD_READ_MODEL_URL]
    #[arg(long, global = true, value_name = "URL", value_parser = parse_url)]
    pub(crate) read_model_url: Option<Url>,
    /// A file that holds the API token [env: ODD_TOKEN_FILE, or ODD_TOKEN for the token itself]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// The configuration file [env: ODD_CONFIG]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Up(commands::up::Args),
    Serve(commands::serve::Args),
    Submit(Box<commands::submit::Args>),
    Jobs(Box<commands::jobs::Args>),
    Events(commands::events::Args),
    Status(commands::status::Args),
    Explain(commands::explain::Args),
    Dlq(commands::dlq::Args),
    RebuildViews(commands::rebuild_views::Args),
    Contracts(commands::contracts::Args),
    Bench(commands::bench::Args),
    Completions(commands::completions::Args),
    Man(commands::man::Args),
    Version(commands::version::Args),
}
