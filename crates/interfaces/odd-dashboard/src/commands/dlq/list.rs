use odd_contracts::Job;

use crate::cli::TEMPLATE;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{OutputFormat, Table, inert};

/// Dead letters, newest first
#[derive(Debug, clap::Args)]
#[command(help_template = TEMPLATE)]
pub(crate) struct Args {
    /// At most this many, up to 100
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=100))]
    limit: u16,
    /// Where an earlier listing ended
    #[arg(long)]
    cursor: Option<String>,
}

pub(super) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    context.with_client(async |client| {
        let list = client
            .dead_letters(usize::from(args.limit), args.cursor)
            .await?;
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
            OutputFormat::Table if list.jobs.is_empty() => {
                context.printer.note("no dead letters");
            }
            OutputFormat::Table => context.printer.data(&table(&list.jobs))?,
        }
        Ok(Exit::Ok)
    })
}

fn table(jobs: &[Job]) -> String {
    let mut table = Table::new(&["ID", "TYPE", "ATTEMPTS", "FAILED AT", "REASON", "ERROR"]);
    for job in jobs {
        let error = job.error.as_ref();
        table.row(vec![
            job.id.to_string(),
            job.job_type.to_string(),
            job.attempt.to_string(),
            job.finished_at
                .map_or_else(String::new, |at| at.to_string()),
            error.map_or("", |error| error.reason.as_str()).to_owned(),
            inert(error.map_or("", |error| &error.message)).into_owned(),
        ]);
    }
    table.render(false)
}
