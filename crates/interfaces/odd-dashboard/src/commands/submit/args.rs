use std::path::PathBuf;
use std::time::Duration;

use odd_contracts::{JobId, JobType, QueueName, Timestamp};

use crate::completion;
use crate::settings::parse_duration;

const EXAMPLES: &str = "  odd-dashboard submit echo '{\"hello\":\"world\"}' --wait
  odd-dashboard submit http.request @request.json --max-attempts 3 --tag nightly
  generate-report | odd-dashboard submit report.render - --queue slow
  odd-dashboard submit echo --idempotency-key order-17 '{\"order\":17}'
  odd-dashboard submit report.render --edit
  odd-dashboard submit --batch jobs.ndjson --wait";

/// Submit a job, or a file of jobs
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Args {
    /// Job type, which selects the handler
    #[arg(value_name = "TYPE", required_unless_present_any = ["batch", "edit"], add = completion::job_types())]
    pub(super) job_type: Option<JobType>,
    /// Input of the handler: JSON, @FILE, or - for standard input
    #[arg(value_name = "PAYLOAD")]
    pub(super) positional_payload: Option<String>,
    /// Like PAYLOAD, as an option
    #[arg(
        long,
        value_name = "JSON|@FILE|-",
        conflicts_with = "positional_payload"
    )]
    pub(super) payload: Option<String>,
    /// Id of the job; makes the submission safe to repeat
    #[arg(long, value_name = "UUID")]
    pub(super) id: Option<JobId>,
    /// Text that identifies the submission and makes it safe to repeat
    #[arg(long, value_name = "KEY")]
    pub(super) idempotency_key: Option<String>,
    /// Key that at most one unfinished job can have
    #[arg(long, value_name = "KEY")]
    pub(super) unique_key: Option<String>,
    /// Queue of the job
    #[arg(long, add = completion::queues())]
    pub(super) queue: Option<QueueName>,
    /// Priority, -100 to 100; jobs with a higher one run first
    #[arg(long, allow_negative_numbers = true, value_parser = clap::value_parser!(i32).range(-100..=100))]
    pub(super) priority: Option<i32>,
    /// Start after this duration
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    pub(super) delay: Option<Duration>,
    /// Start at this time (RFC 3339)
    #[arg(long, value_name = "TIME", conflicts_with = "delay", value_parser = parse_time)]
    pub(super) run_at: Option<Timestamp>,
    /// Maximum number of attempts, 1 to 100
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(super) max_attempts: Option<u32>,
    /// Time limit of one attempt in milliseconds
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(1..=86_400_000))]
    pub(super) timeout_ms: Option<u64>,
    /// Tag for finding the job; can be repeated
    #[arg(long = "tag", value_name = "TAG")]
    pub(super) tags: Vec<String>,
    /// Text value stored with the job; can be repeated
    #[arg(long = "metadata", value_name = "NAME=VALUE", value_parser = parse_pair)]
    pub(super) metadata: Vec<(String, String)>,
    /// Edit the whole submission in $VISUAL or $EDITOR, and submit the result if it is valid
    #[arg(short, long)]
    pub(super) edit: bool,
    /// Show the events until the job is finished; exit 6 unless it is COMPLETED
    #[arg(short, long)]
    pub(super) wait: bool,
    /// Submit a file with one submission per line, or a JSON array of submissions; - for standard input
    #[arg(long, value_name = "FILE.ndjson", conflicts_with_all = [
        "job_type", "positional_payload", "payload", "id", "idempotency_key", "unique_key", "queue", "priority",
        "edit", "delay", "run_at", "max_attempts", "timeout_ms", "tags", "metadata",
    ])]
    pub(super) batch: Option<PathBuf>,
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
