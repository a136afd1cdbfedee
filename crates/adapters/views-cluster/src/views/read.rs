use odd_core::Bucket;
use odd_core::ports::{StoreError, TimeRange, ViewSnapshot};

use super::ClusterViews;
use super::delta::second_at_or_after;
use super::fields::{parse_buckets, parse_counts, parse_position};
use super::keys::{Generation, Pointer, Rows};
use super::scripts;
use super::state::{Read, State};

/// Most seconds of buckets that are read at once: one script must not block the server for long.
const BUCKET_CHUNK: usize = 500;

/// Most slices of failures that are read at once: each may have a hundred kinds.
const SLICE_CHUNK: usize = 10;

/// Attempts to read a range while the current generation is replaced.
const ATTEMPTS: usize = 5;

/// One chunk as the script returns it: generation, position, then seconds with their fields, unless their index was evicted.
type Chunk = (String, String, Option<Vec<(i64, Vec<String>)>>);

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

    /// Reads the buckets that start in `range`, oldest first.
    pub(super) async fn read_buckets(
        &self,
        range: TimeRange,
    ) -> Result<Read<Vec<Bucket>>, StoreError> {
        self.read_rows(Rows::Buckets, range, |second, fields| {
            parse_buckets(second, &fields)
        })
        .await
    }

    /// Reads the rows that start in `range`, oldest first. `parse` returns what one second with its fields contains.
    pub(super) async fn read_rows<T>(
        &self,
        rows: Rows,
        range: TimeRange,
        parse: impl Fn(i64, Vec<String>) -> Result<Vec<T>, StoreError>,
    ) -> Result<Read<Vec<T>>, StoreError> {
        for _ in 0..ATTEMPTS {
            let content = self.try_read_rows(rows, range, &parse).await?;
            if !matches!(content, Read::Changing) {
                return Ok(content);
            }
        }
        Ok(Read::Changing)
    }

    async fn try_read_rows<T>(
        &self,
        rows: Rows,
        range: TimeRange,
        parse: impl Fn(i64, Vec<String>) -> Result<Vec<T>, StoreError>,
    ) -> Result<Read<Vec<T>>, StoreError> {
        let mut least = second_at_or_after(range.from).to_string();
        let end = second_at_or_after(range.to);
        let mut content = Vec::new();
        let mut first: Option<State> = None;
        let mut is_unchanged = true;
        loop {
            let Some((generation, position, chunk)) = self.read_chunk(rows, &least, end).await?
            else {
                return Ok(Read::Absent);
            };
            let state = State {
                generation: Generation(generation),
                position: parse_position(&position)?,
            };
            let start = first.get_or_insert_with(|| state.clone());
            if start.generation != state.generation {
                return Ok(Read::Changing);
            }
            is_unchanged &= *start == state;
            let Some(chunk) = chunk else {
                return Ok(Read::Damaged(state.generation));
            };
            let is_last = chunk.len() < chunk_size(rows);
            for (second, fields) in chunk {
                if fields.is_empty() {
                    return Ok(Read::Damaged(state.generation));
                }
                content.extend(parse(second, fields)?);
                least = format!("({second}");
            }
            if is_last {
                let state = is_unchanged.then_some(state);
                return Ok(Read::Complete { content, state });
            }
        }
    }

    async fn read_chunk(
        &self,
        rows: Rows,
        least: &str,
        end: i64,
    ) -> Result<Option<Chunk>, StoreError> {
        let mut call = scripts::ROWS.key(self.keys.pointer(Pointer::Current));
        call.arg(self.keys.prefix())
            .arg(rows.index())
            .arg(rows.base())
            .arg(rows.number())
            .arg(least)
            .arg(end)
            .arg(chunk_size(rows));
        self.connection.run(&call).await
    }
}

const fn chunk_size(rows: Rows) -> usize {
    match rows {
        Rows::Buckets => BUCKET_CHUNK,
        Rows::Slices => SLICE_CHUNK,
    }
}
