use std::fs::File;
use std::io::{BufRead, BufReader, IsTerminal};
use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};
use odd_client::{Client, ClientError};
use odd_contracts::{BatchItem, FieldError};
use serde_json::json;

use crate::commands::submit::await_batch::Awaited;
use crate::commands::submit::chunks::{Chunk, Chunks};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::OutputFormat;

/// Submits every line of `file`, in requests that are accepted whole or not at all.
pub(super) fn run(file: &Path, wait: bool, context: &Context) -> Result<Exit, Failure> {
    let (reader, length) = open(file)?;
    context.with_client(async |client| {
        // Listening begins before the first job exists.
        let awaited = match wait {
            true => Some(Awaited::start(&client).await?),
            false => None,
        };
        let bar = progress_bar(context, length);
        let items = submit_all(context, &client, Chunks::new(reader), &bar).await?;
        bar.finish_and_clear();
        context
            .printer
            .note(&format!("accepted {} jobs", items.len()));
        if let Some(awaited) = awaited {
            let ids = items.into_iter().map(|item| item.id).collect();
            return awaited.until_finished(context, ids).await;
        }
        if context.format() == OutputFormat::Json {
            context.printer.json(&json!({ "jobs": items }))?;
        }
        Ok(Exit::Ok)
    })
}

fn open(file: &Path) -> Result<(Box<dyn BufRead>, Option<u64>), Failure> {
    if file == Path::new("-") {
        return Ok((Box::new(BufReader::new(std::io::stdin())), None));
    }
    let opened = File::open(file)
        .map_err(|error| Failure::usage(format!("cannot read {}", file.display())).cause(error))?;
    let length = opened.metadata().ok().map(|metadata| metadata.len());
    Ok((Box::new(BufReader::with_capacity(1 << 20, opened)), length))
}

fn progress_bar(context: &Context, length: Option<u64>) -> ProgressBar {
    if context.printer.quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    match length {
        Some(length) => ProgressBar::new(length).with_style(
            ProgressStyle::with_template("{bar:30} {percent:>3} %  {msg} jobs  {eta} left")
                .expect("the template is well formed"),
        ),
        None => ProgressBar::new_spinner().with_style(
            ProgressStyle::with_template("{spinner}  {msg} jobs")
                .expect("the template is well formed"),
        ),
    }
}

async fn submit_all(
    context: &Context,
    client: &Client,
    mut chunks: Chunks<Box<dyn BufRead>>,
    bar: &ProgressBar,
) -> Result<Vec<BatchItem>, Failure> {
    let mut items = Vec::new();
    loop {
        let chunk = match chunks.next() {
            Ok(Some(chunk)) => chunk,
            Ok(None) => return Ok(items),
            Err(failure) => return Err(after(items.len(), None, failure)),
        };
        let answer = client
            .submit_batch(chunk.body.clone())
            .await
            .map_err(|error| refused(error, &chunk, items.len()))?;
        print(context, &answer.jobs)?;
        items.extend(answer.jobs);
        bar.inc(chunk.file_bytes);
        bar.set_message(items.len().to_string());
        report(context, items.len(), chunk.jobs);
    }
}

/// A line of JSON per request for whoever reads standard error with a program.
fn report(context: &Context, accepted: usize, jobs: usize) {
    if !std::io::stderr().is_terminal() {
        let event = json!({"event": "progress", "accepted": accepted, "jobs": jobs});
        context.printer.note(&event.to_string());
    }
}

fn print(context: &Context, items: &[BatchItem]) -> Result<(), Failure> {
    match context.format() {
        OutputFormat::Table | OutputFormat::Json => Ok(()),
        OutputFormat::Name => items
            .iter()
            .try_for_each(|item| context.printer.line(&item.id.to_string())),
        OutputFormat::Jsonl => items.iter().try_for_each(|item| context.printer.json(item)),
    }
}

/// Says which lines the gateway complained about.
fn refused(error: ClientError, chunk: &Chunk, accepted: usize) -> Failure {
    let first = chunk.lines[0];
    let failure = match error {
        ClientError::Problem(mut problem) => {
            problem
                .errors
                .iter_mut()
                .for_each(|error| name_line(error, chunk));
            ClientError::Problem(problem).into()
        }
        other => other.into(),
    };
    after(accepted, Some(first), failure)
}

/// `/jobs/17/type` becomes `line 18, /type`.
fn name_line(error: &mut FieldError, chunk: &Chunk) {
    let Some(rest) = error.pointer.strip_prefix("/jobs/") else {
        return;
    };
    let (index, member) = rest.split_once('/').unwrap_or((rest, ""));
    let line = index
        .parse()
        .ok()
        .and_then(|index: usize| chunk.lines.get(index));
    if let Some(line) = line {
        error.pointer = match member {
            "" => format!("line {line}"),
            member => format!("line {line}, /{member}"),
        };
    }
}

fn after(accepted: usize, line: Option<usize>, failure: Failure) -> Failure {
    if accepted == 0 {
        return failure;
    }
    let rest = line
        .map(|line| format!("; go on from line {line}, for example with tail -n +{line}"))
        .unwrap_or_default();
    failure.hint(format!("{accepted} jobs before it were accepted{rest}"))
}
