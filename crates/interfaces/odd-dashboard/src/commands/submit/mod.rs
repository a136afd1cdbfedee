use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use odd_client::{Acceptance, Client};
use odd_contracts::{Job, JobId, JobSubmission};
use serde::Serialize;

use crate::commands::jobs::{exit_of, follow_to_end};
use crate::commands::print_job::{print_changed, print_job};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::OutputFormat;
use crate::steps::{Steps, Stopped};

mod args;
mod await_batch;
mod batch;
mod chunks;
mod edit;
mod items;
mod json_source;
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
    let submission = submission::build(args)?;
    let request = Request {
        context,
        idempotency_key,
        wait,
        is_accepted: Cell::new(false),
    };
    match is_edited {
        true => edit_and_submit(submission, &request),
        false => {
            context.with_changing_client(async |client| request.submit(&client, &submission).await)
        }
    }
}

/// Lets the user edit the submission, and submits the result. Every step that can fail without it comes before.
fn edit_and_submit(submission: JobSubmission, request: &Request<'_>) -> Result<Exit, Failure> {
    let context = request.context;
    let editor = edit::editor(context)?;
    let settings = context.client_settings()?;
    Steps::run(context, async |mut steps| {
        let client = settings.connect()?;
        let (may_ask, printer) = (context.may_ask(), context.printer);
        let editing = move |is_stopped: &AtomicBool| {
            let may_reopen = || may_ask && !is_stopped.load(Ordering::Relaxed);
            edit::edit(&editor, submission, may_reopen, printer)
        };
        let (submission, stop) = steps.blocking(editing).await?;
        let begun = Instant::now();
        let result = match stop {
            Some(exit) => Err(Stopped::Signal(exit)),
            None => steps.step(request.submit(&client, &submission)).await,
        };
        if result.is_err() && !request.is_accepted.get() {
            let text = serde_json::to_string(&submission).map_err(anyhow::Error::from);
            printer.rescue("the edited submission", &text.map_err(Failure::from)?);
        }
        steps.await_views(&client, begun, &result).await;
        result
    })
}

/// How a job is submitted, and what is shown.
struct Request<'a> {
    context: &'a Context,
    idempotency_key: Option<String>,
    wait: bool,
    /// The gateway has stored the job.
    is_accepted: Cell<bool>,
}

impl Request<'_> {
    async fn submit(&self, client: &Client, submission: &JobSubmission) -> Result<Exit, Failure> {
        let context = self.context;
        let key = self.idempotency_key.as_deref();
        let accepted = client.submit(submission, key).await?;
        self.is_accepted.set(true);
        let acceptance = accepted.acceptance;
        if !self.wait {
            note_repeat(context, acceptance);
            print(context, &accepted.job, acceptance, print_changed)?;
            return Ok(Exit::Ok);
        }
        context
            .printer
            .note(&accepted_note(acceptance, accepted.job.id));
        let job = follow_to_end(context, client, accepted.job.id).await?;
        print(context, &job, acceptance, print_job)?;
        Ok(exit_of(&job))
    }
}

/// The job of a submission as JSON.
#[derive(Serialize)]
struct SubmittedJob<'a> {
    acceptance: Acceptance,
    #[serde(flatten)]
    job: &'a Job,
}

/// Prints the job with `text`; as JSON, also whether it is new.
fn print(
    context: &Context,
    job: &Job,
    acceptance: Acceptance,
    text: fn(&Context, &Job) -> Result<(), Failure>,
) -> Result<(), Failure> {
    match context.format() {
        OutputFormat::Json | OutputFormat::Jsonl => {
            context.printer.json(&SubmittedJob { acceptance, job })
        }
        OutputFormat::Table | OutputFormat::Name => text(context, job),
    }
}

fn note_repeat(context: &Context, acceptance: Acceptance) {
    let note = match acceptance {
        Acceptance::Created => return,
        Acceptance::Replayed => "this submission was accepted before; this is its job",
        Acceptance::UniqueExists => "an unfinished job has this unique key; this is it",
    };
    if context.format() == OutputFormat::Table {
        context.printer.note(note);
    }
}

fn accepted_note(acceptance: Acceptance, id: JobId) -> String {
    match acceptance {
        Acceptance::Created => format!("submitted {id}"),
        Acceptance::Replayed => {
            format!("this submission was accepted before; waiting for its job {id}")
        }
        Acceptance::UniqueExists => {
            format!("an unfinished job has this unique key; waiting for it: {id}")
        }
    }
}
