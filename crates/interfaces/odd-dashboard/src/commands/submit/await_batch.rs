use std::collections::{HashMap, HashSet};
use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};
use odd_client::{Client, ClientError, EventFilter, EventFollower, Follow};
use odd_contracts::{JobId, JobStatus};
use tokio::sync::mpsc;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{OutputFormat, pairs};

/// Ends of jobs on their way from the stream to whoever counts them.
const QUEUED_ENDS: usize = 65_536;

/// Learns how jobs end, from before they are submitted.
pub(super) struct Awaited {
    ends: mpsc::Receiver<Result<(JobId, JobStatus), ClientError>>,
}

impl Awaited {
    /// Opens the live stream.
    pub(super) async fn start(client: &Client) -> Result<Self, Failure> {
        let follower = client.follow_events(EventFilter::default()).await?;
        let (sender, ends) = mpsc::channel(QUEUED_ENDS);
        tokio::spawn(listen(follower, sender));
        Ok(Self { ends })
    }

    /// Waits until every job of `ids` is finished; exit 6 unless all are COMPLETED.
    pub(super) async fn until_finished(
        mut self,
        context: &Context,
        ids: Vec<JobId>,
    ) -> Result<Exit, Failure> {
        let mut waiting: HashSet<JobId> = ids.into_iter().collect();
        let mut counts: HashMap<JobStatus, usize> = HashMap::new();
        let bar = progress_bar(context, waiting.len() as u64);
        while !waiting.is_empty() {
            let end = self.ends.recv().await;
            let (id, status) = end.expect("the listener reports its end")?;
            if waiting.remove(&id) {
                *counts.entry(status).or_default() += 1;
                bar.inc(1);
            }
        }
        bar.finish_and_clear();
        report(context, &counts)
    }
}

async fn listen(
    mut follower: EventFollower,
    sender: mpsc::Sender<Result<(JobId, JobStatus), ClientError>>,
) {
    loop {
        let end = match follower.next().await {
            Ok(Follow::Event(event)) if event.payload.status.is_terminal() => {
                Ok((event.payload.job_id, event.payload.status))
            }
            Ok(_) => continue,
            Err(error) => Err(error),
        };
        let last = end.is_err();
        if sender.send(end).await.is_err() || last {
            return;
        }
    }
}

fn progress_bar(context: &Context, length: u64) -> ProgressBar {
    if context.printer.quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    ProgressBar::new(length).with_style(
        ProgressStyle::with_template("{bar:30} {percent:>3} %  {pos}/{len} finished  {eta} left")
            .expect("the template is well formed"),
    )
}

fn report(context: &Context, counts: &HashMap<JobStatus, usize>) -> Result<Exit, Failure> {
    let count = |status| counts.get(&status).copied().unwrap_or(0);
    let (completed, failed, cancelled) = (
        count(JobStatus::Completed),
        count(JobStatus::Failed),
        count(JobStatus::Cancelled),
    );
    match context.format() {
        OutputFormat::Table => context.printer.data(&pairs(&[
            ("completed", completed.to_string()),
            ("failed", failed.to_string()),
            ("cancelled", cancelled.to_string()),
        ]))?,
        OutputFormat::Name => {}
        OutputFormat::Json | OutputFormat::Jsonl => context.printer.json(&serde_json::json!({
            "completed": completed, "failed": failed, "cancelled": cancelled,
        }))?,
    }
    Ok(if failed + cancelled == 0 {
        Exit::Ok
    } else {
        Exit::JobFailed
    })
}
