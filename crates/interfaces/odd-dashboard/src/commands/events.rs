use odd_client::{Client, EventFilter, EventFollower, EventsQuery, Follow};
use odd_contracts::{EventEnvelope, EventType, JobId, Timestamp};

use crate::cli::TEMPLATE;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{OutputFormat, event_line};
use crate::settings::parse_since;

const EXAMPLES: &str = "\
Examples:
  odd-dashboard events                               the last 20
  odd-dashboard events --type job.failed --since 1h
  odd-dashboard events --follow --job 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
  odd-dashboard events --follow -o jsonl | jq .eventType
";

/// The largest page that the read-model hands out.
const PAGE: usize = 200;

/// What happened, and what happens
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, help_template = TEMPLATE)]
pub(crate) struct Args {
    /// Go on with events as they happen
    #[arg(short, long)]
    follow: bool,
    /// Only of this job
    #[arg(long, value_name = "ID")]
    job: Option<JobId>,
    /// Only of this type, such as job.failed
    #[arg(long = "type", value_name = "TYPE")]
    event_type: Option<EventType>,
    /// Not older than this: a time (RFC 3339), or a duration before now such as 15m
    #[arg(long, value_name = "TIME", value_parser = parse_since)]
    since: Option<Timestamp>,
    /// At most this many past events; 20 unless --since is given, none with --follow
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    context.with_client(async |client| {
        let filter = EventFilter {
            job_id: args.job,
            event_type: args.event_type,
        };
        // The stream is opened before the past is read, so that nothing falls between the two.
        let follower = match args.follow {
            true => Some(client.follow_events(filter).await?),
            false => None,
        };
        let past = past_events(&client, filter, &args).await?;
        print_past(context, &past)?;
        match follower {
            Some(follower) => follow(context, follower, &past).await,
            None => Ok(Exit::Ok),
        }
    })
}

/// Oldest first.
async fn past_events(
    client: &Client,
    filter: EventFilter,
    args: &Args,
) -> Result<Vec<EventEnvelope>, Failure> {
    let wanted = match (args.limit, args.since, args.follow) {
        (Some(limit), ..) => limit as usize,
        (None, Some(_), _) => usize::MAX,
        (None, None, true) => 0,
        (None, None, false) => 20,
    };
    let mut events: Vec<EventEnvelope> = Vec::new();
    let mut cursor = None;
    while events.len() < wanted {
        let page = client
            .events(&EventsQuery {
                filter,
                since: args.since,
                cursor,
                limit: PAGE.min(wanted - events.len()),
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
    mut follower: EventFollower,
    past: &[EventEnvelope],
) -> Result<Exit, Failure> {
    let mut shown: std::collections::HashSet<_> = past
        .iter()
        .rev()
        .take(10_000)
        .map(|event| event.event_id)
        .collect();
    loop {
        match follower.next().await? {
            Follow::Event(event) if shown.remove(&event.event_id) => {}
            Follow::Event(event) => print(context, &event)?,
            Follow::Reconnecting { cause, .. } => {
                context.printer.warn(&format!("{cause}; trying again"));
            }
        }
    }
}

fn print(context: &Context, event: &EventEnvelope) -> Result<(), Failure> {
    match context.format() {
        OutputFormat::Table => context
            .printer
            .line(&event_line(event, context.printer.colour)),
        OutputFormat::Name => context.printer.line(&event.event_id.to_string()),
        OutputFormat::Json | OutputFormat::Jsonl => context.printer.json(event),
    }
}
