use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use deadpool_postgres::Pool;
use odd_contracts::Timestamp;
use odd_core::ports::{ClockReading, ErrorChain};
use odd_core::{Clock, ClockJump, JUMP_MICROS, SavedClock, StoreClock, StoreTime, WallOffset};
use tokio::sync::watch;

use crate::codec::{self, SqlTimestamp};
use crate::error::DbResult;

/// Interval of the queries. It bounds how long a process takes to notice that the server's clock was set.
const QUERY_EVERY: Duration = Duration::from_secs(1);

/// The server's answer to a query that took longer says too little about the present.
const SLOWEST_QUERY: Duration = Duration::from_millis(250);

/// How long a process keeps its own time after the server's clock was set, until the leader has saved by how much. If no
/// leader does, this machine was probably suspended, and the server's clock is right.
const WAIT_FOR_LEADER: Duration = Duration::from_secs(15);

/// Queries between two at which the leader saves that the clock was seen.
const SAVE_SEEN_EVERY: u32 = 10;

const READ: &str =
    "SELECT clock_timestamp() AS now, wall_offset, distrusted_at, seen_at FROM store_clock";

/// Saves a jump, unless another process has saved one since the offset `$3` was read, and moves the jobs that wait for a time
/// of the wall clock. Returns a row if it was saved.
const SAVE: &str = "\
WITH saved AS ( \
    UPDATE store_clock SET wall_offset = $1, distrusted_at = $2, seen_at = clock_timestamp() \
    WHERE wall_offset = $3 RETURNING one), \
waiting AS MATERIALIZED ( \
    SELECT j.job, (j.options -> 'start_at' ->> 'at')::timestamptz - $1::bigint * interval '1 microsecond' AS due_at \
    FROM jobs j, saved WHERE j.delayed_until IS NOT NULL AND j.status = 'SCHEDULED' \
    AND j.options -> 'start_at' ->> 'at' IS NOT NULL ORDER BY j.job FOR NO KEY UPDATE OF j), \
moved AS (UPDATE jobs j SET due_at = w.due_at, delayed_until = w.due_at FROM waiting w WHERE j.job = w.job) \
SELECT one FROM saved";

const SAVE_SEEN: &str = "UPDATE store_clock SET seen_at = clock_timestamp()";

/// The server's clock: the last time that the server returned, plus the time that has passed since. All processes agree on
/// steady time, because they share the offset of the wall clock in the table `store_clock`.
pub(crate) struct ServerTime {
    machine: Arc<dyn Clock>,
    /// The machine's wall clock is used instead of the server's, in tests.
    is_given: bool,
    state: Mutex<State>,
    /// Called with each jump that this process notices first.
    jumped: Box<dyn Fn(ClockJump) + Send + Sync>,
}

struct State {
    clock: StoreClock,
    saved: SavedClock,
    /// When the server's clock first contradicted `clock`, by the machine's clock.
    contradicted_at: Option<Duration>,
}

/// What the server returned to one query.
struct Sample {
    reading: ClockReading,
    saved: SavedClock,
    seen_at: Timestamp,
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
        let mut state = State {
            clock,
            saved: sample.saved,
            contradicted_at: None,
        };
        if state.clock.saved() != state.saved && save(pool, &state.clock, state.saved).await? {
            state.saved = state.clock.saved();
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
        let is_expected = (steady.as_micros() - now.steady.as_micros()).abs() < JUMP_MICROS;
        StoreTime {
            wall,
            steady: if is_expected { steady } else { now.steady },
        }
    }

    /// Returns `true` if jobs may be removed because the server's clock says that they are old.
    pub(crate) fn is_trusted(&self) -> bool {
        self.lock().clock.is_trusted()
    }

    /// Queries the server's time regularly, until dropped. While this process leads, it saves by how much the server's clock
    /// was set.
    pub(crate) async fn keep_current(self: Arc<Self>, pool: Pool, leads: watch::Receiver<bool>) {
        let mut queries: u32 = 0;
        loop {
            tokio::time::sleep(QUERY_EVERY).await;
            let leads = *leads.borrow();
            queries = queries.wrapping_add(1);
            let saves_seen = leads && queries.is_multiple_of(SAVE_SEEN_EVERY);
            if let Err(error) = self.refresh(&pool, leads, saves_seen).await {
                tracing::debug!(error = %ErrorChain(&error), "cannot query the time of the server");
            }
        }
    }

    async fn refresh(&self, pool: &Pool, leads: bool, saves_seen: bool) -> DbResult<()> {
        if self.is_given {
            return self.save_given(pool).await;
        }
        let sample = query(pool, &*self.machine).await?;
        if self
            .machine
            .elapsed()
            .saturating_sub(sample.reading.elapsed)
            > SLOWEST_QUERY
        {
            return Ok(());
        }
        let unsaved = self.lock().observe(&sample, leads);
        if let Some((clock, jump)) = unsaved
            && save(pool, &clock, sample.saved).await?
        {
            let mut state = self.lock();
            state.saved = clock.saved();
            state.clock = clock;
            state.contradicted_at = None;
            (self.jumped)(jump);
        }
        if saves_seen {
            pool.get().await?.execute(SAVE_SEEN, &[]).await?;
        }
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
            self.lock().saved = clock.saved();
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Follows the server's clock. Returns the clock after a jump, which this process is to save because it leads.
    fn observe(&mut self, sample: &Sample, leads: bool) -> Option<(StoreClock, ClockJump)> {
        if sample.saved != self.saved {
            self.adopt(sample);
            return None;
        }
        let mut clock = self.clock.clone();
        let Some(jump) = clock.advance(sample.reading) else {
            self.clock = clock;
            self.contradicted_at = None;
            return None;
        };
        if leads {
            return Some((clock, jump));
        }
        let now = sample.reading.elapsed;
        let since = *self.contradicted_at.get_or_insert(now);
        if now.saturating_sub(since) >= WAIT_FOR_LEADER {
            tracing::warn!(
                by_seconds = jump.seconds(),
                "the clock of the database differs from that of this process, which follows it now"
            );
            self.adopt(sample);
        }
        None
    }

    fn adopt(&mut self, sample: &Sample) {
        self.clock = StoreClock::resume(sample.saved, None, sample.reading).0;
        self.saved = sample.saved;
        self.contradicted_at = None;
    }
}

async fn query(pool: &Pool, machine: &dyn Clock) -> DbResult<Sample> {
    let client = pool.get().await?;
    let statement = client.prepare_cached(READ).await?;
    let elapsed = machine.elapsed();
    let row = client.query_one(&statement, &[]).await?;
    Ok(Sample {
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

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000_000;

    fn sample(wall: i64, elapsed_s: u64, saved: SavedClock) -> Sample {
        let wall = Timestamp::from_micros(100 * HOUR + wall);
        Sample {
            reading: ClockReading {
                wall,
                elapsed: Duration::from_secs(elapsed_s),
            },
            saved,
            seen_at: wall,
        }
    }

    fn state() -> State {
        let start = sample(0, 0, SavedClock::default());
        State {
            clock: StoreClock::start(start.reading),
            saved: start.saved,
            contradicted_at: None,
        }
    }

    fn steady(state: &State, elapsed_s: u64) -> i64 {
        let now = state.clock.time_after(Duration::from_secs(elapsed_s));
        now.steady.as_micros() - 100 * HOUR
    }

    #[test]
    fn leader_saves_a_jump_and_others_adopt_it() {
        let (mut leader, mut other) = (state(), state());
        let jump = sample(-HOUR + 1_000_000, 1, SavedClock::default());
        let (clock, by) = leader.observe(&jump, true).expect("to be saved");
        assert_eq!(by.by_micros, -HOUR);
        assert!(other.observe(&jump, false).is_none());
        assert_eq!(steady(&other, 2), 2_000_000, "keeps its time");

        let saved = clock.saved();
        assert_eq!(saved.offset, WallOffset(-HOUR));
        let later = sample(-HOUR + 3_000_000, 3, saved);
        assert!(other.observe(&later, false).is_none());
        assert_eq!(steady(&other, 4), 4_000_000);
        assert_eq!(other.clock.time().wall, later.reading.wall);
        assert_eq!(other.contradicted_at, None);
    }

    #[test]
    fn without_a_leader_a_process_whose_machine_was_suspended_follows_the_server() {
        let mut state = state();
        for second in 1..=15 {
            let wall = 40_000_000 + i64::try_from(second).expect("small") * 1_000_000;
            let answer = sample(wall, second, SavedClock::default());
            assert!(state.observe(&answer, false).is_none());
            let now = i64::try_from(second).expect("small") * 1_000_000;
            assert_eq!(steady(&state, second), now, "waits for a leader");
        }
        let answer = sample(56_000_000, 16, SavedClock::default());
        assert!(state.observe(&answer, false).is_none());
        assert_eq!(steady(&state, 16), 56_000_000);
    }

    #[test]
    fn small_corrections_are_followed() {
        let mut state = state();
        let answer = sample(1_400_000, 1, SavedClock::default());
        assert!(state.observe(&answer, true).is_none());
        assert_eq!(steady(&state, 2), 2_400_000);
    }
}
