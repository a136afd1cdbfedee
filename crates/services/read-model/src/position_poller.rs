use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use odd_core::ports::{ErrorChain, Position, Views};
use tokio::sync::watch;
use tokio_util::task::AbortOnDropHandle;

/// Time between two checks of the views' position. The views have no notifications: with Redis behind them, another
/// process updates them.
pub(crate) const CHECK_EVERY: Duration = Duration::from_millis(20);

/// Polls the position of the views for all requests that wait for it: one poll at a time, and none while no request
/// waits.
#[derive(Clone)]
pub(crate) struct PositionPoller {
    views: Arc<dyn Views>,
    polling: Arc<Mutex<Weak<Polling>>>,
}

/// A running poll. It ends when the last request that waits drops it.
struct Polling {
    /// `None` until the first answer of the views.
    position: watch::Receiver<Option<Position>>,
    _task: AbortOnDropHandle<()>,
}

impl PositionPoller {
    pub(crate) fn new(views: Arc<dyn Views>) -> Self {
        Self {
            views,
            polling: Arc::default(),
        }
    }

    /// Waits until the views have processed the log up to `end`. Returns early when their position cannot be read.
    /// Cancel-safe.
    pub(crate) async fn wait_for(&self, end: Position) {
        let polling = self.join();
        let mut position = polling.position.clone();
        let reached = position.wait_for(|position| position.is_some_and(|at| at >= end));
        // An error means that the poll has failed, and has logged why.
        let _ = reached.await;
    }

    /// Returns the running poll, or starts one.
    fn join(&self) -> Arc<Polling> {
        let mut running = self.polling.lock().unwrap_or_else(PoisonError::into_inner);
        // A poll that has failed is kept only by the requests that it is waking.
        let is_running = |polling: &Arc<Polling>| polling.position.has_changed().is_ok();
        if let Some(polling) = running.upgrade().filter(is_running) {
            return polling;
        }
        let (sender, position) = watch::channel(None);
        let task = tokio::spawn(poll(Arc::clone(&self.views), sender));
        let polling = Arc::new(Polling {
            position,
            _task: AbortOnDropHandle::new(task),
        });
        *running = Arc::downgrade(&polling);
        polling
    }
}

/// Publishes the position of `views` until it cannot be read.
async fn poll(views: Arc<dyn Views>, position: watch::Sender<Option<Position>>) {
    loop {
        match views.position().await {
            Ok(at) => position.send_replace(Some(at)),
            Err(error) => {
                tracing::debug!(error = %ErrorChain(&error), "cannot wait for the views");
                return;
            }
        };
        tokio::time::sleep(CHECK_EVERY).await;
    }
}
