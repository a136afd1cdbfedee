use std::sync::Arc;
use std::time::Duration;

use odd_contracts::{EventType, JobId};
use odd_core::JobEvent;
use odd_core::ports::{EventBus, LogEntry, Position};

/// Longest time that a test waits for an expected event.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Follows a bus from the first event and returns the first one for which `is_last` returns `true`.
///
/// # Panics
/// If there is none within [`PATIENCE`].
pub async fn follow_until(
    bus: &dyn EventBus,
    mut is_last: impl FnMut(&JobEvent) -> bool,
) -> Arc<JobEvent> {
    let following = async {
        let mut stream = bus.subscribe(Position(0)).await.expect("subscribes");
        loop {
            for recorded in stream.next().await.expect("the bus is open") {
                if let LogEntry::Event(event) = recorded.entry
                    && is_last(&event)
                {
                    return event;
                }
            }
        }
    };
    tokio::time::timeout(PATIENCE, following)
        .await
        .expect("the awaited event comes in time")
}

/// Waits for the first event of this type of a job, and returns it.
///
/// # Panics
/// If there is none within [`PATIENCE`].
pub async fn event_of(bus: &dyn EventBus, job: JobId, kind: EventType) -> Arc<JobEvent> {
    follow_until(bus, |event| {
        event.job_id == job && event.change.event_type() == kind
    })
    .await
}
