use std::sync::{PoisonError, RwLock};

use deadpool_postgres::Pool;
use odd_contracts::Timestamp;
use odd_core::Clock;
use tokio::time::Instant;

use crate::codec::{self, SqlTimestamp};
use crate::error::DbResult;

/// The server's clock: the last time that the server returned, plus the time that has passed since.
pub(crate) struct ServerTime(RwLock<(Instant, Timestamp)>);

impl ServerTime {
    /// Queries the server's time.
    pub(crate) async fn query(pool: &Pool) -> DbResult<Self> {
        let client = pool.get().await?;
        let row = client.query_one("SELECT clock_timestamp()", &[]).await?;
        let SqlTimestamp(now) = codec::get(&row, 0)?;
        Ok(Self(RwLock::new((Instant::now(), now))))
    }

    /// Sets the time that the server has just returned.
    pub(crate) fn set(&self, now: Timestamp) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = (Instant::now(), now);
    }
}

impl Clock for ServerTime {
    fn now(&self) -> Timestamp {
        let (at, time) = *self.0.read().unwrap_or_else(PoisonError::into_inner);
        let passed = i64::try_from(at.elapsed().as_micros()).unwrap_or(i64::MAX);
        Timestamp::from_micros(time.as_micros().saturating_add(passed))
    }
}
