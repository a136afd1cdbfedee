use odd_client::inert;
use odd_contracts::{FailureAnswer, FailureFingerprint, FailureGroup};

use crate::completion;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::pairs;

const EXAMPLES: &str = "  odd-dashboard failures get 9c2f1e0b7a4d3c55
  odd-dashboard failures get 9c2f1e0b7a4d3c55 -o json | jq .group.sampleJobIds";

/// Show one kind of failure: how often and where it occurred, and the latest jobs
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(super) struct Args {
    /// Fingerprint of the failure: 16 hexadecimal digits
    #[arg(add = completion::failures())]
    fingerprint: FailureFingerprint,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    context.with_client(async |client| {
        let answer: FailureAnswer = client.failure(args.fingerprint).await?;
        let name = answer.group.fingerprint.to_string();
        context
            .printer
            .value(&answer, [name], |_| text(&answer.group))?;
        Ok(Exit::Ok)
    })
}

fn text(group: &FailureGroup) -> String {
    let queue = group.queue.as_ref().map(ToString::to_string);
    let jobs: Vec<String> = group
        .sample_job_ids
        .iter()
        .map(ToString::to_string)
        .collect();
    pairs(&[
        ("fingerprint", group.fingerprint.to_string()),
        ("type", group.job_type.to_string()),
        ("queue", queue.unwrap_or_else(|| "several".to_owned())),
        ("code", group.code.as_str().to_owned()),
        ("message", inert(&group.message).into_owned()),
        ("first seen", group.first_seen_at.to_string()),
        ("last seen", group.last_seen_at.to_string()),
        ("failures", group.occurrences.to_string()),
        ("jobs that are FAILED now", group.jobs.to_string()),
        ("versions", inert(&group.versions.join(", ")).into_owned()),
        ("latest jobs", jobs.join("\n")),
    ])
}
