use odd_contracts::Timestamp;
use odd_core::ports::{Position, StoreError, TimeRange, ViewSnapshot};

use super::ClusterViews;
use super::delta::second_at_or_after;
use super::fields::{parse_buckets, parse_counts, parse_position};
use super::keys::{Generation, Pointer};
use super::scripts;
use super::state::{BucketRead, State};

/// Most seconds of buckets that are read at once: one script must not block the server for long.
const CHUNK: usize = 500;

/// Attempts to read a range while the current generation is replaced.
const ATTEMPTS: usize = 5;

/// One chunk as the script returns it: generation, position, then seconds with their fields.
type Chunk = (String, String, Vec<(i64, Vec<String>)>);

impl ClusterViews {
    /// Returns the current generation and its position.
    pub(super) async fn state(&self) -> Result<Option<State>, StoreError> {
        let mut call = scripts::STATE.key(self.keys.pointer(Pointer::Current));
        call.arg(self.keys.prefix());
        let state: Option<(String, String)> = self.connection.run(&call).await?;
        let state = state.map(|(generation, position)| -> Result<State, StoreError> {
            Ok(State {
                generation: Generation(generation),
                position: parse_position(&position)?,
            })
        });
        state.transpose()
    }

    pub(super) async fn read_counts(
        &self,
        pointer: Pointer,
    ) -> Result<Option<(Generation, ViewSnapshot)>, StoreError> {
        let mut call = scripts::COUNTS.key(self.keys.pointer(pointer));
        call.arg(self.keys.prefix());
        let counts: Option<(String, Vec<String>)> = self.connection.run(&call).await?;
        let Some((generation, fields)) = counts else {
            return Ok(None);
        };
        Ok(Some((Generation(generation), parse_counts(&fields)?)))
    }

    /// Reads the buckets that start in `range`.
    pub(super) async fn read_buckets(&self, range: TimeRange) -> Result<BucketRead, StoreError> {
        for _ in 0..ATTEMPTS {
            let content = self.try_read_buckets(range).await?;
            if !matches!(content, BucketRead::Changing) {
                return Ok(content);
            }
        }
        Ok(BucketRead::Changing)
    }

    async fn try_read_buckets(&self, range: TimeRange) -> Result<BucketRead, StoreError> {
        let mut least = second_at_or_after(range.from).to_string();
        let mut found = Vec::new();
        let mut first: Option<(String, String)> = None;
        let mut is_unchanged = true;
        loop {
            let Some((generation, position, buckets)) = self.read_chunk(&least, range.to).await?
            else {
                return Ok(BucketRead::Absent);
            };
            let start = first.get_or_insert_with(|| (generation.clone(), position.clone()));
            if start.0 != generation {
                return Ok(BucketRead::Changing);
            }
            is_unchanged &= start.1 == position;
            let is_last = buckets.len() < CHUNK;
            for (second, fields) in buckets {
                if fields.is_empty() {
                    return Ok(BucketRead::Damaged(Generation(generation)));
                }
                found.extend(parse_buckets(second, &fields)?);
                least = format!("({second}");
            }
            if is_last {
                let position: Position = parse_position(&position)?;
                let generation = Generation(generation);
                let state = State {
                    generation,
                    position,
                };
                return Ok(BucketRead::Complete {
                    buckets: found,
                    state: is_unchanged.then_some(state),
                });
            }
        }
    }

    async fn read_chunk(&self, least: &str, to: Timestamp) -> Result<Option<Chunk>, StoreError> {
        let mut call = scripts::BUCKETS.key(self.keys.pointer(Pointer::Current));
        call.arg(self.keys.prefix())
            .arg(least)
            .arg(second_at_or_after(to))
            .arg(CHUNK);
        self.connection.run(&call).await
    }
}
