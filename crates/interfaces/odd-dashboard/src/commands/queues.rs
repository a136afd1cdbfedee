use std::time::Duration;

use odd_contracts::{QueueList, QueueSummary};

use crate::commands::watch::WatchArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Column, Layout, OutputFormat, Table, human_duration};

const EXAMPLES: &str = "  odd-dashboard queues
  odd-dashboard queues --watch 5
  odd-dashboard queues -o json | jq '.queues[] | select(.ready > 100)'";

/// Show every queue: how many jobs are ready, delayed, running and failed, how long the oldest has waited, how busy the
/// workers are, and how fast the queue drains
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
            let text = |list: &QueueList, _| text(list, context.printer.layout());
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
    context.printer.list(list, &list.queues, name, |_| {
        text(list, context.printer.layout())
    })
}

fn text(list: &QueueList, layout: Layout) -> String {
    if list.queues.is_empty() {
        return format!("{NONE}\n");
    }
    let mut table = Table::of(vec![
        Column::cut_to("QUEUE", 12),
        Column::whole("READY"),
        Column::whole("DELAYED").rank(7),
        Column::whole("EXECUTING").rank(4),
        Column::whole("FAILED").rank(1),
        Column::whole("OLDEST READY").rank(2),
        Column::whole("WORKERS BUSY").rank(5),
        Column::whole("ARRIVE").rank(6),
        Column::whole("FINISH").rank(6),
        Column::whole("DRAINED IN").rank(3),
    ]);
    for queue in &list.queues {
        table.row(vec![
            queue.queue.to_string(),
            queue.ready.to_string(),
            queue.delayed.to_string(),
            queue.executing.to_string(),
            queue.failed.to_string(),
            duration(queue.oldest_ready_seconds),
            busy(queue),
            rate(queue.arrival_per_second),
            rate(queue.finish_per_second),
            drained_in(queue),
        ]);
    }
    table.render_in(layout)
}

/// Renders the share of the workers that jobs of the queue keep busy.
fn busy(queue: &QueueSummary) -> String {
    match (queue.concurrency, queue.utilisation) {
        (_, Some(share)) => format!("{:.0} %", share * 100.0),
        (Some(_), None) => "no workers".to_owned(),
        (None, None) => String::new(),
    }
}

fn rate(per_second: Option<f64>) -> String {
    per_second.map_or_else(String::new, |rate| match rate {
        rate if rate > 0.0 && rate < 0.1 => format!("{:.1}/min", rate * 60.0),
        rate => format!("{rate:.1}/s"),
    })
}

/// Renders how long it takes until no job is ready.
fn drained_in(queue: &QueueSummary) -> String {
    match (queue.ready, queue.finish_per_second, queue.drain_seconds) {
        (0, ..) | (_, None, _) => String::new(),
        (_, _, None) => "not draining".to_owned(),
        (_, _, seconds) => duration(seconds),
    }
}

fn duration(seconds: Option<f64>) -> String {
    let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    duration.map_or_else(String::new, human_duration)
}

#[cfg(test)]
mod tests {
    use odd_contracts::Timestamp;

    use super::*;
    use crate::output::assert_fits;

    fn list() -> QueueList {
        let queue = |name: &str, ready, utilisation, drain_seconds| QueueSummary {
            queue: name.parse().expect("legal"),
            ready,
            delayed: 1_000_000,
            executing: 1_000_000,
            failed: 1_000_000,
            oldest_ready_seconds: Some(100_000.0),
            running: Some(1_000_000),
            concurrency: Some(8),
            utilisation,
            arrival_per_second: Some(1_234.56),
            finish_per_second: Some(0.0),
            drain_seconds,
            types: Vec::new(),
            depth_history: Vec::new(),
        };
        let long = "a-queue-with-a-name-of-fifty-characters-0123456789";
        QueueList {
            queues: vec![
                queue(long, 1_000_000, Some(1.0), Some(7_500.0)),
                queue("growing", 3, Some(0.255), None),
                queue("idle", 0, None, Some(0.0)),
            ],
            as_of: Timestamp::from_micros(1_700_000_000_000_000),
        }
    }

    #[test]
    fn table_fits_the_terminal() {
        assert_fits(|layout| text(&list(), layout));
    }

    #[test]
    fn queues_are_shown_with_their_load() {
        let (colour, width) = (false, None);
        insta::assert_snapshot!(text(&list(), Layout { colour, width }));
    }
}
