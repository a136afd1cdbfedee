use odd_client::inert;
use odd_contracts::Integrity;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{OutputFormat, pairs};

const EXAMPLES: &str = "  odd-dashboard integrity
  odd-dashboard integrity -o json | jq '.lost, .duplicated'";

/// Check that every accepted job is accounted for: finished, in flight, or removed by retention
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Args {}

pub(crate) fn run(_: Args, context: &Context) -> Result<Exit, Failure> {
    context.with_client(async |client| {
        let integrity = client.integrity().await?;
        let verdict = if integrity.holds() { "ok" } else { "failed" };
        context
            .printer
            .value(&integrity, [verdict], |_| text(&integrity))?;
        if context.format() == OutputFormat::Table && !integrity.holds() {
            context
                .printer
                .warn("jobs are missing or ended twice; the evidence says where to look");
        }
        Ok(match integrity.holds() {
            true => Exit::Ok,
            false => Exit::Failure,
        })
    })
}

fn text(integrity: &Integrity) -> String {
    let finished = format!(
        "{} ({} completed, {} failed, {} cancelled)",
        integrity.finished, integrity.completed, integrity.failed, integrity.cancelled
    );
    let figures = pairs(&[
        ("accepted", integrity.accepted.to_string()),
        ("finished", finished),
        ("in flight", integrity.in_flight.to_string()),
        ("removed by retention", integrity.removed.to_string()),
        ("lost", integrity.lost.to_string()),
        ("duplicated", integrity.duplicated.to_string()),
        ("as of", integrity.as_of.to_string()),
    ]);
    let evidence: Vec<String> = integrity
        .evidence
        .iter()
        .map(|figure| {
            let (name, detail) = (inert(&figure.name), inert(&figure.detail));
            format!("  {name} = {}: {detail}\n", figure.value)
        })
        .collect();
    format!("{figures}\nevidence:\n{}", evidence.concat())
}
