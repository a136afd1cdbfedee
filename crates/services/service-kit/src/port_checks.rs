use std::sync::Arc;

use odd_core::ports::{ErrorChain, JobReader, StoreError, Views};

use crate::{CheckFailed, HttpInterface};

impl HttpInterface {
    /// Makes `/readyz` depend on the store, as `store`.
    #[must_use]
    pub fn ready_with_store(self, reader: Arc<dyn JobReader>) -> Self {
        self.ready_when("store", move || {
            let reader = Arc::clone(&reader);
            async move { reader.ping().await.map_err(failed) }
        })
    }

    /// Makes `/readyz` depend on the views, as `views`.
    #[must_use]
    pub fn ready_with_views(self, views: Arc<dyn Views>) -> Self {
        self.ready_when("views", move || {
            let views = Arc::clone(&views);
            async move { views.position().await.map(drop).map_err(failed) }
        })
    }
}

fn failed(error: StoreError) -> CheckFailed {
    CheckFailed(ErrorChain(&error).to_string())
}
