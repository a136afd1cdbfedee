use odd_contracts::{Explanation, JobId};

use crate::cli::TEMPLATE;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{OutputFormat, inert, status_cell};

const EXAMPLES: &str = "\
Examples:
  odd-dashboard explain 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
";

/// Why a job is where it is
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, help_template = TEMPLATE)]
pub(crate) struct Args {
    /// The job's id
    job: JobId,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    context.with_client(async |client| {
        let explanation = client.explain(args.job).await?;
        match context.format() {
            OutputFormat::Json | OutputFormat::Jsonl => context.printer.json(&explanation)?,
            OutputFormat::Name => context.printer.line(&explanation.job_id.to_string())?,
            OutputFormat::Table => context
                .printer
                .data(&text(&explanation, context.printer.colour))?,
        }
        Ok(Exit::Ok)
    })
}

fn text(explanation: &Explanation, colour: bool) -> String {
    let mut text = format!(
        "{} {}\n",
        explanation.job_id,
        status_cell(explanation.status, colour)
    );
    for cause in &explanation.causes {
        text.push_str(&format!("{}\n", inert(&cause.detail)));
        if let Some(since) = cause.since {
            text.push_str(&format!("  since {since}\n"));
        }
        if let Some(until) = cause.until {
            text.push_str(&format!("  until {until} at the latest\n"));
        }
        if let Some(hint) = &cause.hint {
            text.push_str(&format!("  {}\n", inert(hint)));
        }
    }
    text
}
