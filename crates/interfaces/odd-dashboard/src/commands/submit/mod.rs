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
mod edit;
mod payload;
mod progress;
mod submission;

pub(crate) use args::Args;

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    if let Some(file) = &args.batch {
        return batch::run(file, args.wait, context);
    }
    let (idempotency_key, wait) = (args.idempotency_key.clone(), args.wait);
    let is_edited = args.edit;
    let mut submission = submission::build(args)?;
    if is_edited {
        submission = edit::edit(submission, context)?;
    }
    context.with_changing_client(async |client| {
        let answer = client.submit(&submission, idempotency_key.as_deref()).await;
        if is_edited && answer.is_err() {
            let text = serde_json::to_string(&submission).map_err(anyhow::Error::from)?;
            context
                .printer
                .note(&format!("the edited submission: {text}"));
        }
        let accepted = answer?;
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
