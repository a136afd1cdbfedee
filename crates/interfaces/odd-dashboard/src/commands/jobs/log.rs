use odd_client::{AttemptLogQuery, Client, JobRef};
use odd_contracts::{AttemptLog, LogLine};

use crate::completion;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{OutputFormat, log_line};

/// The largest page that the read-model returns.
const PAGE: usize = 200;

const EXAMPLES: &str = "  odd-dashboard jobs log 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
  odd-dashboard jobs log 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11 --attempt 2
  odd-dashboard jobs log 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11 -o jsonl | jq -r .line";

/// Print the log of one attempt, oldest line first
///
/// An attempt keeps up to 1,000 lines: of a longer log the first 500 and the last ones, and a line in between reports how many were
/// omitted. Lines after the first 500 are shown when the attempt has ended.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Args {
    /// The job's id, its short id, or the first 8 or more digits of its id
    #[arg(add = completion::jobs())]
    job: JobRef,
    /// The attempt's number; the newest one by default
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    attempt: Option<u32>,
}

pub(super) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    context.with_client(async |client| {
        let job_id = client.resolve_job(&args.job).await?;
        let attempt = match args.attempt {
            Some(attempt) => attempt,
            None => client.job(job_id).await?.attempt,
        };
        if attempt == 0 {
            context
                .printer
                .note(&format!("job {job_id} has not started yet"));
        }
        let query = AttemptLogQuery {
            job_id,
            attempt,
            oldest_first: true,
            cursor: None,
            limit: PAGE,
        };
        print_log(context, &client, query).await
    })
}

/// Prints each page as it arrives; as JSON, all lines in one document.
async fn print_log(
    context: &Context,
    client: &Client,
    mut query: AttemptLogQuery,
) -> Result<Exit, Failure> {
    let mut lines = Vec::new();
    let mut count = 0;
    while query.attempt > 0 {
        let page = client.attempt_log(&query).await?;
        count += page.lines.len();
        match context.format() {
            OutputFormat::Json => lines.extend(page.lines),
            _ => print_lines(context, &page.lines)?,
        }
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            break;
        }
    }
    if context.format() == OutputFormat::Json {
        context.printer.json(&AttemptLog {
            lines,
            next_cursor: None,
        })?;
    }
    if count == 0 && query.attempt > 0 {
        context
            .printer
            .note(&format!("attempt {} has no log lines", query.attempt));
    }
    Ok(Exit::Ok)
}

fn print_lines(context: &Context, lines: &[LogLine]) -> Result<(), Failure> {
    lines.iter().try_for_each(|line| match context.format() {
        OutputFormat::Jsonl => context.printer.json(line),
        _ => context.printer.line(&log_line(line)),
    })
}
