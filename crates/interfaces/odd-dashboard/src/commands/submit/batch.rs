use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use odd_client::{Client, ClientError};
use odd_contracts::{BatchItem, FieldError, counted};
use serde_json::json;

use crate::commands::submit::await_batch::BatchEnds;
use crate::commands::submit::chunks::{Chunk, Chunks};
use crate::commands::submit::json_source::JsonSource;
use crate::commands::submit::progress::Progress;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::OutputFormat;

/// Submits every line of `file`, in requests that are accepted as a whole or not at all.
pub(super) fn run(file: &Path, wait: bool, context: &Context) -> Result<Exit, Failure> {
    let (reader, file_bytes) = open(file)?;
    let source = JsonSource::of_path(file);
    context.with_changing_client(async |client| {
        // The stream is opened before the first job exists, so that no end is missed.
        let ends = match wait {
            true => Some(BatchEnds::follow(&client, context.printer).await?),
            false => None,
        };
        let progress = Progress::of_submission(context.printer, file_bytes);
        let items = submit_all(context, &client, reader, source, progress).await?;
        if let Some(ends) = ends {
            return ends.until_finished(context, &client, items).await;
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

async fn submit_all(
    context: &Context,
    client: &Client,
    reader: Box<dyn BufRead>,
    source: JsonSource,
    mut progress: Progress,
) -> Result<Vec<BatchItem>, Failure> {
    let mut chunks = Chunks::new(reader, source.clone());
    let mut items = Vec::new();
    loop {
        let chunk = match chunks.next() {
            Ok(Some(chunk)) => chunk,
            Ok(None) => {
                progress.all_accepted(&items);
                return Ok(items);
            }
            Err(failure) => return Err(after(items.len(), None, failure)),
        };
        let answer = client
            .submit_batch(chunk.body.clone())
            .await
            .map_err(|error| rejected(error, &chunk, &source, items.len()))?;
        print(context, &answer.jobs)?;
        items.extend(answer.jobs);
        progress.accepted(&items, &chunk);
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

/// Names the lines that the gateway rejected.
fn rejected(error: ClientError, chunk: &Chunk, source: &JsonSource, accepted: usize) -> Failure {
    if let ClientError::ConnectionLost { .. } | ClientError::TimedOut { .. } = error {
        return lost(error.into(), chunk, accepted);
    }
    let failure = match error {
        ClientError::Problem(mut problem) => {
            problem
                .errors
                .iter_mut()
                .for_each(|error| name_line(error, chunk, source));
            ClientError::Problem(problem).into()
        }
        other => other.into(),
    };
    after(accepted, Some(chunk), failure)
}

/// Tells which jobs were accepted, and that those of the last request may have been.
fn lost(failure: Failure, chunk: &Chunk, accepted: usize) -> Failure {
    let jobs = counted(accepted as u64, "job");
    let first = chunk.lines[0];
    let last = chunk.lines.last().unwrap_or(&first);
    failure
        .cause(format!(
            "{jobs} accepted; it is unknown whether those of the lines {first} to {last} were, which are accepted as a whole or not at all"
        ))
        .hint(format!(
            "if each of these jobs has an id, {}; else look for them first with `odd-dashboard jobs list`",
            continuation(chunk, accepted)
        ))
}

/// `/jobs/17/type` becomes `jobs.ndjson, line 18, /type`.
fn name_line(error: &mut FieldError, chunk: &Chunk, source: &JsonSource) {
    let Some(rest) = error.pointer.strip_prefix("/jobs/") else {
        return;
    };
    let (index, field) = rest.split_once('/').unwrap_or((rest, ""));
    let line = index
        .parse()
        .ok()
        .and_then(|index: usize| chunk.lines.get(index));
    if let Some(line) = line {
        error.pointer = match field {
            "" => format!("{source}, line {line}"),
            field => format!("{source}, line {line}, /{field}"),
        };
    }
}

/// Returns how to submit the rest of the file, from the first job of `chunk`.
fn continuation(chunk: &Chunk, accepted: usize) -> String {
    match chunk.is_of_array {
        true => format!("continue with `jq '.[{accepted}:]'` of the file"),
        false => {
            let first = chunk.lines[0];
            format!("continue at line {first}, for example with tail -n +{first}")
        }
    }
}

fn after(accepted: usize, next: Option<&Chunk>, failure: Failure) -> Failure {
    if accepted == 0 {
        return failure;
    }
    let rest = next.map_or_else(String::new, |next| {
        format!("; {}", continuation(next, accepted))
    });
    let jobs = counted(accepted as u64, "job");
    failure.hint(format!("accepted before it: {jobs}{rest}"))
}
