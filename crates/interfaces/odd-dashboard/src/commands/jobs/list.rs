use odd_client::{Client, JobsQuery};
use odd_contracts::{Job, JobList};
use odd_core::{Clock, SystemClock};

use super::selection::Selection;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{OutputFormat, job_table};

/// The largest page that the read-model returns.
const PAGE: usize = 200;

/// The server bounds how many jobs it searches for one page, so pages may be empty. This bounds the number of pages.
const MAX_EMPTY_PAGES: usize = 1_000;

const EXAMPLES: &str = "  odd-dashboard jobs list --status FAILED,CANCELLED --since 1h
  odd-dashboard jobs list --filter '!type:email !status:COMPLETED \"timed out\"'
  odd-dashboard jobs list --type http.request --tag nightly --limit 100
  odd-dashboard jobs list --queue slow -o jsonl | jq .id";

/// List jobs, newest first
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
#[group(skip)]
pub(crate) struct Args {
    #[command(flatten)]
    selection: Selection,
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

pub(super) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    context.with_client(async |client| {
        let list = collect(&client, args).await?;
        print(context, &list)?;
        Ok(Exit::Ok)
    })
}

async fn collect(client: &Client, args: Args) -> Result<JobList, Failure> {
    let limit = args.limit as usize;
    let filter = args.selection.filter()?;
    let mut query = JobsQuery {
        oldest_first: args.oldest,
        cursor: args.cursor,
        ..filter.to_query(SystemClock.now())
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
        stopped_at_bound: query.cursor.is_some() && jobs.len() < limit,
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
                format!(
                    "no jobs match so far: the search stopped at its bound; continue it with --cursor {cursor}"
                )
            }
        });
        return Ok(());
    }
    let id = |job: &Job| job.id.to_string();
    let table = |_| job_table(&list.jobs, context.printer.layout());
    context.printer.list(list, &list.jobs, id, table)?;
    if let Some(cursor) = list.next_cursor.as_ref().filter(|_| is_table) {
        let why = match list.stopped_at_bound {
            true => "the search stopped at its bound, and more jobs may match",
            false => "there are more jobs",
        };
        context
            .printer
            .note(&format!("{why}: continue with --cursor {cursor}"));
    }
    Ok(())
}
