use std::time::Duration;

use odd_core::ports::StoreError;

use super::ClusterViews;
use super::error::damaged;
use super::keys::{Generation, Pointer};
use super::scripts;

/// How long the lock of rebuilding outlives a process that died with it.
pub(super) const LOCK_TIME: Duration = Duration::from_secs(20);

/// Buckets deleted at once.
const SWEEP_STEP: usize = 500;

/// Whether the new generation is in place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Swap {
    Swapped,
    /// Not yet: what is read has moved on beyond it.
    Behind,
}

/// Generations: each is written by the one process that has the lock, swapped in whole, and swept in the end.
impl ClusterViews {
    /// Takes the lock of rebuilding for a new generation, unless another process has it.
    pub(super) async fn begin_rebuild(&self) -> Result<Option<Generation>, StoreError> {
        let fresh = Generation::fresh();
        let mut call = scripts::BEGIN.key(self.keys.pointer(Pointer::Rebuilding));
        call.key(self.keys.generations())
            .arg(&fresh.0)
            .arg(LOCK_TIME.as_millis() as u64);
        let has_lock: bool = self.server.run(&call).await?;
        Ok(has_lock.then_some(fresh))
    }

    /// Whether the lock was still there to be prolonged.
    pub(super) async fn renew_lock(&self, fresh: &Generation) -> Result<bool, StoreError> {
        self.keep(fresh, LOCK_TIME).await
    }

    /// Lets go of the lock.
    pub(super) async fn give_up(&self, fresh: &Generation) -> Result<(), StoreError> {
        self.keep(fresh, Duration::ZERO).await.map(drop)
    }

    async fn keep(&self, fresh: &Generation, time: Duration) -> Result<bool, StoreError> {
        let mut call = scripts::KEEP.key(self.keys.pointer(Pointer::Rebuilding));
        call.arg(&fresh.0).arg(time.as_millis() as u64);
        self.server.run(&call).await
    }

    /// Puts a generation in place and lets go of the lock.
    pub(super) async fn swap(
        &self,
        fresh: &Generation,
        may_be_behind: bool,
    ) -> Result<Swap, StoreError> {
        let mut call = scripts::SWAP.key(self.keys.pointer(Pointer::Rebuilding));
        call.key(self.keys.pointer(Pointer::Current))
            .arg(&fresh.0)
            .arg(self.keys.prefix())
            .arg(u8::from(may_be_behind));
        let answer: String = self.server.run(&call).await?;
        match answer.as_str() {
            "swapped" => Ok(Swap::Swapped),
            "behind" => Ok(Swap::Behind),
            "lost" => Err(StoreError::Unavailable(
                "a rebuild of the views on Redis was overtaken by another".into(),
            )),
            other => Err(damaged(other)),
        }
    }

    /// Deletes, in steps, every generation that is neither read nor being rebuilt.
    pub(super) async fn sweep(&self) -> Result<(), StoreError> {
        let all = redis::cmd("SMEMBERS")
            .arg(self.keys.generations())
            .to_owned();
        let all: Vec<String> = self.server.call(&all).await?;
        for generation in all.into_iter().map(Generation) {
            while self.sweep_some(&generation).await? {}
        }
        Ok(())
    }

    async fn sweep_some(&self, generation: &Generation) -> Result<bool, StoreError> {
        let mut call = scripts::SWEEP.key(self.keys.pointer(Pointer::Current));
        call.key(self.keys.pointer(Pointer::Rebuilding))
            .key(self.keys.generations())
            .key(self.keys.counts(generation))
            .key(self.keys.index(generation))
            .arg(&generation.0)
            .arg(self.keys.bucket_base(generation))
            .arg(SWEEP_STEP);
        self.server.run(&call).await
    }
}
