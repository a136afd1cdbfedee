use odd_core::{BucketKey, CountKey};
use odd_testkit::build::worker_record;

use super::*;

const NOW: Timestamp = Timestamp::from_micros(1_000_000_000);

/// What is known about all queues.
struct Known {
    snapshot: ViewSnapshot,
    depths: Vec<QueueDepth>,
    buckets: Vec<Bucket>,
    live_workers: Vec<WorkerRecord>,
}

fn facts(rows: &[(&str, &str, JobStatus, u64)]) -> Known {
    let counts = rows.iter().map(|(queue, job_type, status, count)| {
        let key = CountKey {
            job_type: job_type.parse().expect("a type"),
            queue: queue.parse().expect("a queue"),
            status: *status,
        };
        (key, *count)
    });
    Known {
        snapshot: ViewSnapshot {
            counts: counts.collect(),
            ..ViewSnapshot::default()
        },
        depths: Vec::new(),
        buckets: Vec::new(),
        live_workers: Vec::new(),
    }
}

fn summaries(known: Known) -> Vec<QueueSummary> {
    let facts = QueueFacts {
        snapshot: &known.snapshot,
        depths: known.depths,
        buckets: &known.buckets,
        rate_range: TimeRange {
            from: NOW.minus_millis(60_000),
            to: NOW,
        },
        live_workers: &known.live_workers,
    };
    queues(facts, &QueueHistory::new())
}

fn ready_since(queue: &str, at: Timestamp) -> QueueDepth {
    QueueDepth {
        queue: queue.parse().expect("a queue"),
        oldest_ready_at: Some(at),
    }
}

/// A bucket that starts `age_seconds` before the present.
fn bucket(age_seconds: u64, flows: &[(&str, u64, u64)]) -> Bucket {
    let mut bucket = Bucket::new(BucketKey {
        start: NOW.minus_millis(age_seconds * 1_000),
        job_type: "echo".parse().expect("a type"),
    });
    for (queue, submitted, finished) in flows {
        *bucket.queues.of(&queue.parse().expect("a queue")) = QueueFlow {
            submitted: *submitted,
            finished: *finished,
        };
    }
    bucket
}

#[test]
fn counts_and_ages_are_combined() {
    let mut rows: Vec<_> = JobStatus::ALL
        .into_iter()
        .zip(1..)
        .map(|(status, count)| ("default", "echo", status, count))
        .collect();
    rows.push(("empty", "echo", JobStatus::Pending, 0));
    let depths = vec![
        ready_since("default", NOW.minus_millis(2_500)),
        ready_since("new", NOW),
    ];
    let queues = summaries(Known {
        depths,
        ..facts(&rows)
    });
    let names: Vec<&str> = queues.iter().map(|queue| queue.queue.as_str()).collect();
    assert_eq!(names, ["default", "new"]);
    let queue = &queues[0];
    assert_eq!(
        (queue.ready, queue.delayed, queue.executing, queue.failed),
        (2, 1 + 5, 3 + 4, 7)
    );
    assert_eq!(queue.running, Some(queue.executing));
    assert_eq!(queue.oldest_ready_seconds, Some(2.5));
}

#[test]
fn load_is_that_of_the_queue_alone() {
    let rows: Vec<_> = ["a", "b"]
        .into_iter()
        .flat_map(|queue| {
            JobStatus::ALL
                .into_iter()
                .zip(1..)
                .map(move |row| (queue, row))
        })
        .map(|(queue, (status, count))| (queue, "echo", status, count))
        .collect();
    let depths = vec![
        ready_since("a", NOW),
        ready_since("b", NOW.minus_millis(2_500)),
    ];
    let snapshot = facts(&rows).snapshot;
    let load = |queue: &str, depths| {
        let queue = queue.parse().expect("a queue");
        let load = queue_scale(queue, &snapshot, depths, NOW, NOW);
        (load.depth, load.oldest_seconds, load.running)
    };
    assert_eq!(load("b", depths.clone()), (2, 2.5, 3 + 4));
    assert_eq!(load("b", Vec::new()), (2, 0.0, 3 + 4), "its age is unknown");
    assert_eq!(load("c", depths), (0, 0.0, 0));
}

#[test]
fn rates_are_those_of_the_last_minute_and_of_the_queue() {
    let buckets = vec![
        bucket(70, &[("a", 999, 999)]),
        bucket(60, &[("a", 60, 30)]),
        bucket(10, &[("a", 60, 30), ("b", 0, 6)]),
    ];
    let rows = [
        ("a", "echo", JobStatus::Pending, 5),
        ("b", "echo", JobStatus::Pending, 5),
    ];
    let queues = summaries(Known {
        buckets,
        ..facts(&rows)
    });
    let rates = |queue: &QueueSummary| (queue.arrival_per_second, queue.finish_per_second);
    assert_eq!(rates(&queues[0]), (Some(2.0), Some(1.0)));
    assert_eq!(rates(&queues[1]), (Some(0.0), Some(0.1)));
}

#[test]
fn queue_drains_when_more_jobs_finish_than_arrive() {
    let drains = |ready, submitted, finished| {
        let buckets = vec![bucket(10, &[("a", submitted, finished)])];
        let rows = [
            ("a", "echo", JobStatus::Pending, ready),
            ("a", "echo", JobStatus::Executing, 1),
        ];
        let queues = summaries(Known {
            buckets,
            ..facts(&rows)
        });
        queues[0].drain_seconds
    };
    assert_eq!(drains(30, 60, 180), Some(15.0));
    assert_eq!(drains(30, 60, 60), None);
    assert_eq!(drains(30, 90, 60), None);
    assert_eq!(drains(0, 90, 60), Some(0.0));
}

#[test]
fn utilisation_counts_the_workers_that_can_run_a_job_of_the_queue() {
    let worker = |types: Option<&[&str]>, queues: Option<&[&str]>, concurrency| WorkerRecord {
        types: types.map(|all| {
            all.iter()
                .map(|name| name.parse().expect("legal"))
                .collect()
        }),
        queues: queues.map(|all| {
            all.iter()
                .map(|name| name.parse().expect("legal"))
                .collect()
        }),
        concurrency,
        ..worker_record("w", NOW)
    };
    let draining = WorkerRecord {
        is_draining: true,
        ..worker(None, None, 64)
    };
    let live_workers = vec![
        worker(None, None, 1),
        worker(None, None, 1),
        worker(Some(&["echo"]), None, 4),
        worker(None, Some(&["b"]), 8),
        worker(Some(&["none"]), Some(&["a"]), 16),
        draining,
    ];
    let rows = [
        ("a", "echo", JobStatus::Executing, 3),
        ("b", "sleep", JobStatus::Executing, 99),
        ("c", "sleep", JobStatus::Completed, 1),
    ];
    let queues = summaries(Known {
        live_workers,
        ..facts(&rows)
    });
    let load: Vec<_> = queues
        .iter()
        .map(|queue| (queue.concurrency, queue.utilisation))
        .collect();
    assert_eq!(
        load,
        [
            (Some(6), Some(0.5)),
            (Some(10), Some(1.0)),
            (Some(6), Some(0.0))
        ],
        "at most 1; without unfinished jobs every type counts"
    );
    let without_workers = &summaries(facts(&rows))[0];
    assert_eq!(
        (without_workers.concurrency, without_workers.utilisation),
        (Some(0), None)
    );
}

#[test]
fn types_beyond_the_ten_most_frequent_are_added_up() {
    let names: Vec<String> = (0..13).map(|n| format!("t{n:02}")).collect();
    let mut rows: Vec<_> = names
        .iter()
        .zip(1..)
        .map(|(name, count)| ("a", name.as_str(), JobStatus::Pending, count))
        .collect();
    rows.push(("a", "t12", JobStatus::Executing, 7));
    rows.push(("a", "t00", JobStatus::Failed, 1_000));
    let types = &summaries(facts(&rows))[0].types;
    let shown: Vec<_> = types
        .iter()
        .map(|counted| (counted.job_type.as_str(), counted.count))
        .collect();
    assert_eq!(shown.len(), 11);
    assert_eq!(shown[..2], [("t12", 20), ("t11", 12)]);
    assert_eq!(shown[10], ("other", 1 + 2 + 3));
}
