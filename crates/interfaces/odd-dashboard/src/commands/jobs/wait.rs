use std::convert::Infallible;
use std::time::Duration;

use odd_client::{Client, ClientError, EventFilter, EventFollower, Follow};
use odd_contracts::{EventEnvelope, Job, JobId, JobStatus};

use crate::cli::TEMPLATE;
use crate::commands::jobs::print_job;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{OutputFormat, event_line, inert};

/// How long a job may wait before whoever waits for it is told why.
const PATIENCE: Duration = Duration::from_secs(2);

/// Pause between questions where there is no live stream to listen to.
const POLL_INTERVAL: Duration = Duration::from_millis(500);

/// Wait until jobs are finished; exit 6 unless all are COMPLETED
#[derive(Debug, clap::Args)]
#[command(help_template = TEMPLATE)]
pub(crate) struct Args {
    /// The jobs' ids
    #[arg(required = true)]
    jobs: Vec<JobId>,
}

pub(super) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    context.with_client(async |client| {
        let mut worst = Exit::Ok;
        for id in args.jobs {
            let waited = follow_to_end(context, &client, id).await?;
            if report_end(context, &waited)? != Exit::Ok {
                worst = Exit::JobFailed;
            }
        }
        Ok(worst)
    })
}

/// A finished job.
pub(crate) struct Waited {
    pub(crate) job: Job,
}

/// Shows a job's life from its beginning, as it happens, until it ends.
pub(crate) async fn follow_to_end(
    context: &Context,
    client: &Client,
    id: JobId,
) -> Result<Waited, Failure> {
    let filter = EventFilter {
        job_id: Some(id),
        event_type: None,
    };
    let end = async {
        // First the stream, then the past: an event between the two is seen twice rather than never.
        match client.follow_events(filter).await {
            Ok(follower) => listen(context, client, id, follower).await,
            Err(ClientError::Unreachable { .. }) => poll(client, id).await,
            Err(error) => Err(error.into()),
        }
    };
    tokio::select! {
        ended = end => ended?,
        never = tell_what_it_waits_for(context, client, id) => match never {},
    }
    let job = client.job(id).await?;
    Ok(Waited { job })
}

/// Explains, once, a job that has not begun for some time.
async fn tell_what_it_waits_for(context: &Context, client: &Client, id: JobId) -> Infallible {
    tokio::time::sleep(PATIENCE).await;
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
    std::future::pending().await
}

async fn listen(
    context: &Context,
    client: &Client,
    id: JobId,
    mut follower: EventFollower,
) -> Result<(), Failure> {
    let mut seen = show_after(context, client, id, 0).await?;
    // The job may have ended since, or before the stream began: its own word counts.
    if client.job(id).await?.status.is_terminal() {
        show_after(context, client, id, seen).await?;
        return Ok(());
    }
    loop {
        match follower.next().await {
            Ok(Follow::Event(event)) if event.payload.version > seen => {
                seen = event.payload.version;
                show(context, &event)?;
                if event.payload.status.is_terminal() {
                    return Ok(());
                }
            }
            Ok(Follow::Event(_)) => {}
            Ok(Follow::Reconnecting { cause, .. }) => {
                context.printer.warn(&format!("{cause}; trying again"));
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Shows the recorded events after version `seen`; the version of the last one shown.
async fn show_after(
    context: &Context,
    client: &Client,
    id: JobId,
    mut seen: u32,
) -> Result<u32, Failure> {
    for event in client.job_events(id).await? {
        if event.payload.version > seen {
            seen = event.payload.version;
            show(context, &event)?;
        }
    }
    Ok(seen)
}

async fn poll(client: &Client, id: JobId) -> Result<(), Failure> {
    while !client.job(id).await?.status.is_terminal() {
        tokio::time::sleep(POLL_INTERVAL).await;
    }
    Ok(())
}

/// Lines of JSON are data; the lifecycle for people is a message.
fn show(context: &Context, event: &EventEnvelope) -> Result<(), Failure> {
    match context.format() {
        OutputFormat::Jsonl => context.printer.json(event)?,
        _ => context
            .printer
            .coloured_note(&event_line(event, context.printer.colour_messages)),
    }
    Ok(())
}

/// Prints the finished job; exit 6 unless it is COMPLETED.
pub(crate) fn report_end(context: &Context, waited: &Waited) -> Result<Exit, Failure> {
    print_job(context, &waited.job)?;
    Ok(if waited.job.status == JobStatus::Completed {
        Exit::Ok
    } else {
        Exit::JobFailed
    })
}
