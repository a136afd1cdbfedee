use odd_contracts::FailureFingerprint;
use odd_core::ports::MAX_COUNTED_FAILED;

use crate::codec;
use crate::error::DbResult;
use crate::shared::Shared;

const COUNT: &str = "\
SELECT n.count FROM unnest($1::bigint[]) WITH ORDINALITY AS f (fingerprint, ordinal) CROSS JOIN LATERAL ( \
    SELECT count(*) AS count FROM ( \
        SELECT 1 FROM failed_jobs j WHERE j.fingerprint = f.fingerprint LIMIT $2) few) n \
ORDER BY f.ordinal";

/// Returns the number of FAILED jobs with each of these fingerprints, counted up to [`MAX_COUNTED_FAILED`].
pub(crate) async fn count_failed(
    shared: &Shared,
    fingerprints: &[FailureFingerprint],
) -> DbResult<Vec<u64>> {
    let fingerprints: Vec<i64> = fingerprints
        .iter()
        .map(|fingerprint| codec::signed_fingerprint(*fingerprint))
        .collect();
    let most = i64::try_from(MAX_COUNTED_FAILED).unwrap_or(i64::MAX);
    let client = shared.readers.get().await?;
    let statement = client.prepare_cached(COUNT).await?;
    let rows = client.query(&statement, &[&fingerprints, &most]).await?;
    let counts = rows.iter().map(|row| codec::large_number(row, "count"));
    counts.collect()
}
