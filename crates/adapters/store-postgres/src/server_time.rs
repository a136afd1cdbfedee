use std::sync::{PoisonError, RwLock};

use deadpool_postgres::Pool;
use odd_contracts::Timestamp;
use odd_core::Clock;
use tokio::time::Instant;

use crate::codec::At;
use crate::error::DbResult;

/// What the server's clock says, reckoned from the last time that it told.
pub(crate) struct ServerTime(RwLock<(Instant, Timestamp)>);

impl ServerTime {
    /// Asks the server.
    pub(crate) async fn ask(pool: &Pool) -> DbResult<Self> {
        let client = pool.get().await?;
        let At(now) = client
            .query_one("SELECT clock_timestamp()", &[])
            .await?
            .try_get(0)?;
        Ok(Self(RwLock::new((Instant::now(), now))))
    }

    /// The server has just told the time.
    pub(crate) fn told(&self, now: Timestamp) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = (Instant::now(), now);
    }
}

impl Clock for ServerTime {
    fn now(&self) -> Timestamp {
        let (at, told) = *self.0.read().unwrap_or_else(PoisonError::into_inner);
        let passed = i64::try_from(at.elapsed().as_micros()).unwrap_or(i64::MAX);
        Timestamp::from_micros(told.as_micros().saturating_add(passed))
    }
}
