use odd_core::ports::{LogRecord, Position, StoreError};

use super::ClusterViews;
use super::delta::{Delta, has_gap};
use super::error::damaged;
use super::fields::position_text;
use super::keys::{Generation, Pointer};
use super::scripts;
use super::state::State;

/// Most entries that are applied at once: one script must not block the server for long.
pub(super) const BATCH: usize = 2_000;

/// The result of adding a delta to a generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AddOutcome {
    /// The delta was added.
    Applied,
    /// Nothing was added: the generation or its position is not the expected one.
    Moved,
    /// Nothing was added: keys of the generation are missing.
    Missing,
}

impl ClusterViews {
    /// Folds each entry in exactly once.
    ///
    /// One script checks the position, adds the entries and advances the position, so that repetitions, concurrent appliers
    /// and lost answers are harmless. If the position is lower than one that this process has seen, data was lost, and the
    /// views are repaired from the log before anything is added. If retention has removed entries that the views lack, they
    /// are rebuilt.
    pub(super) async fn fold_in(&self, entries: &[LogRecord]) -> Result<(), StoreError> {
        for batch in entries.chunks(BATCH) {
            self.fold_batch(batch).await?;
        }
        Ok(())
    }

    async fn fold_batch(&self, entries: &[LogRecord]) -> Result<(), StoreError> {
        loop {
            let state = self.verified_state().await?;
            let Some(delta) = Delta::of(entries, state.position) else {
                return Ok(());
            };
            if has_gap(entries, state.position) {
                // Another process may have advanced the views since they were cached.
                if self.clear_cached() {
                    continue;
                }
                // The log counts removed entries as pruned jobs, which the views have never counted as present.
                tracing::warn!(
                    "the views on Redis lack events that retention has removed; rebuilding them"
                );
                self.repair(Some(&state.generation)).await?;
                continue;
            }
            match self.add(Pointer::Current, &state.generation, &delta).await {
                Ok(AddOutcome::Applied) => {
                    self.note_position(delta.to);
                    self.set_cached(Some(State {
                        position: delta.to,
                        ..state
                    }));
                    return Ok(());
                }
                Ok(AddOutcome::Moved) => self.set_cached(None),
                Ok(AddOutcome::Missing) => {
                    self.set_cached(None);
                    self.repair(Some(&state.generation)).await?;
                }
                Err(error) => {
                    self.set_cached(None);
                    return Err(error);
                }
            }
        }
    }

    /// Returns the state of the views, after repairing them if they lost data.
    async fn verified_state(&self) -> Result<State, StoreError> {
        let cached = self
            .cached
            .lock()
            .expect("no panic while it is held")
            .clone();
        if let Some(state) = cached {
            return Ok(state);
        }
        loop {
            // Read before the state, because other processes may advance both in between.
            let known = self.known_position();
            match self.state().await? {
                Some(state) if state.position >= known => {
                    self.note_position(state.position);
                    return Ok(state);
                }
                None if self.log.is_none() && known == Position(0) => self.create().await?,
                Some(_) | None => self.repair(None).await?,
            }
        }
    }

    /// Clears the cached state. Returns `true` if there was one.
    fn clear_cached(&self) -> bool {
        self.cached
            .lock()
            .expect("no panic while it is held")
            .take()
            .is_some()
    }

    fn set_cached(&self, state: Option<State>) {
        *self.cached.lock().expect("no panic while it is held") = state;
    }

    /// Adds `delta` to the generation that `pointer` names, if that is `generation` at the position where the delta starts.
    pub(super) async fn add(
        &self,
        pointer: Pointer,
        generation: &Generation,
        delta: &Delta,
    ) -> Result<AddOutcome, StoreError> {
        let failures = delta.aggregates.failures.iter();
        let slices = self.slice_writes(generation, failures).await?;
        let call = delta.call(&self.keys, pointer, generation, &slices);
        let answer: String = self.connection.run(&call).await?;
        match answer.as_str() {
            "applied" => Ok(AddOutcome::Applied),
            "moved" => Ok(AddOutcome::Moved),
            "missing" => Ok(AddOutcome::Missing),
            other => Err(damaged(other)),
        }
    }

    /// Creates the first generation, unless another process has created it.
    async fn create(&self) -> Result<(), StoreError> {
        let generation = Generation::new();
        let mut call = scripts::CREATE.key(self.keys.pointer(Pointer::Current));
        call.key(self.keys.generations())
            .key(self.keys.counts(&generation))
            .arg(&generation.0)
            .arg(position_text(Position(0)));
        self.connection.run(&call).await
    }
}
