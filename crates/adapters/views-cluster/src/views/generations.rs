use std::time::Duration;

use odd_core::ports::StoreError;

use super::ClusterViews;
use super::error::damaged;
use super::keys::{Generation, Keys, Pointer, Rows};
use super::scripts;

/// Time after which the rebuild lock expires if its holder does not extend it.
pub(super) const LOCK_EXPIRY: Duration = Duration::from_secs(20);

/// Most buckets, and most slices of failures, deleted at once.
const DELETE_BATCH: usize = 500;

/// The result of making a new generation the current one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Swap {
    /// The new generation is current.
    Swapped,
    /// Nothing changed, because the current generation has a higher position.
    Behind,
}

/// Life cycle of a generation: the holder of the rebuild lock fills it, makes it current in one step, and later deletes it.
impl ClusterViews {
    /// Acquires the rebuild lock for a new generation. Returns `None` if another process holds it.
    pub(super) async fn begin_rebuild(&self) -> Result<Option<Generation>, StoreError> {
        let generation = Generation::new();
        let mut call = scripts::ACQUIRE_LOCK.key(self.keys.pointer(Pointer::Rebuilding));
        call.key(self.keys.generations())
            .arg(&generation.0)
            .arg(LOCK_EXPIRY.as_millis() as u64);
        let has_lock: bool = self.connection.run(&call).await?;
        Ok(has_lock.then_some(generation))
    }

    /// Extends the rebuild lock. Returns `false` if it was lost.
    pub(super) async fn renew_lock(&self, generation: &Generation) -> Result<bool, StoreError> {
        self.set_lock_expiry(generation, LOCK_EXPIRY).await
    }

    /// Releases the rebuild lock.
    pub(super) async fn release_lock(&self, generation: &Generation) -> Result<(), StoreError> {
        self.set_lock_expiry(generation, Duration::ZERO)
            .await
            .map(drop)
    }

    async fn set_lock_expiry(
        &self,
        generation: &Generation,
        expiry: Duration,
    ) -> Result<bool, StoreError> {
        let mut call = scripts::EXTEND_LOCK.key(self.keys.pointer(Pointer::Rebuilding));
        call.arg(&generation.0).arg(expiry.as_millis() as u64);
        self.connection.run(&call).await
    }

    /// Makes a generation the current one and releases the rebuild lock.
    pub(super) async fn swap(
        &self,
        generation: &Generation,
        may_be_behind: bool,
    ) -> Result<Swap, StoreError> {
        let mut call = scripts::SWAP.key(self.keys.pointer(Pointer::Rebuilding));
        call.key(self.keys.pointer(Pointer::Current))
            .arg(&generation.0)
            .arg(self.keys.prefix())
            .arg(u8::from(may_be_behind));
        let answer: String = self.connection.run(&call).await?;
        match answer.as_str() {
            "swapped" => Ok(Swap::Swapped),
            "behind" => Ok(Swap::Behind),
            "lost" => Err(StoreError::Unavailable(
                "the lock for rebuilding the views on Redis was lost to another process".into(),
            )),
            other => Err(damaged(other)),
        }
    }

    /// Deletes every generation that is neither current nor being rebuilt.
    pub(super) async fn delete_unused(&self, keys: &Keys) -> Result<(), StoreError> {
        let all = redis::cmd("SMEMBERS").arg(keys.generations()).to_owned();
        let all: Vec<String> = self.connection.call(&all).await?;
        for generation in all.into_iter().map(Generation) {
            while self.delete_some(keys, &generation).await? {}
        }
        Ok(())
    }

    /// Deletes some keys of a generation. Returns `true` if there are more.
    async fn delete_some(&self, keys: &Keys, generation: &Generation) -> Result<bool, StoreError> {
        let mut call = scripts::DELETE_GENERATION.key(keys.pointer(Pointer::Current));
        call.key(keys.pointer(Pointer::Rebuilding))
            .key(keys.generations())
            .key(keys.counts(generation))
            .key(keys.index(generation, Rows::Buckets))
            .key(keys.index(generation, Rows::Slices))
            .arg(&generation.0)
            .arg(keys.base(generation, Rows::Buckets))
            .arg(keys.base(generation, Rows::Slices))
            .arg(DELETE_BATCH);
        self.connection.run(&call).await
    }
}
