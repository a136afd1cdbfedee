use odd_contracts::Timestamp;
use odd_core::ports::StoreError;
use odd_core::{FailureSlice, SliceChange};

use super::ClusterViews;
use super::delta::second_at_or_after;
use super::keys::{Generation, Rows};
use super::slice_fields::{KINDS, SliceWrite, parse_kind, parse_number, parse_slice};
use super::state::{ALL_TIME, Read};

impl ClusterViews {
    /// Returns what adding `additions` to slices of `generation` writes. Valid while the position of the generation does not
    /// change, which the script that writes it checks.
    pub(super) async fn slice_writes(
        &self,
        generation: &Generation,
        additions: impl Iterator<Item = (&Timestamp, &FailureSlice)>,
    ) -> Result<Vec<SliceWrite>, StoreError> {
        let mut writes = Vec::new();
        for (start, addition) in additions {
            let second = second_at_or_after(*start);
            let change = self.slice_change(generation, second, addition).await?;
            writes.push(SliceWrite::new(second, &change)?);
        }
        Ok(writes)
    }

    /// Reads only the kinds that occur in the addition.
    async fn slice_change(
        &self,
        generation: &Generation,
        second: i64,
        addition: &FailureSlice,
    ) -> Result<SliceChange, StoreError> {
        let base = self.keys.base(generation, Rows::Slices);
        let mut read = redis::cmd("HMGET");
        read.arg(format!("{base}{second}")).arg(KINDS);
        for tally in &addition.tallies {
            read.arg(tally.fingerprint.to_string());
        }
        let stored: Vec<Option<String>> = self.connection.call(&read).await?;
        let mut stored = stored.into_iter();
        let kinds = stored.next().flatten();
        let kinds = kinds.as_deref().map_or(Ok(0), parse_number)?;
        let parse = |content: Option<String>| content.as_deref().map(parse_kind).transpose();
        let stored = stored.map(parse).collect::<Result<Vec<_>, _>>()?;
        Ok(SliceChange::of(addition.clone(), stored, kinds))
    }

    /// Reads the slices of all failures by their start, oldest first. They are parsed on another thread: they may have ten
    /// megabytes.
    pub(super) async fn read_failures(
        &self,
    ) -> Result<Read<Vec<(Timestamp, FailureSlice)>>, StoreError> {
        let texts = self.read_rows(Rows::Slices, ALL_TIME, |second, fields| {
            Ok(vec![(second, fields)])
        });
        let texts = texts.await?;
        let parsing = tokio::task::spawn_blocking(|| texts.try_map(parse_slices));
        parsing
            .await
            .map_err(|error| StoreError::broken("failures could not be parsed", error))?
    }
}

fn parse_slices(
    texts: Vec<(i64, Vec<String>)>,
) -> Result<Vec<(Timestamp, FailureSlice)>, StoreError> {
    let slices = texts.into_iter().map(|(second, fields)| {
        let start = Timestamp::from_micros(second * 1_000_000);
        Ok((start, parse_slice(&fields)?))
    });
    slices.collect()
}
