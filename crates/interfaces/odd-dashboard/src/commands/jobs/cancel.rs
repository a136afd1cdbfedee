use odd_contracts::JobId;

use crate::cli::TEMPLATE;
use crate::commands::jobs::print_changed;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

/// Cancel waiting jobs, and ask running ones to stop
#[derive(Debug, clap::Args)]
#[command(help_template = TEMPLATE)]
pub(crate) struct Args {
    /// The jobs' ids
    #[arg(required = true)]
    jobs: Vec<JobId>,
}

pub(super) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    context.with_client(async |client| {
        for id in args.jobs {
            print_changed(context, &client.cancel(id).await?)?;
        }
        Ok(Exit::Ok)
    })
}
