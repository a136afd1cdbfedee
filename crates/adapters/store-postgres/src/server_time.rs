use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use deadpool_postgres::Pool;
use odd_contracts::Timestamp;
use odd_core::Clock;
use odd_core::ports::ErrorChain;
use tokio::time::Instant;

use crate::codec::{self, SqlTimestamp};
use crate::error::DbResult;

/// Interval of the queries. It bounds how long the time is wrong after this machine was suspended, during which its
/// monotonic clock stops, or after the server's clock was set.
const QUERY_EVERY: Duration = Duration::from_secs(10);

/// The server's clock: the last time that the server returned, plus the time that has passed since.
pub(crate) struct ServerTime(RwLock<(Instant, Timestamp)>);

impl ServerTime {
    /// Queries the server's time.
    pub(crate) async fn query(pool: &Pool) -> DbResult<Self> {
        let now = query(pool).await?;
        Ok(Self(RwLock::new((Instant::now(), now))))
    }

    /// Queries the server's time regularly, until dropped.
    pub(crate) async fn keep_current(self: Arc<Self>, pool: Pool) {
        loop {
            tokio::time::sleep(QUERY_EVERY).await;
            match query(&pool).await {
                Ok(now) => self.set(now),
                Err(error) => {
                    tracing::debug!(error = %ErrorChain(&error), "cannot query the time of the server");
                }
            }
        }
    }

    /// Sets the time that the server has just returned.
    pub(crate) fn set(&self, now: Timestamp) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = (Instant::now(), now);
    }
}

async fn query(pool: &Pool) -> DbResult<Timestamp> {
    let client = pool.get().await?;
    let row = client.query_one("SELECT clock_timestamp()", &[]).await?;
    let SqlTimestamp(now) = codec::get(&row, 0)?;
    Ok(now)
}

impl Clock for ServerTime {
    fn now(&self) -> Timestamp {
        let (at, time) = *self.0.read().unwrap_or_else(PoisonError::into_inner);
        let passed = i64::try_from(at.elapsed().as_micros()).unwrap_or(i64::MAX);
        Timestamp::from_micros(time.as_micros().saturating_add(passed))
    }
}
