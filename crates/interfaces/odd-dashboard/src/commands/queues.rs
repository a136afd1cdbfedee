use std::time::Duration;

use odd_contracts::{QueueList, QueueSummary};

use crate::commands::watch::WatchArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{OutputFormat, Table, human_duration};

const EXAMPLES: &str = "  odd-dashboard queues
  odd-dashboard queues --watch 5
  odd-dashboard queues -o json | jq '.queues[] | select(.ready > 100)'";

/// Show every queue: how many jobs are ready, delayed, running and failed, and how long the oldest has waited
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    watch: WatchArgs,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    context.with_client(async |client| match args.watch.watch(context) {
        Some(watch) => {
            let fetch = async || Ok(client.queues().await?);
            let text = |list: &QueueList, _| text(list);
            watch.run(fetch, text, |list| print(list, context)).await
        }
        None => {
            let list = client.queues().await?;
            if list.queues.is_empty() && context.format() == OutputFormat::Table {
                context.printer.note(NONE);
                return Ok(Exit::Ok);
            }
            print(&list, context)?;
            Ok(Exit::Ok)
        }
    })
}

const NONE: &str = "no queues yet: the first job creates its queue";

fn print(list: &QueueList, context: &Context) -> Result<(), Failure> {
    let name = |queue: &QueueSummary| queue.queue.to_string();
    context
        .printer
        .list(list, &list.queues, name, |_| text(list))
}

fn text(list: &QueueList) -> String {
    if list.queues.is_empty() {
        return format!("{NONE}\n");
    }
    let mut table = Table::new(&[
        "QUEUE",
        "READY",
        "DELAYED",
        "EXECUTING",
        "FAILED",
        "OLDEST READY",
    ]);
    for queue in &list.queues {
        let oldest = queue.oldest_ready_seconds;
        let oldest = oldest.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        table.row(vec![
            queue.queue.to_string(),
            queue.ready.to_string(),
            queue.delayed.to_string(),
            queue.executing.to_string(),
            queue.failed.to_string(),
            oldest.map_or_else(String::new, human_duration),
        ]);
    }
    table.render(false)
}
