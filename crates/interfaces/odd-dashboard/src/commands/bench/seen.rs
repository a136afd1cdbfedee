use std::collections::HashMap;
use std::time::Duration;

use odd_client::{Client, EventFilter, Follow};
use odd_contracts::{EventType, JobId, Timestamp};
use odd_core::Clock;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::commands::bench::latency::{Durations, Percentiles};
use crate::commands::bench::load::Sample;
use crate::failure::Failure;

/// Longest wait for events that have not arrived when all jobs are finished.
const LATE_LIMIT: Duration = Duration::from_secs(5);

/// Notes when the event of one type arrives for each job on the live stream. Events are published after their commit,
/// at the moment when the commit's callers are answered: this is an upper bound of the time at which a change was
/// durable, and about when a claimed job reaches its handler.
pub(super) struct Seen {
    event_type: EventType,
    /// Unbounded, so that nothing slows the listener down: one entry for each job of a round.
    arrivals: UnboundedReceiver<(JobId, Timestamp)>,
}

impl Seen {
    pub(super) async fn start(client: &Client, event_type: EventType) -> Result<Self, Failure> {
        let filter = EventFilter {
            job_id: None,
            event_type: Some(event_type),
        };
        let mut follower = client.follow_events(filter).await?;
        let (notes, arrivals) = unbounded_channel();
        tokio::spawn(async move {
            loop {
                let next = tokio::select! {
                    biased;
                    next = follower.next() => next,
                    () = notes.closed() => return,
                };
                match next {
                    Ok(Follow::Event(event)) => {
                        let at = odd_core::SystemClock.now();
                        // The receiver is gone once it has what it wants.
                        let _ = notes.send((event.payload.job_id, at));
                    }
                    Ok(Follow::Reconnecting { .. }) => {}
                    Err(_) => return,
                }
            }
        });
        Ok(Self {
            event_type,
            arrivals,
        })
    }

    /// How long after its submission each sampled job's event was seen; nothing when there are no samples.
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
        // Whether it was in time is told by what is missing.
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
    async fn late_events_are_waited_for_and_missing_ones_are_a_failure() {
        let samples = [sample(1), sample(2)];
        let show = async |shown: usize| {
            let (notes, arrivals) = unbounded_channel();
            let seen = Seen {
                event_type: EventType::Started,
                arrivals,
            };
            let showing = async move {
                tokio::task::yield_now().await;
                for sample in &samples[..shown] {
                    let at = Timestamp::from_micros(1_000);
                    notes.send((sample.id, at)).expect("somebody waits");
                }
            };
            tokio::join!(seen.percentiles(&samples), showing).0
        };
        let whole = show(2).await.expect("both were shown");
        assert_eq!(whole.map(|found| found.count), Some(2));
        let failure = show(1).await.expect_err("one is missing");
        let text = failure.render(false);
        assert!(text.contains("1 of 2 sampled job.started"), "{text}");
    }
}
