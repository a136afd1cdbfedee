use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use deadpool_postgres::Pool;
use odd_contracts::Timestamp;
use odd_core::ports::{ClockReading, ErrorChain};
use odd_core::{Clock, ClockJump, JUMP_MICROS, SavedClock, StoreClock, StoreTime, WallOffset};
use tokio::sync::watch;

use crate::codec::{self, SqlTimestamp};
use crate::error::DbResult;
use crate::process_clock::{MOVE_ROUNDS, Observation, ProcessClock, SEEN_WITHIN_MICROS, Sample};

/// Interval of the queries. It bounds how long a process takes to notice that the server's clock was set.
const QUERY_EVERY: Duration = Duration::from_secs(1);

const READ: &str =
    "SELECT clock_timestamp() AS now, wall_offset, distrusted_at, seen_at FROM store_clock";

/// Saves a jump, unless another process has saved one since the offset `$3` was read. Returns a row if it was saved.
const SAVE: &str = "\
UPDATE store_clock SET wall_offset = $1, distrusted_at = $2, seen_at = clock_timestamp() \
WHERE wall_offset = $3 RETURNING one";

/// Saves that a process agrees with the server's clock, unless one did so in the last five seconds.
const SAVE_SEEN: &str = "\
UPDATE store_clock SET seen_at = clock_timestamp() \
WHERE seen_at NOT BETWEEN clock_timestamp() - interval '5 seconds' AND clock_timestamp()";

/// Moves up to `$2` jobs that wait for a time of the wall clock to their place by the offset `$1`. Jobs that other transactions
/// have locked are left for the next round.
const MOVE: &str = "\
WITH waiting AS MATERIALIZED ( \
    SELECT j.job, w.due_at FROM jobs j CROSS JOIN LATERAL ( \
        SELECT (j.options -> 'start_at' ->> 'at')::timestamptz - $1::bigint * interval '1 microsecond' AS due_at) w \
    WHERE j.delayed_until IS NOT NULL AND j.status = 'SCHEDULED' AND j.options -> 'start_at' ->> 'at' IS NOT NULL \
    AND j.due_at <> w.due_at LIMIT $2 FOR NO KEY UPDATE OF j SKIP LOCKED) \
UPDATE jobs j SET due_at = w.due_at, delayed_until = w.due_at FROM waiting w WHERE j.job = w.job";

/// Jobs that one statement moves.
const MOVED_AT_ONCE: i64 = 1_000;

/// The server's clock: the last time that the server returned, plus the time that has passed since. All processes agree on
/// steady time, because they share the offset of the wall clock in the table `store_clock`.
pub(crate) struct ServerTime {
    machine: Arc<dyn Clock>,
    /// The machine's wall clock is used instead of the server's, in tests.
    is_given: bool,
    state: Mutex<ProcessClock>,
    /// Called with each jump that this process notices first.
    jumped: Box<dyn Fn(ClockJump) + Send + Sync>,
}

impl ServerTime {
    /// Queries the server's time. `given` replaces the server's clock in tests.
    pub(crate) async fn start(
        pool: &Pool,
        given: Option<Arc<dyn Clock>>,
        jumped: Box<dyn Fn(ClockJump) + Send + Sync>,
    ) -> DbResult<Self> {
        let is_given = given.is_some();
        let machine = given.unwrap_or_else(|| Arc::new(odd_core::SystemClock));
        let mut sample = query(pool, &*machine).await?;
        let mut last_seen = Some(sample.seen_at);
        if is_given {
            sample.reading = machine.read();
            last_seen = None;
        }
        let (clock, jump) = StoreClock::resume(sample.saved, last_seen, sample.reading);
        let mut state = ProcessClock {
            clock,
            saved: sample.saved,
            contradicted_at: None,
            move_rounds: 0,
        };
        if state.clock.saved() != state.saved && save(pool, &state.clock, state.saved).await? {
            state.saved = state.clock.saved();
            state.move_rounds = MOVE_ROUNDS;
            jump.into_iter().for_each(&jumped);
        }
        Ok(Self {
            machine,
            is_given,
            state: Mutex::new(state),
            jumped,
        })
    }

    /// Returns the present.
    pub(crate) fn now(&self) -> StoreTime {
        let mut state = self.lock();
        if self.is_given {
            if let Some(jump) = state.clock.advance(self.machine.read()) {
                (self.jumped)(jump);
            }
            return state.clock.time();
        }
        state.clock.time_after(self.machine.elapsed())
    }

    /// Returns the steady time at a wall-clock time that the server has just returned. If the server's clock was set since
    /// the last query, that is the present by this process.
    pub(crate) fn at(&self, wall: Timestamp) -> StoreTime {
        let now = self.now();
        let steady = now.offset().to_steady(wall);
        let later_by = steady.as_micros() - now.steady.as_micros();
        // The process may have been paused since the answer.
        let is_expected = (-SEEN_WITHIN_MICROS..JUMP_MICROS).contains(&later_by);
        StoreTime {
            wall,
            steady: if is_expected { steady } else { now.steady },
        }
    }

    /// Returns `true` if jobs may be removed because the server's clock says that they are old.
    pub(crate) fn is_trusted(&self) -> bool {
        self.lock().clock.is_trusted()
    }

    /// Queries the server's time regularly, until dropped.
    pub(crate) async fn keep_current(self: Arc<Self>, pool: Pool, leads: watch::Receiver<bool>) {
        loop {
            tokio::time::sleep(QUERY_EVERY).await;
            let leads = *leads.borrow();
            if let Err(error) = self.refresh(&pool, leads).await {
                tracing::debug!(error = %ErrorChain(&error), "cannot query the time of the server");
            }
        }
    }

    async fn refresh(&self, pool: &Pool, leads: bool) -> DbResult<()> {
        if self.is_given {
            self.save_given(pool).await?;
        } else {
            let sample = query(pool, &*self.machine).await?;
            let observed = self.lock().observe(&sample, leads);
            match observed {
                Observation::Agrees => {
                    pool.get().await?.execute(SAVE_SEEN, &[]).await?;
                }
                Observation::Contradicts => {}
                Observation::Jumped(clock, jump) => {
                    if save(pool, &clock, sample.saved).await? {
                        self.lock().follow(*clock);
                        (self.jumped)(jump);
                    }
                }
            }
        }
        self.move_jobs(pool).await
    }

    /// Moves jobs that wait for a time of the wall clock, for a while after this process has saved a jump.
    async fn move_jobs(&self, pool: &Pool) -> DbResult<()> {
        let offset = {
            let mut state = self.lock();
            if state.move_rounds == 0 {
                return Ok(());
            }
            state.move_rounds -= 1;
            state.saved.offset
        };
        let client = pool.get().await?;
        let statement = client.prepare_cached(MOVE).await?;
        let moved = async || {
            client
                .execute(&statement, &[&offset.0, &MOVED_AT_ONCE])
                .await
        };
        while moved().await? == MOVED_AT_ONCE.unsigned_abs() {}
        Ok(())
    }

    /// Saves the jumps of the clock of a test.
    async fn save_given(&self, pool: &Pool) -> DbResult<()> {
        let _ = self.now();
        let (clock, saved) = {
            let state = self.lock();
            (state.clock.clone(), state.saved)
        };
        if clock.saved() != saved && save(pool, &clock, saved).await? {
            let mut state = self.lock();
            state.saved = clock.saved();
            state.move_rounds = MOVE_ROUNDS;
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, ProcessClock> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn query(pool: &Pool, machine: &dyn Clock) -> DbResult<Sample> {
    let client = pool.get().await?;
    let statement = client.prepare_cached(READ).await?;
    let elapsed = machine.elapsed();
    let row = client.query_one(&statement, &[]).await?;
    Ok(Sample {
        took: machine.elapsed().saturating_sub(elapsed),
        reading: ClockReading {
            wall: codec::time(&row, "now")?,
            elapsed,
        },
        saved: SavedClock {
            offset: WallOffset(codec::get(&row, "wall_offset")?),
            distrusted_at: codec::optional_time(&row, "distrusted_at")?,
        },
        seen_at: codec::time(&row, "seen_at")?,
    })
}

/// Returns `false` if another process has saved a jump since `before` was read.
async fn save(pool: &Pool, clock: &StoreClock, before: SavedClock) -> DbResult<bool> {
    let SavedClock {
        offset,
        distrusted_at,
    } = clock.saved();
    let client = pool.get().await?;
    let distrusted_at = distrusted_at.map(SqlTimestamp);
    let rows = client
        .query(SAVE, &[&offset.0, &distrusted_at, &before.offset.0])
        .await?;
    Ok(!rows.is_empty())
}

impl Clock for ServerTime {
    fn now(&self) -> Timestamp {
        Self::now(self).wall
    }

    fn elapsed(&self) -> Duration {
        self.machine.elapsed()
    }
}
