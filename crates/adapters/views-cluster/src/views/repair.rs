use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use odd_core::ports::{ErrorChain, EventLog, Position, StoreError};
use tokio::sync::OwnedMutexGuard;
use tokio::time::Instant;

use super::ClusterViews;
use super::apply::{AddOutcome, BATCH};
use super::delta::{Delta, has_gap};
use super::keys::{Generation, Pointer};

/// How long a repair waits for a rebuild by another process before it fails.
const REBUILD_TIMEOUT: Duration = Duration::from_secs(30);

/// Interval between checks whether another process has finished its rebuild.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

impl ClusterViews {
    /// Restores views that lost data from the log. A generation that is `damaged` is replaced.
    ///
    /// The repair continues when this future is dropped, because callers may have short timeouts.
    pub(super) async fn repair(&self, damaged: Option<&Generation>) -> Result<(), StoreError> {
        let Some(log) = self.log.clone() else {
            return Err(StoreError::Unavailable(
                "the views on Redis have lost entries and have to be rebuilt from the log".into(),
            ));
        };
        let guard = self.repair_lock.clone().lock_owned().await;
        let work = self.clone().repair_from(log, damaged.cloned(), guard);
        tokio::spawn(work)
            .await
            .map_err(|panic| StoreError::broken("the repair of the views on Redis failed", panic))?
    }

    /// Starts [`Self::repair`] without waiting for it. Does nothing while a repair is running.
    pub(super) fn repair_in_background(&self, damaged: Option<Generation>) {
        let (Some(log), Ok(guard)) = (self.log.clone(), self.repair_lock.clone().try_lock_owned())
        else {
            return;
        };
        let views = self.clone();
        tokio::spawn(async move {
            if let Err(error) = views.repair_from(log, damaged, guard).await {
                tracing::warn!(error = %ErrorChain(&error), "the views on Redis could not be repaired");
            }
        });
    }

    async fn repair_from(
        self,
        log: Arc<dyn EventLog>,
        damaged: Option<Generation>,
        _guard: OwnedMutexGuard<()>,
    ) -> Result<(), StoreError> {
        let deadline = Instant::now() + REBUILD_TIMEOUT;
        loop {
            let known = self.known_position();
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
            if let Some(generation) = self.begin_rebuild().await? {
                tracing::warn!("the views on Redis are lost or damaged; rebuilding them");
                let reached = self.finish_rebuild(generation, &*log).await?.position;
                if reached < known {
                    // The log was restored from a backup.
                    self.known_position.store(reached.0, Ordering::SeqCst);
                }
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(StoreError::Unavailable(
                    "another process is rebuilding the views on Redis".into(),
                ));
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    /// Applies entries of the log to complete views at a lower position, as after a restart from an older snapshot. Returns
    /// `true` if they reached the position that they had.
    async fn catch_up(&self, log: &dyn EventLog) -> Result<bool, StoreError> {
        let known = self.known_position();
        while let Some(state) = self.state().await? {
            if state.position >= known {
                return Ok(true);
            }
            let entries = log.read_after(state.position, BATCH).await?;
            if has_gap(&entries, state.position) {
                return Ok(false);
            }
            let Some(delta) = Delta::of(&entries, state.position) else {
                return Ok(false);
            };
            let outcome = self.add(Pointer::Current, &state.generation, &delta);
            if outcome.await? == AddOutcome::Missing {
                return Ok(false);
            }
        }
        Ok(false)
    }
}
