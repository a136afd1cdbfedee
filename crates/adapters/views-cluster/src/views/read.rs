use odd_contracts::Timestamp;
use odd_core::Bucket;
use odd_core::ports::{Position, StoreError, TimeRange, ViewSnapshot};

use super::ClusterViews;
use super::apply::State;
use super::delta::second_at_or_after;
use super::fields::{parse_buckets, parse_counts, parse_position};
use super::keys::{Generation, Pointer};
use super::scripts;

/// Seconds with buckets that are read at once: one read must not hold up the server.
const CHUNK: usize = 500;

/// Readings from the start because the generation changed in between.
const TRIES: usize = 5;

/// All time there is.
pub(super) const ALWAYS: TimeRange = TimeRange {
    from: Timestamp::from_micros(i64::MIN),
    to: Timestamp::from_micros(i64::MAX),
};

/// What reading buckets gave.
pub(super) enum Content {
    /// All of them.
    Whole {
        buckets: Vec<Bucket>,
        /// Where the views stood all the while; unknown when they moved.
        state: Option<State>,
    },
    /// There are no views.
    Absent,
    /// There are, but the server has evicted some of their keys.
    Damaged(Generation),
    /// They were replaced again and again.
    Changing,
}

/// One chunk as the script gives it: generation, position, then seconds with their fields.
type Chunk = (String, String, Vec<(i64, Vec<String>)>);

impl ClusterViews {
    /// Which generation there is and where it stands.
    pub(super) async fn state(&self) -> Result<Option<State>, StoreError> {
        let mut call = scripts::STATE.key(self.keys.pointer(Pointer::Current));
        call.arg(self.keys.prefix());
        let state: Option<(String, String)> = self.server.run(&call).await?;
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
        let counts: Option<(String, Vec<String>)> = self.server.run(&call).await?;
        let Some((generation, fields)) = counts else {
            return Ok(None);
        };
        Ok(Some((Generation(generation), parse_counts(&fields)?)))
    }

    /// The buckets that begin in `range`.
    pub(super) async fn read_buckets(&self, range: TimeRange) -> Result<Content, StoreError> {
        for _ in 0..TRIES {
            let content = self.try_read_buckets(range).await?;
            if !matches!(content, Content::Changing) {
                return Ok(content);
            }
        }
        Ok(Content::Changing)
    }

    async fn try_read_buckets(&self, range: TimeRange) -> Result<Content, StoreError> {
        let mut least = second_at_or_after(range.from).to_string();
        let mut found = Vec::new();
        let mut first: Option<(String, String)> = None;
        let mut stood_still = true;
        loop {
            let Some((generation, position, buckets)) = self.read_chunk(&least, range.to).await?
            else {
                return Ok(Content::Absent);
            };
            let begun = first.get_or_insert_with(|| (generation.clone(), position.clone()));
            if begun.0 != generation {
                return Ok(Content::Changing);
            }
            stood_still &= begun.1 == position;
            let is_last = buckets.len() < CHUNK;
            for (second, fields) in buckets {
                if fields.is_empty() {
                    return Ok(Content::Damaged(Generation(generation)));
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
                return Ok(Content::Whole {
                    buckets: found,
                    state: stood_still.then_some(state),
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
        self.server.run(&call).await
    }
}
