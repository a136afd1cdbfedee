use odd_client::{Client, JobsQuery};
use odd_contracts::{Job, JobList, JobStatus, JobType, QueueName, Timestamp};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{OutputFormat, job_table};
use crate::settings::parse_since;

/// The largest page that the read-model returns.
const PAGE: usize = 200;

/// The server bounds how many jobs it searches for one page, so pages may be empty. This bounds the number of pages.
const MAX_EMPTY_PAGES: usize = 1_000;

const EXAMPLES: &str = "  odd-dashboard jobs list --status FAILED,CANCELLED --since 1h
  odd-dashboard jobs list --type http.request --tag nightly --limit 100
  odd-dashboard jobs list --queue slow -o jsonl | jq .id";

/// List jobs, newest first
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
#[group(skip)]
pub(crate) struct Args {
    /// Only jobs in these statuses, such as FAILED,CANCELLED
    #[arg(long, value_name = "STATUS", value_delimiter = ',', value_parser = parse_status)]
    status: Vec<JobStatus>,
    /// Only jobs of this type
    #[arg(long = "type", value_name = "TYPE")]
    job_type: Option<JobType>,
    /// Only jobs in this queue
    #[arg(long)]
    queue: Option<QueueName>,
    /// Only jobs with this tag
    #[arg(long)]
    tag: Option<String>,
    /// Only jobs that contain this text
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Only jobs created since this time (RFC 3339), or since a duration before now such as 1h
    #[arg(long, value_name = "TIME", value_parser = parse_since)]
    since: Option<Timestamp>,
    /// Only jobs created before this time
    #[arg(long, value_name = "TIME", value_parser = parse_since)]
    until: Option<Timestamp>,
    /// Oldest first
    #[arg(long)]
    oldest: bool,
    /// Maximum number of jobs
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    /// Continue where an earlier list ended
    #[arg(long)]
    cursor: Option<String>,
}

fn parse_status(text: &str) -> Result<JobStatus, String> {
    text.to_uppercase()
        .parse()
        .map_err(|error: odd_contracts::UnknownStatus| error.to_string())
}

pub(super) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    context.with_client(async |client| {
        let list = collect(&client, args).await?;
        print(context, &list)?;
        Ok(Exit::Ok)
    })
}

async fn collect(client: &Client, args: Args) -> Result<JobList, Failure> {
    let limit = args.limit as usize;
    let mut query = JobsQuery {
        statuses: args.status,
        job_type: args.job_type.map(|name| name.to_string()),
        queue: args.queue.map(|name| name.to_string()),
        tags: args.tag.into_iter().collect(),
        texts: args.search.into_iter().collect(),
        since: args.since,
        until: args.until,
        oldest_first: args.oldest,
        cursor: args.cursor,
        ..JobsQuery::default()
    };
    let mut jobs = Vec::new();
    for _ in 0..MAX_EMPTY_PAGES + limit / PAGE {
        if jobs.len() >= limit {
            break;
        }
        query.limit = PAGE.min(limit - jobs.len());
        let page = client.jobs(&query).await?;
        jobs.extend(page.jobs);
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            break;
        }
    }
    Ok(JobList {
        jobs,
        next_cursor: query.cursor,
    })
}

fn print(context: &Context, list: &JobList) -> Result<(), Failure> {
    let is_table = context.format() == OutputFormat::Table;
    if is_table && list.jobs.is_empty() {
        context.printer.note(&match &list.next_cursor {
            None => "no jobs match".to_owned(),
            Some(cursor) => {
                format!("no jobs match so far; continue the search with --cursor {cursor}")
            }
        });
        return Ok(());
    }
    let id = |job: &Job| job.id.to_string();
    let table = |colour| job_table(&list.jobs, colour);
    context.printer.list(list, &list.jobs, id, table)?;
    if let Some(cursor) = list.next_cursor.as_ref().filter(|_| is_table) {
        context.printer.note(&format!(
            "there are more jobs: continue with --cursor {cursor}"
        ));
    }
    Ok(())
}
