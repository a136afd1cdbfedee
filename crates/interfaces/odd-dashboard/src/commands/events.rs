use std::collections::HashSet;

use odd_client::{Client, EventFilter, EventsQuery, JobRef};
use odd_contracts::{EventEnvelope, EventType, Timestamp};

use crate::commands::follow::ReportedFollower;
use crate::completion;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{OutputFormat, event_line};
use crate::settings::parse_since;

const EXAMPLES: &str = "  odd-dashboard events                               the last 20
  odd-dashboard events --type job.failed --since 1h
  odd-dashboard events --follow --job 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
  odd-dashboard events --follow -o jsonl | jq .eventType";

/// The largest page that the read-model returns.
const PAGE: usize = 200;

/// Past events that are remembered, so that the stream does not show them again.
const REMEMBERED: usize = 10_000;

/// List past events, or follow new ones
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Args {
    /// Continue with new events as they happen
    #[arg(short, long)]
    follow: bool,
    /// Only events of this job: an id, a short id, or the first 8 or more digits of an id
    #[arg(long, value_name = "ID", add = completion::jobs())]
    job: Option<JobRef>,
    /// Only events of this type, such as job.failed
    #[arg(long = "type", value_name = "TYPE", add = completion::event_types())]
    event_type: Option<EventType>,
    /// Only events since this time (RFC 3339), or since a duration before now such as 15m
    #[arg(long, value_name = "TIME", value_parser = parse_since)]
    since: Option<Timestamp>,
    /// Maximum number of past events [default: 20, or 0 with --follow; unlimited with --since]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    context.with_client(async |client| {
        let job_id = match &args.job {
            Some(job) => Some(client.resolve_job(job).await?),
            None => None,
        };
        let filter = EventFilter {
            job_id,
            event_type: args.event_type,
        };
        // The stream is opened before the past is read, so that no event is lost between the two.
        let follower = match args.follow {
            true => Some(client.follow_events(filter).await?),
            false => None,
        };
        let past = past_events(&client, filter, &args).await?;
        print_past(context, &past)?;
        match follower {
            Some(follower) => {
                let follower = ReportedFollower::new(follower, context.printer);
                follow(context, follower, &past).await
            }
            None => Ok(Exit::Ok),
        }
    })
}

/// Returns the events oldest first.
async fn past_events(
    client: &Client,
    filter: EventFilter,
    args: &Args,
) -> Result<Vec<EventEnvelope>, Failure> {
    let limit = match (args.limit, args.since, args.follow) {
        (Some(limit), ..) => limit as usize,
        (None, Some(_), _) => usize::MAX,
        (None, None, true) => 0,
        (None, None, false) => 20,
    };
    let mut events: Vec<EventEnvelope> = Vec::new();
    let mut cursor = None;
    while events.len() < limit {
        let page = client
            .events(&EventsQuery {
                filter,
                since: args.since,
                cursor,
                limit: PAGE.min(limit - events.len()),
            })
            .await?;
        events.extend(page.events);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    events.reverse();
    Ok(events)
}

fn print_past(context: &Context, past: &[EventEnvelope]) -> Result<(), Failure> {
    if context.format() == OutputFormat::Json {
        return context.printer.json(&serde_json::json!({ "events": past }));
    }
    past.iter().try_for_each(|event| print(context, event))
}

async fn follow(
    context: &Context,
    mut follower: ReportedFollower,
    past: &[EventEnvelope],
) -> Result<Exit, Failure> {
    let newest = past.iter().rev().take(REMEMBERED);
    let mut shown: HashSet<_> = newest.map(|event| event.event_id).collect();
    loop {
        // The follower has reported that events may be missing.
        let Some(event) = follower.next().await? else {
            continue;
        };
        if !shown.remove(&event.event_id) {
            print(context, &event)?;
        }
    }
}

fn print(context: &Context, event: &EventEnvelope) -> Result<(), Failure> {
    let line = |_| format!("{}\n", event_line(event, context.printer.layout()));
    context
        .printer
        .value(event, [event.event_id.to_string()], line)
}
