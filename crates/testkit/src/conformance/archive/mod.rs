//! Conformance suite of [`Archive`](odd_core::ports::Archive).

mod digests;
mod events;
mod jobs;
mod keeping;
mod searching;

use std::any::Any;
use std::sync::Arc;

use odd_core::ports::Archive;

use super::{Check, StoreFixture};

/// An empty archive.
pub struct ArchiveFixture {
    /// The archive.
    pub archive: Arc<dyn Archive>,
    /// Resources that must live as long as the archive.
    pub keep: Box<dyn Any + Send + Sync>,
}

/// The checks of the suite, by topic.
pub const THEMES: &[&[Check<ArchiveFixture>]] = &[
    keeping::CHECKS,
    events::CHECKS,
    jobs::CHECKS,
    searching::CHECKS,
    digests::CHECKS,
];

impl ArchiveFixture {
    /// Archives the entries that `store` appended since the last call.
    async fn follow(&self, store: &StoreFixture) {
        let position = self.archive.position().await.expect("reads");
        let new = store.log.read_after(position, 1_000_000).await;
        self.archive
            .apply(new.expect("reads"))
            .await
            .expect("keeps");
        let head = store.log.head().await.expect("reads");
        assert_eq!(self.archive.position().await.expect("reads"), head);
    }
}
