use std::collections::HashMap;
use std::time::Duration;

use odd_client::{Client, EventFilter, Follow};
use odd_contracts::{EventType, JobId, Timestamp};
use odd_core::Clock;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::commands::bench::latency::{Durations, Percentiles};
use crate::commands::bench::load::Sample;
use crate::failure::Failure;

/// How long to wait for missing events once all jobs are finished.
const LATE_LIMIT: Duration = Duration::from_secs(5);

/// Records when the event of one type arrives for each job on the event stream. Events are published after their commit,
/// when the callers of the commit get their answers. So an arrival is an upper bound of the time at which a change was
/// durable, and about the time at which a claimed job reaches its handler.
pub(super) struct EventArrivals {
    event_type: EventType,
    /// Unbounded, so that the follower is never slowed down. It holds one entry for each job of a round.
    arrivals: UnboundedReceiver<(JobId, Timestamp)>,
}

impl EventArrivals {
    pub(super) async fn follow(client: &Client, event_type: EventType) -> Result<Self, Failure> {
        let filter = EventFilter {
            job_id: None,
            event_type: Some(event_type),
        };
        let mut follower = client.follow_events(filter).await?;
        let (sender, arrivals) = unbounded_channel();
        tokio::spawn(async move {
            loop {
                let next = tokio::select! {
                    biased;
                    next = follower.next() => next,
                    () = sender.closed() => return,
                };
                match next {
                    Ok(Follow::Event(event)) => {
                        let at = odd_core::SystemClock.now();
                        // The receiver is dropped once it has every sample.
                        let _ = sender.send((event.payload.job_id, at));
                    }
                    Ok(Follow::Gap(_) | Follow::Reconnecting { .. } | Follow::Resumed { .. }) => {}
                    Err(_) => return,
                }
            }
        });
        Ok(Self {
            event_type,
            arrivals,
        })
    }

    /// Returns the time from the submission of each sampled job to the arrival of its event; `None` without samples.
    ///
    /// # Errors
    /// When an event does not arrive.
    pub(super) async fn percentiles(
        mut self,
        samples: &[Sample],
    ) -> Result<Option<Percentiles>, Failure> {
        let sent = samples.iter().map(|sample| (sample.id, sample.sent_at));
        let mut missing: HashMap<_, _> = sent.collect();
        let mut durations = Durations::new();
        let collecting = async {
            while !missing.is_empty() {
                let Some((job, at)) = self.arrivals.recv().await else {
                    return;
                };
                if let Some(sent_at) = missing.remove(&job) {
                    durations.record(sent_at, at);
                }
            }
        };
        // After a timeout some samples are missing, which is checked next.
        let _ = tokio::time::timeout(LATE_LIMIT, collecting).await;
        if missing.is_empty() {
            return Ok(durations.percentiles());
        }
        Err(Failure::failed(format!(
            "the event stream did not show {} of {} sampled {} events",
            missing.len(),
            samples.len(),
            self.event_type
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(number: u64) -> Sample {
        let id = format!("0192f0c1-2f3b-7a51-b6a1-{number:012}");
        Sample {
            id: id.parse().expect("an id"),
            sent_at: Timestamp::from_micros(0),
        }
    }

    #[tokio::test]
    async fn late_events_are_awaited_and_missing_ones_are_a_failure() {
        let samples = [sample(1), sample(2)];
        let measure = async |published: usize| {
            let (sender, arrivals) = unbounded_channel();
            let follower = EventArrivals {
                event_type: EventType::Started,
                arrivals,
            };
            let publishing = async move {
                tokio::task::yield_now().await;
                for sample in &samples[..published] {
                    let at = Timestamp::from_micros(1_000);
                    sender.send((sample.id, at)).expect("the receiver waits");
                }
            };
            tokio::join!(follower.percentiles(&samples), publishing).0
        };
        let complete = measure(2).await.expect("both events arrive");
        assert_eq!(complete.map(|found| found.count), Some(2));
        let failure = measure(1).await.expect_err("one is missing");
        let text = failure.render(false);
        assert!(text.contains("1 of 2 sampled job.started"), "{text}");
    }
}
