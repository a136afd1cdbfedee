use std::path::PathBuf;
use std::time::Duration;

use odd_client::Url;

use crate::completion;
use crate::output::{ColorChoice, OutputFormat};
use crate::settings::{parse_duration, parse_url};

/// The options that every command accepts.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalArgs {
    /// Format of the output
    #[arg(
        short,
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "FORMAT",
        hide_possible_values = false
    )]
    pub(crate) output: OutputFormat,
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: ColorChoice,
    /// Print only data and errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Print more: the correlation id of a rejected request; with `up` and `serve`, debug logs
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// Never ask for confirmation
    #[arg(long, global = true)]
    pub(crate) no_input: bool,
    /// Answer yes to every question
    #[arg(short, long, global = true)]
    pub(crate) yes: bool,
    /// Give up after this time, with exit code 124
    #[arg(long, global = true, value_name = "DURATION", value_parser = parse_duration)]
    pub(crate) timeout: Option<Duration>,
    /// URL of the gateway [env: ODD_GATEWAY_URL]
    #[arg(long, global = true, value_name = "URL", value_parser = parse_url)]
    pub(crate) gateway_url: Option<Url>,
    /// URL of the read-model [env: ODD_READ_MODEL_URL]
    #[arg(long, global = true, value_name = "URL", value_parser = parse_url)]
    pub(crate) read_model_url: Option<Url>,
    /// File with the API token [env: ODD_TOKEN_FILE, or ODD_TOKEN for the token itself]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// Configuration file [env: ODD_CONFIG] [default: odd-dashboard/config.toml in the XDG configuration home]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Profile of the configuration file: the URLs and the token of a deployment [env: ODD_PROFILE]
    #[arg(long, global = true, value_name = "NAME", add = completion::profiles())]
    pub(crate) profile: Option<String>,
}
