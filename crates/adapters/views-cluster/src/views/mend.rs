use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use odd_core::ports::{EventLog, Position, StoreError};
use tokio::sync::OwnedMutexGuard;
use tokio::time::Instant;

use super::ClusterViews;
use super::apply::{Added, STEP};
use super::delta::{Delta, has_hole};
use super::keys::{Generation, Pointer};

/// How long to wait for another process that rebuilds; then whoever waits is told so and may come again.
const PATIENCE: Duration = Duration::from_secs(30);

/// Between looks whether another process has finished.
const LOOK_EVERY: Duration = Duration::from_millis(100);

impl ClusterViews {
    /// Brings views that lost something to where they were, from the log. `damaged` names a generation that must
    /// not be used any more.
    ///
    /// Goes on when it is dropped: those who ask for the views may be impatient.
    pub(super) async fn mend(&self, damaged: Option<&Generation>) -> Result<(), StoreError> {
        let Some(log) = self.log.clone() else {
            return Err(StoreError::Unavailable(
                "the views on Redis have lost entries and have to be rebuilt from the log".into(),
            ));
        };
        let turn = self.mending.clone().lock_owned().await;
        let work = self.clone().mend_from(log, damaged.cloned(), turn);
        tokio::spawn(work).await.map_err(|panic| {
            StoreError::Broken(format!("mending the views did not end: {panic}").into())
        })?
    }

    /// The same, for those who do not wait. Does nothing while it is going on.
    pub(super) fn mend_in_background(&self, damaged: Option<Generation>) {
        let (Some(log), Ok(turn)) = (self.log.clone(), self.mending.clone().try_lock_owned())
        else {
            return;
        };
        let views = self.clone();
        tokio::spawn(async move {
            if let Err(error) = views.mend_from(log, damaged, turn).await {
                tracing::warn!(%error, "the views on Redis could not be mended yet");
            }
        });
    }

    async fn mend_from(
        self,
        log: Arc<dyn EventLog>,
        damaged: Option<Generation>,
        _turn: OwnedMutexGuard<()>,
    ) -> Result<(), StoreError> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let known = self.known();
            let state = self.state().await?;
            let state = state.filter(|state| Some(&state.generation) != damaged.as_ref());
            let position = state.map(|state| state.position);
            if position.is_some_and(|position| position >= known) {
                return Ok(());
            }
            if position.is_some_and(|position| position > Position(0))
                && self.catch_up(&*log).await?
            {
                return Ok(());
            }
            if let Some(fresh) = self.begin_rebuild().await? {
                tracing::warn!("the views on Redis are gone or damaged; making them anew");
                let reached = self.finish_rebuild(fresh, &*log).await?.position;
                if reached < known {
                    // The log was replaced by an earlier one.
                    self.known.store(reached.0, Ordering::SeqCst);
                }
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(StoreError::Unavailable(
                    "the views on Redis are being made anew by another process".into(),
                ));
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Folds in from the log what whole views lack, as after a restart from an older snapshot. Whether that
    /// brought them to where they were.
    async fn catch_up(&self, log: &dyn EventLog) -> Result<bool, StoreError> {
        let known = self.known();
        while let Some(state) = self.state().await? {
            if state.position >= known {
                return Ok(true);
            }
            let entries = log.read_after(state.position, STEP).await?;
            if has_hole(&entries, state.position) {
                return Ok(false);
            }
            let Some(delta) = Delta::of(&entries, state.position) else {
                return Ok(false);
            };
            let added = self.add(Pointer::Current, &state.generation, &delta);
            if added.await? == Added::Missing {
                return Ok(false);
            }
        }
        Ok(false)
    }
}
