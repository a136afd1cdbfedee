use odd_client::{Acceptance, Accepted};

use crate::commands::jobs::{follow_to_end, report_end};
use crate::commands::print_job::print_changed;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::OutputFormat;

mod args;
mod await_batch;
mod batch;
mod chunks;
mod payload;
mod progress;
mod submission;

pub(crate) use args::Args;

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    if let Some(file) = &args.batch {
        return batch::run(file, args.wait, context);
    }
    let (idempotency_key, wait) = (args.idempotency_key.clone(), args.wait);
    let submission = submission::build(args)?;
    context.with_changing_client(async |client| {
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
        let job = follow_to_end(context, &client, accepted.job.id).await?;
        report_end(context, &job)
    })
}

fn note_repeat(context: &Context, accepted: &Accepted) {
    let note = match accepted.acceptance {
        Acceptance::Created => return,
        Acceptance::Replayed => "this submission was accepted before; this is its job",
        Acceptance::UniqueExists => "an unfinished job has this unique key; this is it",
    };
    if context.format() == OutputFormat::Table {
        context.printer.note(note);
    }
}
