use odd_core::ports::{LogRecord, Position, StoreError};

use super::ClusterViews;
use super::delta::{Delta, has_hole};
use super::error::damaged;
use super::fields::position_text;
use super::keys::{Generation, Pointer};
use super::scripts;

/// Entries that are added at once: one call must not hold up the server.
pub(super) const STEP: usize = 2_000;

/// Where views stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct State {
    pub(super) generation: Generation,
    pub(super) position: Position,
}

/// What became of an addition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Added {
    /// It is in.
    Applied,
    /// It is not: the views stand elsewhere than expected.
    Moved,
    /// It is not: views, or parts of them, are gone.
    Missing,
}

impl ClusterViews {
    /// Folds entries in, once, wherever the views stand by now.
    ///
    /// The position is checked and moved by the same script that adds, so that repeats, other appliers and
    /// answers that were lost on the way do no harm. Where the views stand before what this process knows to
    /// have been folded in, something was lost: they are mended from the log before anything is added. Where they are
    /// so far behind that retention removed what they lack, they are made anew.
    pub(super) async fn fold_in(&self, entries: &[LogRecord]) -> Result<(), StoreError> {
        for step in entries.chunks(STEP) {
            self.fold_step(step).await?;
        }
        Ok(())
    }

    async fn fold_step(&self, entries: &[LogRecord]) -> Result<(), StoreError> {
        loop {
            let state = self.sound_state().await?;
            let Some(delta) = Delta::of(entries, state.position) else {
                return Ok(());
            };
            if has_hole(entries, state.position) {
                // Others may have moved the views on since.
                if self.forget() {
                    continue;
                }
                // What was removed is counted as pruned, and was never counted as there.
                tracing::warn!("the views on Redis lack events that are no longer kept");
                self.mend(Some(&state.generation)).await?;
                continue;
            }
            match self.add(Pointer::Current, &state.generation, &delta).await {
                Ok(Added::Applied) => {
                    self.tell(delta.to);
                    self.remember(Some(State {
                        position: delta.to,
                        ..state
                    }));
                    return Ok(());
                }
                Ok(Added::Moved) => self.remember(None),
                Ok(Added::Missing) => {
                    self.remember(None);
                    self.mend(Some(&state.generation)).await?;
                }
                Err(error) => {
                    self.remember(None);
                    return Err(error);
                }
            }
        }
    }

    /// Where the views stand, with nothing missing before it.
    async fn sound_state(&self) -> Result<State, StoreError> {
        let cached = self
            .cached
            .lock()
            .expect("no panic while it is held")
            .clone();
        if let Some(state) = cached {
            return Ok(state);
        }
        loop {
            // Asked before the server is: others may move both meanwhile.
            let known = self.known();
            match self.state().await? {
                Some(state) if state.position >= known => {
                    self.tell(state.position);
                    return Ok(state);
                }
                None if self.log.is_none() && known == Position(0) => self.create().await?,
                Some(_) | None => self.mend(None).await?,
            }
        }
    }

    /// Has the server asked where the views stand. Whether that was remembered.
    fn forget(&self) -> bool {
        self.cached
            .lock()
            .expect("no panic while it is held")
            .take()
            .is_some()
    }

    fn remember(&self, state: Option<State>) {
        *self.cached.lock().expect("no panic while it is held") = state;
    }

    /// Adds `delta` to the generation that `pointer` names, if that is `generation` and stands where it must.
    pub(super) async fn add(
        &self,
        pointer: Pointer,
        generation: &Generation,
        delta: &Delta,
    ) -> Result<Added, StoreError> {
        let call = delta.call(&self.keys, pointer, generation);
        let answer: String = self.server.run(&call).await?;
        match answer.as_str() {
            "applied" => Ok(Added::Applied),
            "moved" => Ok(Added::Moved),
            "missing" => Ok(Added::Missing),
            other => Err(damaged(other)),
        }
    }

    /// Makes the first generation, unless somebody else has.
    async fn create(&self) -> Result<(), StoreError> {
        let generation = Generation::fresh();
        let mut call = scripts::CREATE.key(self.keys.pointer(Pointer::Current));
        call.key(self.keys.generations())
            .key(self.keys.counts(&generation))
            .arg(&generation.0)
            .arg(position_text(Position(0)));
        self.server.run(&call).await
    }
}
