use std::collections::HashMap;

use odd_client::{Client, EventFilter, Follow};
use odd_contracts::{EventType, JobId, Timestamp};
use odd_core::Clock;
use tokio::task::JoinHandle;

use crate::commands::bench::latency::{Durations, Percentiles};
use crate::commands::bench::load::Sample;
use crate::failure::Failure;

/// Notes when the event of one type arrives for each job on the live stream. Events are published after their commit,
/// at the moment when the commit's callers are answered: this is an upper bound of the time at which a change was
/// durable, and about when a claimed job reaches its handler.
pub(super) struct Seen {
    listening: JoinHandle<HashMap<JobId, Timestamp>>,
    enough: tokio::sync::oneshot::Sender<()>,
}

impl Seen {
    pub(super) async fn start(client: &Client, event_type: EventType) -> Result<Self, Failure> {
        let filter = EventFilter {
            job_id: None,
            event_type: Some(event_type),
        };
        let mut follower = client.follow_events(filter).await?;
        let (enough, mut stop) = tokio::sync::oneshot::channel();
        let listening = tokio::spawn(async move {
            let mut seen = HashMap::new();
            loop {
                tokio::select! {
                    biased;
                    next = follower.next() => match next {
                        Ok(Follow::Event(event)) => {
                            seen.insert(event.payload.job_id, odd_core::SystemClock.now());
                        }
                        Ok(Follow::Reconnecting { .. }) => {}
                        Err(_) => return seen,
                    },
                    _ = &mut stop => return seen,
                }
            }
        });
        Ok(Self { listening, enough })
    }

    /// Ends listening; how long after its submission each sampled job's event was seen.
    pub(super) async fn percentiles(self, samples: &[Sample]) -> Option<Percentiles> {
        // The listener may have ended by itself.
        let _ = self.enough.send(());
        let seen = self.listening.await.ok()?;
        let mut durations = Durations::new();
        for sample in samples {
            if let Some(at) = seen.get(&sample.id) {
                durations.record(sample.sent_at, *at);
            }
        }
        durations.percentiles()
    }
}
