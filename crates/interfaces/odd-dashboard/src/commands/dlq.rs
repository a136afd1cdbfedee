use clap::Subcommand;
use odd_client::{Client, inert};
use odd_contracts::{Job, counted};

use crate::commands::job_ids::JobIds;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{OutputFormat, Table, all_attempts_cell};

const EXAMPLES: &str = "  odd-dashboard dlq list
  odd-dashboard dlq replay 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
  odd-dashboard dlq list -o name | xargs odd-dashboard dlq replay";

const LIST_EXAMPLES: &str = "  odd-dashboard dlq list
  odd-dashboard dlq list --limit 100 -o jsonl | jq .error.message";

const REPLAY_EXAMPLES: &str = "  odd-dashboard dlq replay 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
  odd-dashboard dlq list -o name | xargs odd-dashboard dlq replay";

const DROP_EXAMPLES: &str = "  odd-dashboard dlq drop 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
  odd-dashboard dlq drop --yes 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11   without confirmation";

/// Manage dead letters: jobs that failed for good
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    List(ListArgs),
    /// Run dead letters again
    #[command(before_help = REPLAY_EXAMPLES)]
    Replay(JobIds),
    /// Remove dead letters; the jobs stay FAILED until retention removes them
    #[command(before_help = DROP_EXAMPLES)]
    Drop(JobIds),
}

/// List dead letters, newest first
#[derive(Debug, clap::Args)]
#[command(before_help = LIST_EXAMPLES)]
struct ListArgs {
    /// Maximum number of dead letters, up to 100
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=100))]
    limit: u16,
    /// Continue where an earlier list ended
    #[arg(long)]
    cursor: Option<String>,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    match args.action {
        Action::List(args) => list(args, context),
        Action::Replay(ids) => ids.change_each(context, Client::replay_dead_letter),
        Action::Drop(ids) => drop_letters(ids, context),
    }
}

fn list(args: ListArgs, context: &Context) -> Result<Exit, Failure> {
    context.with_client(async |client| {
        let limit = usize::from(args.limit);
        let list = client.dead_letters(limit, args.cursor).await?;
        if list.jobs.is_empty() && context.format() == OutputFormat::Table {
            context.printer.note("no dead letters");
            return Ok(Exit::Ok);
        }
        let id = |job: &Job| job.id.to_string();
        context
            .printer
            .list(&list, &list.jobs, id, |_| table(&list.jobs))?;
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
            all_attempts_cell(job),
            job.finished_at
                .map_or_else(String::new, |at| at.to_string()),
            error.map_or("", |error| error.reason.as_str()).to_owned(),
            inert(error.map_or("", |error| &error.message)).into_owned(),
        ]);
    }
    table.render(false)
}

fn drop_letters(ids: JobIds, context: &Context) -> Result<Exit, Failure> {
    let letters = counted(ids.jobs.len() as u64, "dead letter");
    context.confirm(&format!("Remove {letters} for good?"))?;
    context.with_changing_client(async |client| {
        for id in ids.jobs {
            client.drop_dead_letter(id).await?;
            context.printer.line(&id.to_string())?;
        }
        Ok(Exit::Ok)
    })
}
