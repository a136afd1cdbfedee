use odd_client::{JobRef, inert};
use odd_contracts::Explanation;

use crate::completion;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::status_cell;

const EXAMPLES: &str = "  odd-dashboard explain 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
  odd-dashboard explain 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11 -o json";

/// Explain why a job has its status, and what it waits for
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Args {
    /// Id of the job, its short id, or the first 8 or more digits of its id
    #[arg(add = completion::jobs())]
    job: JobRef,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    context.with_client(async |client| {
        let id = client.resolve_job(&args.job).await?;
        let explanation = client.explain(id).await?;
        let id = explanation.job_id.to_string();
        context
            .printer
            .value(&explanation, [id], |colour| text(&explanation, colour))?;
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
            text.push_str(&format!("  lasts until {until} at the latest\n"));
        }
        if let Some(hint) = &cause.hint {
            text.push_str(&format!("  {}\n", inert(hint)));
        }
    }
    text
}
