use clap::Subcommand;
use odd_client::{Client, ShortIds, inert};
use odd_contracts::{Job, counted};

use crate::commands::job_ids::JobIds;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Cell, Column, Layout, OutputFormat, Table, all_attempts_cell};

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
        context.printer.list(&list, &list.jobs, id, |_| {
            table(&list.jobs, context.printer.layout())
        })?;
        Ok(Exit::Ok)
    })
}

fn table(jobs: &[Job], layout: Layout) -> String {
    let mut table = Table::of(vec![
        Column::whole("ID"),
        Column::cut_to("TYPE", 8),
        Column::whole("ATTEMPTS").rank(3),
        Column::whole("FAILED AT").rank(2),
        Column::whole("REASON").rank(1),
        Column::cut_to("ERROR", 12),
    ]);
    let short = ShortIds::of(jobs.iter().map(|job| job.id));
    for job in jobs {
        let error = job.error.as_ref();
        table.row(vec![
            Cell::id(job.id, &short),
            job.job_type.to_string().into(),
            all_attempts_cell(job).into(),
            Cell::optional_time(job.finished_at),
            error.map_or("", |error| error.reason.as_str()).into(),
            inert(error.map_or("", |error| &error.message))
                .into_owned()
                .into(),
        ]);
    }
    table.render_in(layout)
}

fn drop_letters(ids: JobIds, context: &Context) -> Result<Exit, Failure> {
    let letters = counted(ids.count() as u64, "dead letter");
    context.confirm(&format!("Remove {letters} for good?"))?;
    context.with_changing_client(async |client| {
        ids.for_each(context, &client, async |id| {
            client.drop_dead_letter(id).await?;
            context.printer.line(&id.to_string())?;
            Ok(Exit::Ok)
        })
        .await
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::assert_fits;

    #[test]
    fn table_fits_the_terminal() {
        let text = format!(
            r#"{{"id": "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11", "type": "a.type.with.a.long.name", "queue": "q",
                "status": "FAILED", "version": 5, "priority": 3, "attempt": 7, "maxAttempts": 4, "run": 2,
                "timeoutMs": 1000, "createdAt": "2026-01-31T12:00:00.000000Z",
                "updatedAt": "2026-01-31T12:00:02.000000Z", "finishedAt": "2026-01-31T12:00:02.000000Z",
                "correlationId": "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c12",
                "error": {{"reason": "timed_out", "message": "{}"}}}}"#,
            "遅い".repeat(60)
        );
        let job: Job = serde_json::from_str(&text).expect("a job");
        assert_fits(|layout| table(&[job.clone(), job.clone()], layout));
    }
}
