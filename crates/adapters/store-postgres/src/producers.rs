use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use odd_contracts::Producer;
use tokio_postgres::GenericClient;

use crate::codec;
use crate::error::DbResult;
use crate::packed::ProducersById;

/// The producers that this process has loaded. Every process that ever wrote events has one.
#[derive(Default)]
pub(crate) struct ProducerCache(RwLock<Arc<ProducersById>>);

impl ProducerCache {
    /// Returns the producers of the last load.
    pub(crate) fn cached(&self) -> Arc<ProducersById> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Loads all producers and returns them.
    pub(crate) async fn load(&self, client: &impl GenericClient) -> DbResult<Arc<ProducersById>> {
        let rows = client
            .query(
                "SELECT producer, service, instance_id, version FROM producers",
                &[],
            )
            .await?;
        let mut producers = HashMap::with_capacity(rows.len());
        for row in &rows {
            let producer = Producer {
                service: codec::get(row, "service")?,
                instance_id: codec::get(row, "instance_id")?,
                version: codec::get(row, "version")?,
            };
            producers.insert(codec::get(row, "producer")?, Arc::new(producer));
        }
        let producers = Arc::new(producers);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = producers.clone();
        Ok(producers)
    }
}
