use std::time::Duration;

use lapin::message::Delivery;
use lapin::options::BasicAckOptions;
use tokio::time::Instant;

use crate::error::Result;

/// Most unacknowledged messages.
pub(crate) const PREFETCH: u16 = 256;

/// Longest time between a delivery and its acknowledgement. One acknowledgement answers many messages, since each costs the
/// broker as much as a delivery.
const ACKNOWLEDGE_AFTER: Duration = Duration::from_millis(50);

/// Number of messages that are acknowledged without waiting for [`ACKNOWLEDGE_AFTER`]: well below [`PREFETCH`], so that the
/// broker never stops delivering.
const ACKNOWLEDGE_AT: usize = PREFETCH as usize / 4;

/// Messages that were passed on and are not acknowledged yet.
#[derive(Default)]
pub(crate) struct Unacknowledged {
    count: usize,
    last: Option<Delivery>,
    /// When to acknowledge them.
    pub(crate) due: Option<Instant>,
}

impl Unacknowledged {
    pub(crate) fn add(&mut self, delivery: Delivery) {
        self.count += 1;
        self.last = Some(delivery);
        self.due
            .get_or_insert_with(|| Instant::now() + ACKNOWLEDGE_AFTER);
    }

    pub(crate) fn is_due(&self) -> bool {
        self.count >= ACKNOWLEDGE_AT || self.due.is_some_and(|due| due <= Instant::now())
    }

    /// Acknowledges all of them with one frame.
    pub(crate) async fn acknowledge(&mut self) -> Result<()> {
        let Self { last, .. } = std::mem::take(self);
        if let Some(last) = last {
            last.acker.ack(BasicAckOptions { multiple: true }).await?;
        }
        Ok(())
    }
}
