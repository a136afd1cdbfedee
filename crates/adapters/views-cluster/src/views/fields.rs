use std::collections::BTreeMap;

use odd_contracts::{JobType, Timestamp};
use odd_core::ports::{Position, StoreError, ViewSnapshot};
use odd_core::{Bucket, BucketKey, CountKey, JobTally};

use super::error::damaged;

/// First character of fields that are not counts. No job type starts with it.
const META: char = '#';

/// Formats a position with twenty digits, so that positions compare as text like numbers.
pub(super) fn position_text(position: Position) -> String {
    format!("{:020}", position.0)
}

pub(super) fn parse_position(text: &str) -> Result<Position, StoreError> {
    parse(text).map(Position)
}

/// Returns `STATUS/type/queue`. Names contain no slash.
pub(super) fn count_field(key: &CountKey) -> String {
    format!("{}/{}/{}", key.status, key.job_type, key.queue)
}

/// Returns the fields of the numbers of jobs with their changes.
pub(super) fn tally_fields(tally: JobTally) -> [(&'static str, i64); 2] {
    [("#created", tally.created), ("#finished", tally.finished)]
}

/// Parses the fields and values of the hash of counts.
pub(super) fn parse_counts(fields: &[String]) -> Result<ViewSnapshot, StoreError> {
    let mut snapshot = ViewSnapshot::default();
    for (field, value) in pairs(fields) {
        match field {
            "#position" => snapshot.position = parse_position(value)?,
            "#created" => snapshot.tally.created = parse(value)?,
            "#finished" => snapshot.tally.finished = parse(value)?,
            "#last" => snapshot.last_event_at = Some(Timestamp::from_micros(parse(value)?)),
            _ if field.starts_with(META) => {}
            _ => drop(snapshot.counts.insert(parse_count(field)?, parse(value)?)),
        }
    }
    Ok(snapshot)
}

fn parse_count(field: &str) -> Result<CountKey, StoreError> {
    let mut names = field.splitn(3, '/');
    let mut name = || names.next().ok_or_else(|| damaged(field));
    Ok(CountKey {
        status: parse(name()?)?,
        job_type: parse(name()?)?,
        queue: parse(name()?)?,
    })
}

/// Returns the fields of a bucket with their values. `type/n` is always present, because a bucket may be empty.
pub(super) fn bucket_fields(bucket: &Bucket) -> Vec<(String, u64)> {
    let job_type = &bucket.key.job_type;
    let counters = [
        ("s", bucket.started),
        ("c", bucket.completed),
        ("f", bucket.failed),
        ("x", bucket.cancelled),
        ("r", bucket.retried),
    ];
    let counters = counters.into_iter().filter(|(_, count)| *count > 0);
    let mut fields = vec![(format!("{job_type}/n"), bucket.submitted)];
    fields.extend(counters.map(|(name, count)| (format!("{job_type}/{name}"), count)));
    for (kind, histogram) in [('w', &bucket.wait), ('d', &bucket.run)] {
        let classes = histogram.classes();
        fields.extend(classes.map(|(class, count)| (format!("{job_type}/{kind}{class}"), count)));
    }
    for (queue, flow) in bucket.queues.iter() {
        let counts = [('a', flow.submitted), ('z', flow.finished)];
        let counts = counts.into_iter().filter(|(_, count)| *count > 0);
        fields.extend(counts.map(|(kind, count)| (format!("{job_type}/{kind}{queue}"), count)));
    }
    for (version, tally) in &bucket.versions {
        let counts = [('v', tally.attempts), ('e', tally.failed)];
        let counts = counts.into_iter().filter(|(_, count)| *count > 0);
        fields.extend(counts.map(|(kind, count)| (format!("{job_type}/{kind}{version}"), count)));
    }
    fields
}

/// Parses the fields and values of the hash of all buckets that start at `second`. They are ordered by job type.
pub(super) fn parse_buckets(second: i64, fields: &[String]) -> Result<Vec<Bucket>, StoreError> {
    let mut buckets: BTreeMap<JobType, (Bucket, Classes, Classes)> = BTreeMap::new();
    for (field, value) in pairs(fields) {
        let (name, what) = field.split_once('/').ok_or_else(|| damaged(field))?;
        let job_type: JobType = parse(name)?;
        let key = BucketKey {
            start: Timestamp::from_micros(second * 1_000_000),
            job_type: job_type.clone(),
        };
        let (bucket, wait, run) = buckets
            .entry(job_type)
            .or_insert_with(|| (Bucket::new(key), Classes::new(), Classes::new()));
        let count = parse(value)?;
        match what.split_at_checked(1) {
            Some(("n", "")) => bucket.submitted = count,
            Some(("s", "")) => bucket.started = count,
            Some(("c", "")) => bucket.completed = count,
            Some(("f", "")) => bucket.failed = count,
            Some(("x", "")) => bucket.cancelled = count,
            Some(("r", "")) => bucket.retried = count,
            Some(("a", queue)) => bucket.queues.of(&parse(queue)?).submitted = count,
            Some(("z", queue)) => bucket.queues.of(&parse(queue)?).finished = count,
            Some(("v", version)) => {
                let tally = bucket.versions.entry(version.to_owned()).or_default();
                tally.attempts = count;
            }
            Some(("e", version)) => {
                let tally = bucket.versions.entry(version.to_owned()).or_default();
                tally.failed = count;
            }
            Some(("w", class)) => wait.push((parse(class)?, count)),
            Some(("d", class)) => run.push((parse(class)?, count)),
            _ => return Err(damaged(field)),
        }
    }
    let complete = |(mut bucket, wait, run): (Bucket, Classes, Classes)| {
        bucket.wait = wait.into_iter().collect();
        bucket.run = run.into_iter().collect();
        bucket
    };
    Ok(buckets.into_values().map(complete).collect())
}

type Classes = Vec<(u16, u64)>;

fn pairs(fields: &[String]) -> impl Iterator<Item = (&str, &str)> {
    fields
        .chunks_exact(2)
        .map(|pair| (pair[0].as_str(), pair[1].as_str()))
}

fn parse<T: std::str::FromStr>(text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| damaged(text))
}
