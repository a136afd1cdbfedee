use odd_client::{Client, JobsQuery};
use odd_contracts::{JobList, JobStatus, JobType, QueueName, Timestamp};

use crate::cli::TEMPLATE;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{OutputFormat, job_table};
use crate::settings::parse_since;

/// The largest page that the read-model hands out.
const PAGE: usize = 200;

/// Searches are bounded on the server; so is the number of pages without a hit that we ask for.
const MAX_EMPTY_PAGES: usize = 1_000;

/// Jobs, newest first
#[derive(Debug, clap::Args)]
#[command(help_template = TEMPLATE)]
#[group(skip)]
pub(crate) struct Args {
    /// Only in these statuses, such as FAILED,CANCELLED
    #[arg(long, value_name = "STATUS", value_delimiter = ',', value_parser = parse_status)]
    status: Vec<JobStatus>,
    /// Only of this type
    #[arg(long = "type", value_name = "TYPE")]
    job_type: Option<JobType>,
    /// Only in this queue
    #[arg(long)]
    queue: Option<QueueName>,
    /// Only with this tag
    #[arg(long)]
    tag: Option<String>,
    /// Only containing this text
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Created at or after this: a time (RFC 3339), or a duration before now such as 1h
    #[arg(long, value_name = "TIME", value_parser = parse_since)]
    since: Option<Timestamp>,
    /// Created before this
    #[arg(long, value_name = "TIME", value_parser = parse_since)]
    until: Option<Timestamp>,
    /// Oldest first
    #[arg(long)]
    oldest: bool,
    /// At most this many
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    /// Where an earlier listing ended
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
        match context.format() {
            OutputFormat::Json => context.printer.json(&list)?,
            OutputFormat::Jsonl => {
                list.jobs
                    .iter()
                    .try_for_each(|job| context.printer.json(job))?;
            }
            OutputFormat::Name => list
                .jobs
                .iter()
                .try_for_each(|job| context.printer.line(&job.id.to_string()))?,
            OutputFormat::Table => print_table(context, &list)?,
        }
        Ok(Exit::Ok)
    })
}

async fn collect(client: &Client, args: Args) -> Result<JobList, Failure> {
    let wanted = args.limit as usize;
    let mut query = JobsQuery {
        statuses: args.status,
        job_type: args.job_type.map(|name| name.to_string()),
        queue: args.queue.map(|name| name.to_string()),
        tag: args.tag,
        text: args.search,
        since: args.since,
        until: args.until,
        oldest_first: args.oldest,
        cursor: args.cursor,
        limit: 0,
    };
    let mut jobs = Vec::new();
    for _ in 0..MAX_EMPTY_PAGES + wanted / PAGE {
        if jobs.len() >= wanted {
            break;
        }
        query.limit = PAGE.min(wanted - jobs.len());
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

fn print_table(context: &Context, list: &JobList) -> Result<(), Failure> {
    if list.jobs.is_empty() {
        context.printer.note(&match &list.next_cursor {
            None => "no jobs match".to_owned(),
            Some(cursor) => format!(
                "no jobs match among the many that were looked at; go on with --cursor {cursor}"
            ),
        });
        return Ok(());
    }
    context
        .printer
        .data(&job_table(&list.jobs, context.printer.colour))?;
    if let Some(cursor) = &list.next_cursor {
        context
            .printer
            .note(&format!("there are more: go on with --cursor {cursor}"));
    }
    Ok(())
}
