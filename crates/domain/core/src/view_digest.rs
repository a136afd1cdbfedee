use odd_contracts::{QueueName, Timestamp};
use sha2::{Digest, Sha256};

use crate::ports::ViewSnapshot;
use crate::{Bucket, DurationHistogram, FailureSlice, FailureTally, QueueFlows};

/// Separates the values of a row.
const UNIT: &[u8] = b"\x1f";

/// Separates rows.
const RECORD: &[u8] = b"\x1e";

/// SHA-256 over the content of views in a canonical order, equal for every adapter.
///
/// It does not include the position, which is not part of the content.
#[derive(Debug, Clone)]
pub struct ViewDigest(Sha256);

impl ViewDigest {
    /// Starts a digest with the time of the last event and the counts.
    pub fn new(snapshot: &ViewSnapshot) -> Self {
        let mut digest = Self(Sha256::new());
        let last = snapshot.last_event_at.map(|at| at.as_micros().to_string());
        digest.row(&[last.as_deref().unwrap_or("-")]);
        let tally = [snapshot.tally.created, snapshot.tally.finished].map(|n| n.to_string());
        digest.row(&["tally", &tally[0], &tally[1]]);
        for (key, count) in &snapshot.counts {
            let names = (
                key.status.as_str(),
                key.job_type.as_str(),
                key.queue.as_str(),
            );
            digest.row(&["count", names.0, names.1, names.2, &count.to_string()]);
        }
        digest
    }

    /// Adds the next bucket. Buckets must be added in the order of their keys, each once.
    pub fn add(&mut self, bucket: &Bucket) {
        let start = bucket.key.start.as_micros().to_string();
        let counters = [
            bucket.submitted,
            bucket.started,
            bucket.completed,
            bucket.failed,
            bucket.cancelled,
            bucket.retried,
        ]
        .map(|counter| counter.to_string());
        let [submitted, started, completed, failed, cancelled, retried] = &counters;
        self.row(&[
            "bucket",
            &start,
            bucket.key.job_type.as_str(),
            submitted,
            started,
            completed,
            failed,
            cancelled,
            retried,
            &classes(&bucket.wait),
            &classes(&bucket.run),
            &flows(&bucket.queues),
            &versions(bucket),
        ]);
    }

    /// Adds the next slice of the failures, after all buckets. Slices must be added in the order of their starts, each once.
    pub fn add_failures(&mut self, start: Timestamp, slice: &FailureSlice) {
        let start = start.as_micros().to_string();
        self.row(&["failures", &start, &slice.unlisted.to_string()]);
        slice.tallies.iter().for_each(|tally| self.tally(tally));
    }

    fn tally(&mut self, tally: &FailureTally) {
        let times = [tally.first_at, tally.last_at].map(|at| at.as_micros().to_string());
        let queues: Vec<&str> = tally.queues.iter().map(QueueName::as_str).collect();
        let jobs: Vec<String> = tally.jobs.iter().map(ToString::to_string).collect();
        self.row(&[
            &tally.fingerprint.to_string(),
            tally.job_type.as_str(),
            tally.reason.as_str(),
            &tally.message,
            &queues.join(","),
            &tally.has_more_queues.to_string(),
            &tally.versions.join(","),
            &jobs.join(","),
            &times[0],
            &times[1],
            &tally.occurrences.to_string(),
        ]);
    }

    /// Returns the digest in hexadecimal.
    pub fn finish(self) -> String {
        let digest = self.0.finalize();
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn row(&mut self, values: &[&str]) {
        for value in values {
            self.0.update(value.as_bytes());
            self.0.update(UNIT);
        }
        self.0.update(RECORD);
    }
}

fn classes(histogram: &DurationHistogram) -> String {
    let classes: Vec<String> = histogram
        .classes()
        .map(|(class, count)| format!("{class}:{count}"))
        .collect();
    classes.join(",")
}

fn flows(queues: &QueueFlows) -> String {
    let flows: Vec<String> = queues
        .iter()
        .map(|(queue, flow)| format!("{queue}:{}:{}", flow.submitted, flow.finished))
        .collect();
    flows.join(",")
}

fn versions(bucket: &Bucket) -> String {
    let versions: Vec<String> = bucket
        .versions
        .iter()
        .map(|(version, tally)| format!("{version}:{}:{}", tally.attempts, tally.failed))
        .collect();
    versions.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BucketKey;

    fn bucket() -> Bucket {
        Bucket::new(BucketKey {
            start: Timestamp::from_micros(10_000_000),
            job_type: "work".parse().expect("legal"),
        })
    }

    fn digest_of(buckets: &[Bucket]) -> String {
        let mut digest = ViewDigest::new(&ViewSnapshot::default());
        buckets.iter().for_each(|bucket| digest.add(bucket));
        digest.finish()
    }

    #[test]
    fn every_field_of_a_bucket_changes_the_digest() {
        let parts: [fn(&mut Bucket); 13] = [
            |_| {},
            |bucket| bucket.submitted = 1,
            |bucket| bucket.started = 1,
            |bucket| bucket.completed = 1,
            |bucket| bucket.failed = 1,
            |bucket| bucket.cancelled = 1,
            |bucket| bucket.retried = 1,
            |bucket| bucket.wait.record(1.0),
            |bucket| bucket.run.record(1.0),
            |bucket| bucket.queues.of(&"q".parse().expect("legal")).submitted = 1,
            |bucket| bucket.queues.of(&"q".parse().expect("legal")).finished = 1,
            |bucket| bucket.version("1").attempts = 1,
            |bucket| bucket.version("1").failed = 1,
        ];
        let mut digests: Vec<String> = parts
            .iter()
            .map(|change| {
                let mut bucket = bucket();
                change(&mut bucket);
                digest_of(&[bucket])
            })
            .chain([digest_of(&[])])
            .collect();
        digests.sort();
        digests.dedup();
        assert_eq!(digests.len(), parts.len() + 1);
    }

    #[test]
    fn the_position_does_not_change_the_digest() {
        let further = ViewSnapshot {
            position: crate::ports::Position(7),
            ..ViewSnapshot::default()
        };
        assert_eq!(ViewDigest::new(&further).finish(), digest_of(&[]));
    }
}
