use odd_client::inert;
use odd_contracts::{Timestamp, Worker, WorkerList};

use crate::commands::watch::WatchArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Column, Layout, OutputFormat, Table, human_duration};

const EXAMPLES: &str = "  odd-dashboard workers
  odd-dashboard workers --watch 5
  odd-dashboard workers -o json | jq '.workers[] | select(.status == \"LOST\")'";

/// Show every worker: whether it claims jobs, how many it runs, and what it handles
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    watch: WatchArgs,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    context.with_client(async |client| match args.watch.watch(context) {
        Some(watch) => {
            let fetch = async || Ok(client.workers().await?);
            let text = |list: &WorkerList, _| text(list, context.printer.layout());
            watch.run(fetch, text, |list| print(list, context)).await
        }
        None => {
            let list = client.workers().await?;
            if list.workers.is_empty() && context.format() == OutputFormat::Table {
                context.printer.note(NONE);
                return Ok(Exit::Ok);
            }
            print(&list, context)?;
            Ok(Exit::Ok)
        }
    })
}

const NONE: &str = "no workers: no processor has reported within the last day; odd-dashboard serve processor starts one";

fn print(list: &WorkerList, context: &Context) -> Result<(), Failure> {
    let name = |worker: &Worker| worker.worker_id.clone();
    context.printer.list(list, &list.workers, name, |_| {
        text(list, context.printer.layout())
    })
}

fn text(list: &WorkerList, layout: Layout) -> String {
    if list.workers.is_empty() {
        return format!("{NONE}\n");
    }
    let mut table = Table::of(vec![
        Column::cut_to("WORKER", 12),
        Column::whole("STATUS"),
        Column::whole("RUNNING").rank(1),
        Column::whole("LAST REPORT").rank(2),
        Column::whole("UP FOR").rank(4),
        Column::cut_to("VERSION", 7).rank(5),
        Column::cut_to("TYPES", 10).rank(3),
        Column::cut_to("QUEUES", 6).rank(6),
    ]);
    for worker in &list.workers {
        table.row(vec![
            inert(&worker.worker_id).into_owned(),
            worker.status.as_str().to_owned(),
            format!("{}/{}", worker.running, worker.concurrency),
            format!("{} ago", since(worker.last_seen_at, list.as_of)),
            since(worker.started_at, list.as_of),
            inert(&worker.version).into_owned(),
            names(worker.types.as_deref()),
            names(worker.queues.as_deref()),
        ]);
    }
    table.render_in(layout)
}

/// Renders the time from `at` to `now` in whole seconds.
fn since(at: Timestamp, now: Timestamp) -> String {
    match now.millis_since(at) / 1_000 {
        0 => "0 s".to_owned(),
        seconds if seconds < 60 => format!("{seconds} s"),
        seconds => human_duration(std::time::Duration::from_secs(seconds)),
    }
}

fn names(names: Option<&[impl ToString]>) -> String {
    let Some(names) = names else {
        return "all".to_owned();
    };
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    names.join(",")
}

#[cfg(test)]
mod tests {
    use odd_contracts::WorkerStatus;

    use super::*;
    use crate::output::assert_fits;

    fn list() -> WorkerList {
        let now = Timestamp::from_micros(1_700_000_000_000_000);
        let worker = |id: &str, status, age_seconds: u64| Worker {
            worker_id: id.to_owned(),
            version: "0.1.0".to_owned(),
            status,
            concurrency: 16,
            running: 3,
            queues: None,
            types: Some(vec![
                "email".parse().expect("legal"),
                "http.request".parse().expect("legal"),
            ]),
            started_at: now.minus_millis(7_500_000),
            last_seen_at: now.minus_millis(age_seconds * 1_000),
        };
        WorkerList {
            workers: vec![
                worker(
                    "0192f0c1-2f3b-4a51-b6a1-3f1f5a0c7c11",
                    WorkerStatus::Active,
                    0,
                ),
                worker(
                    "0192f0c1-2f3b-4a51-b6a1-3f1f5a0c7c12",
                    WorkerStatus::Draining,
                    4,
                ),
                worker("hostile\u{1b}[2J\u{202e}name", WorkerStatus::Lost, 90),
            ],
            as_of: now,
        }
    }

    #[test]
    fn table_fits_the_terminal() {
        assert_fits(|layout| text(&list(), layout));
    }

    #[test]
    fn workers_are_shown_with_their_load_and_age() {
        let (colour, width) = (false, None);
        insta::assert_snapshot!(text(&list(), Layout { colour, width }));
    }
}
