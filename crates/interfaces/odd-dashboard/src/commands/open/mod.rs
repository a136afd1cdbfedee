//! `open`: the user interfaces of the system, and the browser.

mod launch;
mod list;
mod reachability;
mod registry;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

const EXAMPLES: &str =
    "  odd-dashboard open                 list the user interfaces, and whether they answer
  odd-dashboard open gateway-docs    open one in the browser
  odd-dashboard open web --print     print its URL";

/// Open a user interface in the browser, or list them
///
/// Where no browser can be opened, as in an SSH session or without a display, the URL is printed.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Args {
    /// Id of the user interface; without it, all are listed
    ui: Option<String>,
    /// Print the URL instead of opening it
    #[arg(long, requires = "ui")]
    print: bool,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    context.with_client(async |client| {
        let registry = registry::read(&client, context.printer).await;
        match args.ui {
            None => list::show(&registry, context).await,
            Some(id) => launch::open(&registry, &id, args.print, context).await,
        }
    })
}
