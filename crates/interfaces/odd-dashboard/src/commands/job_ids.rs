use odd_client::{Client, ClientError, JobRef};
use odd_contracts::{Job, JobId};

use crate::commands::each::Each;
use crate::commands::print_job::print_changed;
use crate::completion;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

/// The jobs that a command acts on.
#[derive(Debug, clap::Args)]
pub(super) struct JobIds {
    /// Ids of the jobs, short ids such as 0192f0c1~7c11, or the first 8 or more digits of ids
    #[arg(value_name = "JOB", required = true, add = completion::jobs())]
    jobs: Vec<JobRef>,
}

impl JobIds {
    /// Returns how many jobs are named.
    pub(super) fn count(&self) -> usize {
        self.jobs.len()
    }

    /// Runs `command` for each job in turn, also after one has failed.
    ///
    /// # Errors
    /// See [`Each::record`].
    pub(super) async fn for_each(
        &self,
        context: &Context,
        client: &Client,
        command: impl AsyncFn(JobId) -> Result<Exit, Failure>,
    ) -> Result<Exit, Failure> {
        for_each(&self.jobs, context, client, command).await
    }

    /// Sends `command` for each job in turn, and prints the job that it returns.
    ///
    /// # Errors
    /// See [`Each::record`].
    pub(super) fn change_each(
        self,
        context: &Context,
        command: impl AsyncFn(&Client, JobId) -> Result<Job, ClientError>,
    ) -> Result<Exit, Failure> {
        change_each(&self.jobs, context, command)
    }
}

/// Sends `command` for each job in turn, and prints the job that it returns, or why it failed.
///
/// # Errors
/// See [`Each::record`].
pub(super) fn change_each(
    jobs: &[JobRef],
    context: &Context,
    command: impl AsyncFn(&Client, JobId) -> Result<Job, ClientError>,
) -> Result<Exit, Failure> {
    context.with_changing_client(async |client| {
        for_each(jobs, context, &client, async |id| {
            print_changed(context, &command(&client, id).await?)?;
            Ok(Exit::Ok)
        })
        .await
    })
}

async fn for_each(
    jobs: &[JobRef],
    context: &Context,
    client: &Client,
    command: impl AsyncFn(JobId) -> Result<Exit, Failure>,
) -> Result<Exit, Failure> {
    let mut each = Each::new(context.printer, "job", jobs.len());
    for job in jobs {
        let result = async { command(client.resolve_job(job).await?).await };
        each.record(job, result.await)?;
    }
    Ok(each.finish())
}
