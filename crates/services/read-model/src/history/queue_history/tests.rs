use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

fn queue(name: &str) -> QueueName {
    name.parse().expect("a queue")
}

/// Samples with these depths, each queue's oldest job having waited as many seconds.
fn samples(depths: &[(&str, u64)]) -> Samples {
    let sample = |depth: u64| Sample {
        depth,
        oldest_seconds: Some(depth as f32),
    };
    let queues = depths
        .iter()
        .map(|(name, depth)| (queue(name), sample(*depth)));
    Samples {
        queues: queues.collect(),
        total: sample(depths.iter().map(|(_, depth)| depth).sum()),
    }
}

#[test]
fn recent_depths_begin_after_the_last_gap() {
    let history = QueueHistory::new();
    for (seconds, depth) in [(985, 9), (1_005, 1), (1_015, 2), (1_025, 3)] {
        history.record(at(seconds), &samples(&[("a", depth)]), at(seconds));
    }
    let depths = |seconds| history.recent_depths(&queue("a"), at(seconds));
    assert_eq!(depths(1_029), [1, 2, 3]);
    assert_eq!(
        depths(1_031),
        [1, 2, 3],
        "the present step has no sample yet"
    );
    assert!(depths(1_041).is_empty(), "a sample is missing");
    assert!(history.recent_depths(&queue("b"), at(1_029)).is_empty());
}

#[test]
fn recent_depths_are_those_of_five_minutes() {
    let history = QueueHistory::new();
    for index in 0..60_i64 {
        let depth = index.unsigned_abs();
        history.record(at(index * 10), &samples(&[("a", depth)]), at(0));
    }
    let depths = history.recent_depths(&queue("a"), at(595));
    assert!(depths.into_iter().eq(30..60));
}

#[test]
fn points_are_those_of_one_queue_or_of_all() {
    let history = QueueHistory::new();
    history.record(at(1_005), &samples(&[("a", 1), ("b", 2)]), at(1_004));
    history.record(at(1_015), &samples(&[("b", 5)]), at(1_014));
    let last = |figure, name: Option<&str>| {
        let name = name.map(queue);
        let window = TimeseriesWindow::QuarterHour;
        let (points, as_of) = history.points(figure, window, name.as_ref(), at(1_019));
        assert_eq!((points.len(), as_of), (90, at(1_014)));
        assert_eq!(points[89].at, at(1_010));
        points[87..]
            .iter()
            .map(|point| point.value)
            .collect::<Vec<_>>()
    };
    let depth = QueueFigure::Depth;
    assert_eq!(last(depth, None), [None, Some(3.0), Some(5.0)]);
    assert_eq!(last(depth, Some("a")), [None, Some(1.0), Some(0.0)]);
    assert_eq!(last(depth, Some("b")), [None, Some(2.0), Some(5.0)]);
    assert_eq!(last(depth, Some("none")), [None; 3]);
    let oldest = QueueFigure::OldestSeconds;
    assert_eq!(last(oldest, Some("a")), [None, Some(1.0), Some(0.0)]);
}

#[test]
fn number_of_queues_is_bounded_and_empty_ones_are_replaced() {
    let history = QueueHistory::new();
    let names: Vec<String> = (0..MAX_QUEUES).map(|n| format!("q{n:03}")).collect();
    let all: Vec<(&str, u64)> = names.iter().map(|name| (name.as_str(), 1)).collect();
    history.record(at(1_005), &samples(&all), at(0));
    let sampled = |name: &str, now| !history.recent_depths(&queue(name), at(now)).is_empty();

    let mut more = all.clone();
    more.push(("zz", 1));
    history.record(at(1_015), &samples(&more), at(0));
    assert!(!sampled("zz", 1_015), "no queue is empty");

    more[7].1 = 0;
    history.record(at(1_025), &samples(&more), at(0));
    history.record(at(1_035), &samples(&more), at(0));
    assert!(sampled("zz", 1_035) && !sampled("q007", 1_035));
    assert_eq!(history.lock().queues.len(), MAX_QUEUES);
}

#[test]
fn queue_is_forgotten_a_day_after_its_last_ready_job() {
    let history = QueueHistory::new();
    history.record(at(0), &samples(&[("a", 1)]), at(0));
    let day = 24 * 60 * 60;
    history.record(at(day), &samples(&[]), at(0));
    assert_eq!(history.lock().queues.len(), 1);
    history.record(at(day + 1), &samples(&[]), at(0));
    assert_eq!(history.lock().queues.len(), 0);
}
