use odd_client::{Client, ClientError};
use odd_contracts::{Job, JobId};

use crate::commands::print_job::print_changed;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

/// The jobs that a command acts on.
#[derive(Debug, clap::Args)]
pub(super) struct JobIds {
    /// Ids of the jobs
    #[arg(value_name = "JOB", required = true)]
    pub(super) jobs: Vec<JobId>,
}

impl JobIds {
    /// Sends `command` for each job in turn, and prints the job that it returns.
    ///
    /// # Errors
    /// When a command fails; the jobs before it were changed and printed.
    pub(super) fn change_each(
        self,
        context: &Context,
        command: impl AsyncFn(&Client, JobId) -> Result<Job, ClientError>,
    ) -> Result<Exit, Failure> {
        context.with_changing_client(async |client| {
            for id in self.jobs {
                print_changed(context, &command(&client, id).await?)?;
            }
            Ok(Exit::Ok)
        })
    }
}
