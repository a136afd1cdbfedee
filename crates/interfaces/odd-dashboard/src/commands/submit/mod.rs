use std::path::PathBuf;
use std::time::Duration;

use odd_client::{Acceptance, Accepted};
use odd_contracts::{JobId, JobType, QueueName, Timestamp};

use crate::cli::TEMPLATE;
use crate::commands::jobs::{follow_to_end, print_changed, report_end};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::OutputFormat;
use crate::settings::parse_duration;

mod await_batch;
mod batch;
mod chunks;
mod payload;
mod submission;

const EXAMPLES: &str = "\
Examples:
  odd-dashboard submit echo '{\"hello\":\"world\"}' --wait
  odd-dashboard submit http.request @request.json --max-attempts 3 --tag nightly
  generate-report | odd-dashboard submit report.render - --queue slow
  odd-dashboard submit echo --idempotency-key order-17 '{\"order\":17}'
  odd-dashboard submit --batch jobs.ndjson
";

/// Submit a job, or a file of jobs
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, help_template = TEMPLATE)]
pub(crate) struct Args {
    /// What kind of work: selects the handler
    #[arg(value_name = "TYPE", required_unless_present = "batch")]
    job_type: Option<JobType>,
    /// The handler's input: JSON, @FILE, or - for standard input
    #[arg(value_name = "PAYLOAD")]
    positional_payload: Option<String>,
    /// The same as an option
    #[arg(
        long,
        value_name = "JSON|@FILE|-",
        conflicts_with = "positional_payload"
    )]
    payload: Option<String>,
    /// Choose the job's id, which makes the submission safe to repeat
    #[arg(long, value_name = "UUID")]
    id: Option<JobId>,
    /// Any text that makes the submission safe to repeat
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,
    /// At most one unfinished job carries this key
    #[arg(long, value_name = "KEY")]
    unique_key: Option<String>,
    /// The queue to wait in
    #[arg(long)]
    queue: Option<QueueName>,
    /// -100 to 100; higher runs first
    #[arg(long, allow_negative_numbers = true, value_parser = clap::value_parser!(i32).range(-100..=100))]
    priority: Option<i32>,
    /// Start this much later
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    delay: Option<Duration>,
    /// Start at this time (RFC 3339)
    #[arg(long, value_name = "TIME", conflicts_with = "delay", value_parser = parse_time)]
    run_at: Option<Timestamp>,
    /// Attempts before giving up, 1 to 100
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
    max_attempts: Option<u32>,
    /// Longest run of one attempt in milliseconds
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(1..=86_400_000))]
    timeout_ms: Option<u64>,
    /// A label to find the job by; can be repeated
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// A text value kept beside the job; can be repeated
    #[arg(long = "metadata", value_name = "NAME=VALUE", value_parser = parse_pair)]
    metadata: Vec<(String, String)>,
    /// Wait until it is finished, showing its life as it happens; exit 6 unless it is COMPLETED
    #[arg(short, long)]
    wait: bool,
    /// A file with one submission per line, or - for standard input
    #[arg(long, value_name = "FILE.ndjson", conflicts_with_all = [
        "job_type", "positional_payload", "payload", "id", "idempotency_key", "unique_key", "queue", "priority",
        "delay", "run_at", "max_attempts", "timeout_ms", "tags", "metadata",
    ])]
    batch: Option<PathBuf>,
}

fn parse_time(text: &str) -> Result<Timestamp, String> {
    text.parse()
        .map_err(|_| "must be a time such as 2026-01-31T12:00:00Z".to_owned())
}

fn parse_pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text
        .split_once('=')
        .ok_or_else(|| "must be NAME=VALUE".to_owned())?;
    Ok((name.to_owned(), value.to_owned()))
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    if let Some(file) = &args.batch {
        return batch::run(file, args.wait, context);
    }
    let (idempotency_key, wait) = (args.idempotency_key.clone(), args.wait);
    let submission = submission::build(args)?;
    context.with_client(async |client| {
        let accepted = client
            .submit(&submission, idempotency_key.as_deref())
            .await?;
        note_repeat(context, &accepted);
        if !wait {
            print_changed(context, &accepted.job)?;
            return Ok(Exit::Ok);
        }
        context
            .printer
            .note(&format!("submitted {}", accepted.job.id));
        let waited = follow_to_end(context, &client, accepted.job.id).await?;
        report_end(context, &waited)
    })
}

fn note_repeat(context: &Context, accepted: &Accepted) {
    let note = match accepted.acceptance {
        Acceptance::Created => return,
        Acceptance::Replayed => "this submission was accepted before; here is its job",
        Acceptance::UniqueExists => "an unfinished job has this unique key; here it is",
    };
    if context.format() == OutputFormat::Table {
        context.printer.note(note);
    }
}
