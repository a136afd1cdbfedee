use std::sync::Arc;
use std::time::Duration;

use odd_contracts::{EventType, JobId};
use odd_core::JobEvent;
use odd_core::ports::{EventBus, LogEntry, Position};

/// How long a test waits for something that happens soon unless something is broken.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Follows the events of a bus from the first one until `is_last` says that this is the one; returns it.
///
/// # Panics
/// When it has not come within [`PATIENCE`].
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

/// The first event of this kind that a job has, once it has one.
///
/// # Panics
/// When it has not come within [`PATIENCE`].
pub async fn event_of(bus: &dyn EventBus, job: JobId, kind: EventType) -> Arc<JobEvent> {
    follow_until(bus, |event| {
        event.job_id == job && event.change.event_type() == kind
    })
    .await
}
