use std::collections::{HashMap, HashSet};

use futures_util::{StreamExt, TryStreamExt, future, stream};
use odd_client::{Client, ClientError, EventFilter};
use odd_contracts::{BatchItem, JobId, JobStatus};
use serde::Serialize;
use tokio::sync::mpsc;

use crate::commands::follow::ReportedFollower;
use crate::commands::retry::Retries;
use crate::commands::submit::progress::finished_bar;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{OutputFormat, Printer, pairs};

/// Ends of jobs that were received and not yet counted.
const QUEUED_ENDS: usize = 65_536;

/// Jobs that are queried at the same time after a gap in the stream.
const CONCURRENT_QUERIES: usize = 16;

/// Receives how jobs end, beginning before they are submitted.
pub(super) struct BatchEnds {
    ends: mpsc::Receiver<Result<StreamItem, ClientError>>,
}

/// What the event stream reports about jobs that end.
enum StreamItem {
    End(BatchItem),
    /// Ends may have been missed.
    Gap,
}

/// How many jobs of the batch ended in each way.
#[derive(Debug, Serialize)]
struct Counts {
    completed: usize,
    failed: usize,
    cancelled: usize,
}

impl BatchEnds {
    /// Opens the event stream.
    pub(super) async fn follow(client: &Client, printer: Printer) -> Result<Self, Failure> {
        let follower = client.follow_events(EventFilter::default()).await?;
        let (sender, ends) = mpsc::channel(QUEUED_ENDS);
        tokio::spawn(listen(ReportedFollower::new(follower, printer), sender));
        Ok(Self { ends })
    }

    /// Waits until every job of `ids` is finished. Returns exit 6 unless all are COMPLETED.
    pub(super) async fn until_finished(
        mut self,
        context: &Context,
        client: &Client,
        ids: Vec<JobId>,
    ) -> Result<Exit, Failure> {
        let mut unfinished: HashSet<JobId> = ids.into_iter().collect();
        let mut counts: HashMap<JobStatus, usize> = HashMap::new();
        let retries = Retries::new(context.printer);
        let bar = finished_bar(context.printer, unfinished.len() as u64);
        while !unfinished.is_empty() {
            let item = self.ends.recv().await;
            let ended = match item.expect("the listener reports its own end")? {
                StreamItem::End(job) => vec![job],
                StreamItem::Gap => finished_among(client, &retries, &unfinished).await?,
            };
            for job in ended {
                if unfinished.remove(&job.id) {
                    *counts.entry(job.status).or_default() += 1;
                    bar.inc(1);
                    if context.format() == OutputFormat::Jsonl {
                        context.printer.json(&job)?;
                    }
                }
            }
        }
        bar.finish_and_clear();
        let count = |status| counts.get(&status).copied().unwrap_or(0);
        report(
            context,
            &Counts {
                completed: count(JobStatus::Completed),
                failed: count(JobStatus::Failed),
                cancelled: count(JobStatus::Cancelled),
            },
        )
    }
}

async fn listen(
    mut follower: ReportedFollower,
    sender: mpsc::Sender<Result<StreamItem, ClientError>>,
) {
    loop {
        let item = match follower.next().await {
            Ok(Some(event)) if event.payload.status.is_terminal() => {
                Ok(StreamItem::End(BatchItem {
                    id: event.payload.job_id,
                    status: event.payload.status,
                }))
            }
            Ok(Some(_)) => continue,
            Ok(None) => Ok(StreamItem::Gap),
            Err(error) => Err(error),
        };
        let is_last = item.is_err();
        if sender.send(item).await.is_err() || is_last {
            return;
        }
    }
}

/// Queries each unfinished job, and returns those that have finished.
async fn finished_among(
    client: &Client,
    retries: &Retries,
    unfinished: &HashSet<JobId>,
) -> Result<Vec<BatchItem>, ClientError> {
    let query = async |id: JobId| {
        let status = retries.run(async || client.job(id).await).await?.status;
        Ok::<_, ClientError>(status.is_terminal().then_some(BatchItem { id, status }))
    };
    let queries = stream::iter(unfinished).map(|id| query(*id));
    let answers = queries.buffer_unordered(CONCURRENT_QUERIES);
    answers.try_filter_map(future::ok).try_collect().await
}

/// JSON lines describe one job each, so there the totals are a message.
fn report(context: &Context, counts: &Counts) -> Result<Exit, Failure> {
    let text = |_| {
        pairs(&[
            ("completed", counts.completed.to_string()),
            ("failed", counts.failed.to_string()),
            ("cancelled", counts.cancelled.to_string()),
        ])
    };
    match context.format() {
        OutputFormat::Jsonl => {
            let totals = serde_json::to_string(counts).map_err(anyhow::Error::from)?;
            context.printer.note(&totals);
        }
        _ => context.printer.value(counts, [""; 0], text)?,
    }
    Ok(match counts.failed + counts.cancelled {
        0 => Exit::Ok,
        _ => Exit::JobFailed,
    })
}
