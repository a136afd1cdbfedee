use odd_contracts::JobId;

use crate::cli::TEMPLATE;
use crate::commands::jobs::print_job;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

/// Everything about jobs: payload, result, attempts, log
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
            print_job(context, &client.job(id).await?)?;
        }
        Ok(Exit::Ok)
    })
}
