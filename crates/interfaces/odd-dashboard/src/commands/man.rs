use std::path::PathBuf;

use clap::CommandFactory;

use crate::cli::{Cli, TEMPLATE};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

const EXAMPLES: &str = "\
Examples:
  odd-dashboard man | man -l -              read the main page
  odd-dashboard man --dir /usr/share/man/man1   install all of them
";

/// Manual pages
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, help_template = TEMPLATE)]
pub(crate) struct Args {
    /// Write one page per command into this directory instead of printing the main one
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    let command = Cli::command();
    if let Some(dir) = args.dir {
        clap_mangen::generate_to(command, &dir).map_err(|error| {
            Failure::failed(format!("cannot write to {}", dir.display())).cause(error)
        })?;
        return Ok(Exit::Ok);
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    context.printer.data(&String::from_utf8_lossy(&page))?;
    Ok(Exit::Ok)
}
