use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use odd_contracts::Producer;
use tokio_postgres::GenericClient;

use crate::error::DbResult;
use crate::packed::ProducersById;

/// Who signed events, as far as this process has read: each process that ever wrote has a number.
#[derive(Default)]
pub(crate) struct ProducerNames(RwLock<Arc<ProducersById>>);

impl ProducerNames {
    /// Those that are known.
    pub(crate) fn known(&self) -> Arc<ProducersById> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// All of them, read anew.
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
                service: row.try_get("service")?,
                instance_id: row.try_get("instance_id")?,
                version: row.try_get("version")?,
            };
            producers.insert(row.try_get("producer")?, Arc::new(producer));
        }
        let producers = Arc::new(producers);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = producers.clone();
        Ok(producers)
    }
}
