use odd_client::{Client, ClientError, JobRef};
use odd_contracts::{Job, JobId};

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

    /// Returns the whole ids.
    ///
    /// # Errors
    /// When a part of an id does not name exactly one job.
    pub(super) async fn resolve(&self, client: &Client) -> Result<Vec<JobId>, Failure> {
        resolve(client, &self.jobs).await
    }

    /// Sends `command` for each job in turn, and prints the job that it returns.
    ///
    /// # Errors
    /// When a command fails; the jobs before it were changed and printed.
    pub(super) fn change_each(
        self,
        context: &Context,
        command: impl AsyncFn(&Client, JobId) -> Result<Job, ClientError>,
    ) -> Result<Exit, Failure> {
        change_each(&self.jobs, context, command)
    }
}

/// Returns the whole ids of jobs.
///
/// # Errors
/// When a part of an id does not name exactly one job.
pub(super) async fn resolve(client: &Client, jobs: &[JobRef]) -> Result<Vec<JobId>, Failure> {
    let mut ids = Vec::with_capacity(jobs.len());
    for job in jobs {
        ids.push(client.resolve_job(job).await?);
    }
    Ok(ids)
}

/// Sends `command` for each job in turn, and prints the job that it returns. Changes nothing if one cannot be found.
///
/// # Errors
/// When a command fails; the jobs before it were changed and printed.
pub(super) fn change_each(
    jobs: &[JobRef],
    context: &Context,
    command: impl AsyncFn(&Client, JobId) -> Result<Job, ClientError>,
) -> Result<Exit, Failure> {
    context.with_changing_client(async |client| {
        for id in resolve(&client, jobs).await? {
            print_changed(context, &command(&client, id).await?)?;
        }
        Ok(Exit::Ok)
    })
}
