use std::convert::Infallible;
use std::time::Duration;

use odd_client::{Client, ClientError, EventFilter, inert};
use odd_contracts::{EventEnvelope, Job, JobId, JobStatus};

use crate::commands::follow::ReportedFollower;
use crate::commands::job_ids::JobIds;
use crate::commands::print_job::print_job;
use crate::commands::retry::Retries;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{OutputFormat, event_line};

const EXAMPLES: &str = "  odd-dashboard jobs wait 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
  odd-dashboard jobs wait 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11 --timeout 5m
  odd-dashboard jobs list --tag nightly -o name | xargs odd-dashboard jobs wait";

/// Time without a start after which the reason is printed.
const EXPLAIN_AFTER: Duration = Duration::from_secs(2);

/// Time without an end after which the causes of a degraded or failing observatory are printed: without its broker, for example,
/// no event arrives.
const HEALTH_AFTER: Duration = Duration::from_secs(5);

/// Pause between requests where there is no event stream.
const POLL_INTERVAL: Duration = Duration::from_millis(500);

/// Wait until jobs are finished; exit 6 unless all are COMPLETED
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    ids: JobIds,
}

pub(super) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    context.with_client(async |client| {
        let ids = &args.ids;
        ids.for_each(context, &client, async |id| {
            let job = follow_to_end(context, &client, id).await?;
            print_job(context, &job)?;
            Ok(exit_of(&job))
        })
        .await
    })
}

/// Shows the events of a job from its first one, as they happen, until it is finished. Returns the finished job.
///
/// # Errors
/// When there is no such job, or the services cannot be reached.
pub(crate) async fn follow_to_end(
    context: &Context,
    client: &Client,
    id: JobId,
) -> Result<Job, Failure> {
    let filter = EventFilter {
        job_id: Some(id),
        event_type: None,
    };
    let wait = Wait {
        context,
        client,
        id,
        retries: Retries::new(context.printer),
    };
    let end = async {
        // First the stream, then the past: an event between the two is seen twice rather than never.
        match client.follow_events(filter).await {
            Ok(follower) => {
                let follower = ReportedFollower::new(follower, context.printer);
                wait.listen(follower).await
            }
            Err(ClientError::Unreachable { .. } | ClientError::ConnectionLost { .. }) => {
                wait.poll().await
            }
            Err(error) => Err(error.into()),
        }
    };
    tokio::select! {
        ended = end => ended?,
        never = explain_delay(context, client, id) => match never {},
    }
    Ok(wait.job().await?)
}

/// Explains, once, why a job has not started for some time, then reports what is wrong with the observatory.
async fn explain_delay(context: &Context, client: &Client, id: JobId) -> Infallible {
    tokio::time::sleep(EXPLAIN_AFTER).await;
    if let Ok(explanation) = client.explain(id).await
        && explanation.status != JobStatus::Executing
        && !explanation.status.is_terminal()
    {
        for cause in &explanation.causes {
            let hint = cause.hint.as_deref().unwrap_or_default();
            let note = format!("{} {hint}", cause.detail);
            context.printer.note(&inert(note.trim_end()));
        }
    }
    tokio::time::sleep(HEALTH_AFTER - EXPLAIN_AFTER).await;
    if let Ok(health) = client.health_summary().await {
        for cause in &health.causes {
            let note = format!("{} {}", cause.summary, cause.action);
            context.printer.warn(&inert(note.trim_end()));
        }
    }
    std::future::pending().await
}

/// The wait for one job. Once a service has answered, requests are retried as the stream is.
struct Wait<'a> {
    context: &'a Context,
    client: &'a Client,
    id: JobId,
    retries: Retries,
}

impl Wait<'_> {
    async fn listen(&self, mut follower: ReportedFollower) -> Result<(), Failure> {
        let (mut seen, mut is_terminal) = self.catch_up(0).await?;
        while !is_terminal {
            let Some(event) = follower.next().await? else {
                (seen, is_terminal) = self.catch_up(seen).await?;
                continue;
            };
            if event.payload.version <= seen {
                continue;
            }
            seen = event.payload.version;
            show(self.context, &event)?;
            is_terminal = event.payload.status.is_terminal();
        }
        Ok(())
    }

    /// Shows the events after version `seen` that the stream may lack. Returns the version of the last one, and whether
    /// the job is finished.
    async fn catch_up(&self, seen: u32) -> Result<(u32, bool), Failure> {
        let seen = self.show_after(seen).await?;
        // The job may have finished since, or before the stream began: the gateway knows.
        match self.job().await?.status.is_terminal() {
            true => Ok((self.show_after(seen).await?, true)),
            false => Ok((seen, false)),
        }
    }

    /// Shows the recorded events after version `seen`; returns the version of the last one shown.
    async fn show_after(&self, mut seen: u32) -> Result<u32, Failure> {
        let events = async || self.client.job_events(self.id).await;
        for event in self.retries.run(events).await? {
            if event.payload.version > seen {
                seen = event.payload.version;
                show(self.context, &event)?;
            }
        }
        Ok(seen)
    }

    async fn poll(&self) -> Result<(), Failure> {
        // A gateway that cannot be reached either is reported at once.
        let mut status = self.client.job(self.id).await?.status;
        while !status.is_terminal() {
            tokio::time::sleep(POLL_INTERVAL).await;
            status = self.job().await?.status;
        }
        Ok(())
    }

    async fn job(&self) -> Result<Job, ClientError> {
        let query = async || self.client.job(self.id).await;
        self.retries.run(query).await
    }
}

/// JSON lines are data; in every other format the events are messages.
fn show(context: &Context, event: &EventEnvelope) -> Result<(), Failure> {
    match context.format() {
        OutputFormat::Jsonl => context.printer.json(event)?,
        _ => context
            .printer
            .coloured_note(&event_line(event, context.printer.message_layout())),
    }
    Ok(())
}

/// Returns exit 6 unless the finished job is COMPLETED.
pub(crate) fn exit_of(job: &Job) -> Exit {
    match job.status {
        JobStatus::Completed => Exit::Ok,
        _ => Exit::JobFailed,
    }
}
