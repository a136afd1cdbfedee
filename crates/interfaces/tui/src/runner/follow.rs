use std::time::Duration;

use futures_util::FutureExt;
use odd_client::{Client, ClientError, EventFilter, EventFollower, Follow};
use odd_contracts::EventEnvelope;
use tokio::sync::mpsc;

use crate::data::LoadFailure;
use crate::message::{Message, StreamUpdate};

/// Largest number of events in one message.
const BATCH: usize = 500;

/// Delay before the stream is opened again after the follower has failed.
const REOPEN_DELAY: Duration = Duration::from_secs(2);

/// Sends the events of the observatory until the receiver is gone. While messages are not received, no more events are read.
pub(super) async fn follow_events(client: Client, messages: mpsc::Sender<Message>) {
    let mut is_first = true;
    while !messages.is_closed() {
        let end = match client.follow_events(EventFilter::default()).await {
            Ok(follower) => {
                let opened = StreamUpdate::Open {
                    is_complete: is_first,
                };
                is_first = false;
                if messages.send(Message::Stream(opened)).await.is_err() {
                    return;
                }
                forward(follower, &messages).await
            }
            Err(error) => Some(error),
        };
        let Some(error) = end else {
            return;
        };
        let lost = StreamUpdate::Lost(LoadFailure::from(&error));
        if messages.send(Message::Stream(lost)).await.is_err() {
            return;
        }
        tokio::time::sleep(REOPEN_DELAY).await;
    }
}

/// Sends what the follower yields. Returns the error that ended it, or `None` when the receiver is gone.
async fn forward(
    mut follower: EventFollower,
    messages: &mpsc::Sender<Message>,
) -> Option<ClientError> {
    loop {
        let first = match follower.next().await {
            Ok(first) => first,
            Err(error) => return Some(error),
        };
        let (events, other) = gather(first, &mut follower);
        let other = match other {
            Some(Err(error)) => return Some(error),
            Some(Ok(other)) => Some(other),
            None => None,
        };
        let events = (!events.is_empty()).then_some(StreamUpdate::Events(events));
        for update in events.into_iter().chain(other.and_then(update_of)) {
            if messages.send(Message::Stream(update)).await.is_err() {
                return None;
            }
        }
    }
}

type Gathered = (Vec<EventEnvelope>, Option<Result<Follow, ClientError>>);

/// Collects the events that have arrived already, until something else comes.
fn gather(first: Follow, follower: &mut EventFollower) -> Gathered {
    let mut events = Vec::new();
    let mut next = Some(Ok(first));
    while let Some(item) = next {
        match item {
            Ok(Follow::Event(event)) => events.push(*event),
            other => return (events, Some(other)),
        }
        next = match events.len() < BATCH {
            true => follower.next().now_or_never(),
            false => None,
        };
    }
    (events, None)
}

fn update_of(item: Follow) -> Option<StreamUpdate> {
    match item {
        Follow::Event(_) => None,
        // What is shown may lack the effects of the removed events.
        Follow::Gap(_) => Some(StreamUpdate::Open { is_complete: false }),
        Follow::Resumed { is_complete } => Some(StreamUpdate::Open { is_complete }),
        Follow::Reconnecting { cause, .. } => Some(StreamUpdate::Lost(LoadFailure::from(&cause))),
    }
}
