use odd_contracts::{
    JobType, Timeseries, TimeseriesMetric, TimeseriesPoint, TimeseriesUnit, TimeseriesWindow,
    Timestamp,
};
use odd_core::Bucket;
use odd_core::ports::TimeRange;

use super::total;

/// Returns the range of buckets for a series of `window`. It ends with the step that contains `now`.
pub(crate) fn series_range(window: TimeseriesWindow, now: Timestamp) -> TimeRange {
    let step = step_micros(window);
    let last = now.as_micros() - now.as_micros().rem_euclid(step);
    let points = i64::from(window.points());
    TimeRange {
        from: Timestamp::from_micros(last - (points - 1) * step),
        to: Timestamp::from_micros(last + step),
    }
}

/// Adds up `buckets`, which lie in [`series_range`], to one total per step, for one job type or all.
pub(crate) fn steps(
    window: TimeseriesWindow,
    job_type: Option<&JobType>,
    mut buckets: Vec<Bucket>,
    now: Timestamp,
) -> Vec<Bucket> {
    if let Some(job_type) = job_type {
        buckets.retain(|bucket| bucket.key.job_type == *job_type);
    }
    buckets.sort_by_key(|bucket| bucket.key.start);
    let first = series_range(window, now).from.as_micros();
    let step = step_micros(window);
    let starts = (0..i64::from(window.points())).map(|index| first + index * step);
    let totals = starts.map(|start| {
        let from = buckets.partition_point(|bucket| bucket.key.start.as_micros() < start);
        let to = buckets.partition_point(|bucket| bucket.key.start.as_micros() < start + step);
        let mut sum = total(buckets[from..to].iter());
        sum.key.start = Timestamp::from_micros(start);
        sum
    });
    totals.collect()
}

/// Returns the series of one metric of `steps`.
pub(crate) fn series(
    metric: TimeseriesMetric,
    window: TimeseriesWindow,
    job_type: Option<JobType>,
    steps: &[Bucket],
    as_of: Timestamp,
) -> Timeseries {
    let points = steps.iter().map(|step| TimeseriesPoint {
        at: step.key.start,
        value: value(metric, step),
    });
    Timeseries {
        metric,
        window,
        unit: unit(metric),
        step_seconds: window.step_seconds(),
        points: points.collect(),
        job_type,
        queue: None,
        as_of,
    }
}

fn step_micros(window: TimeseriesWindow) -> i64 {
    i64::from(window.step_seconds()) * 1_000_000
}

fn value(metric: TimeseriesMetric, sum: &Bucket) -> Option<f64> {
    use TimeseriesMetric as M;
    match metric {
        M::Submitted => Some(sum.submitted as f64),
        M::Started => Some(sum.started as f64),
        M::Completed => Some(sum.completed as f64),
        M::Failed => Some(sum.failed as f64),
        M::Cancelled => Some(sum.cancelled as f64),
        M::Retried => Some(sum.retried as f64),
        M::WaitP50 => sum.wait.quantile_ms(0.50),
        M::WaitP95 => sum.wait.quantile_ms(0.95),
        M::WaitP99 => sum.wait.quantile_ms(0.99),
        M::RunP50 => sum.run.quantile_ms(0.50),
        M::RunP95 => sum.run.quantile_ms(0.95),
        M::RunP99 => sum.run.quantile_ms(0.99),
        // Buckets do not contain them: see `QueueHistory`.
        M::QueueDepth | M::QueueOldestSeconds => None,
    }
}

/// Returns the unit of a metric.
pub(crate) fn unit(metric: TimeseriesMetric) -> TimeseriesUnit {
    use TimeseriesMetric as M;
    match metric {
        M::Submitted | M::Started | M::Completed | M::Failed | M::Cancelled | M::Retried => {
            TimeseriesUnit::Count
        }
        M::QueueDepth => TimeseriesUnit::Count,
        M::QueueOldestSeconds => TimeseriesUnit::Seconds,
        M::WaitP50 | M::WaitP95 | M::WaitP99 | M::RunP50 | M::RunP95 | M::RunP99 => {
            TimeseriesUnit::Ms
        }
    }
}

#[cfg(test)]
mod tests {
    use odd_core::BucketKey;

    use super::*;

    fn bucket(job_type: &str, start_seconds: i64, submitted: u64, wait_ms: f64) -> Bucket {
        let mut bucket = Bucket::new(BucketKey {
            start: Timestamp::from_micros(start_seconds * 1_000_000),
            job_type: job_type.parse().expect("a type"),
        });
        bucket.submitted = submitted;
        bucket.wait.record(wait_ms);
        bucket
    }

    const NOW: Timestamp = Timestamp::from_micros(100_025_000_000);

    fn buckets() -> Vec<Bucket> {
        vec![
            bucket("b", 99_990, 7, 80.0),
            bucket("a", 99_960, 1, 10.0),
            bucket("a", 99_970, 2, 20.0),
            bucket("a", 100_020, 4, 40.0),
        ]
    }

    fn of_all(
        metric: TimeseriesMetric,
        window: TimeseriesWindow,
        job_type: Option<JobType>,
    ) -> Timeseries {
        let steps = steps(window, job_type.as_ref(), buckets(), NOW);
        series(metric, window, job_type, &steps, NOW)
    }

    #[test]
    fn steps_have_no_gaps_and_end_at_the_present() {
        for window in TimeseriesWindow::ALL {
            let series = of_all(TimeseriesMetric::Submitted, window, None);
            let range = series_range(window, NOW);
            assert_eq!(series.points.len(), window.points() as usize);
            assert_eq!(series.points[0].at, range.from);
            assert!(range.from < NOW && NOW < range.to);
            for pair in series.points.windows(2) {
                let apart = pair[1].at.as_micros() - pair[0].at.as_micros();
                assert_eq!(apart, step_micros(window));
            }
            let sum: f64 = series.points.iter().filter_map(|point| point.value).sum();
            assert_eq!(sum, 14.0, "{window}");
        }
    }

    #[test]
    fn counts_are_added_per_step_and_type() {
        let of = |job_type: Option<&str>| {
            let job_type = job_type.map(|name| name.parse().expect("a type"));
            let window = TimeseriesWindow::Hour;
            let series = of_all(TimeseriesMetric::Submitted, window, job_type);
            let last: Vec<_> = series.points[58..]
                .iter()
                .map(|point| point.value)
                .collect();
            last
        };
        assert_eq!(of(None), [Some(10.0), Some(4.0)]);
        assert_eq!(of(Some("a")), [Some(3.0), Some(4.0)]);
        assert_eq!(of(Some("none")), [Some(0.0), Some(0.0)]);
    }

    #[test]
    fn percentiles_of_nothing_are_null() {
        let window = TimeseriesWindow::Hour;
        let series = of_all(TimeseriesMetric::WaitP50, window, None);
        assert_eq!(series.unit, TimeseriesUnit::Ms);
        assert_eq!(series.points[0].value, None);
        let median = series.points[58].value.expect("three waits");
        assert!((20.0..=24.0).contains(&median), "{median}");
    }
}
