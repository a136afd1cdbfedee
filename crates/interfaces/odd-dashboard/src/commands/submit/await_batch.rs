use std::collections::HashMap;

use futures_util::{StreamExt, TryStreamExt, future, stream};
use odd_client::{Client, ClientError, EventFilter};
use odd_contracts::{Acceptance, BatchItem, JobId, JobStatus};
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
    End(JobId, JobStatus),
    /// Ends may have been missed.
    Gap,
}

/// Jobs of the batch that have not ended, and how each was accepted.
type Unfinished = HashMap<JobId, Option<Acceptance>>;

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

    /// Waits until every job of `accepted` is finished; some may have been before. Returns exit 6 unless all are COMPLETED.
    pub(super) async fn until_finished(
        mut self,
        context: &Context,
        client: &Client,
        accepted: Vec<BatchItem>,
    ) -> Result<Exit, Failure> {
        // The stream began before the answers were given: a job that has not ended in its answer ends in the stream.
        let mut ended: Vec<(JobId, JobStatus)> = accepted
            .iter()
            .filter(|item| item.status.is_terminal())
            .map(|item| (item.id, item.status))
            .collect();
        let mut unfinished: Unfinished = accepted
            .into_iter()
            .map(|item| (item.id, item.acceptance))
            .collect();
        let mut counts: HashMap<JobStatus, usize> = HashMap::new();
        let retries = Retries::new(context.printer);
        let bar = finished_bar(context.printer, unfinished.len() as u64);
        loop {
            for (id, status) in ended {
                if let Some(acceptance) = unfinished.remove(&id) {
                    *counts.entry(status).or_default() += 1;
                    bar.inc(1);
                    if context.format() == OutputFormat::Jsonl {
                        context.printer.json(&BatchItem {
                            id,
                            status,
                            acceptance,
                        })?;
                    }
                }
            }
            if unfinished.is_empty() {
                break;
            }
            let item = self.ends.recv().await;
            ended = match item.expect("the listener reports its own end")? {
                StreamItem::End(id, status) => vec![(id, status)],
                StreamItem::Gap => finished_among(client, &retries, &unfinished).await?,
            };
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
                Ok(StreamItem::End(event.payload.job_id, event.payload.status))
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
    unfinished: &Unfinished,
) -> Result<Vec<(JobId, JobStatus)>, ClientError> {
    let query = async |id: JobId| {
        let status = retries.run(async || client.job(id).await).await?.status;
        Ok::<_, ClientError>(status.is_terminal().then_some((id, status)))
    };
    let queries = stream::iter(unfinished.keys()).map(|id| query(*id));
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
