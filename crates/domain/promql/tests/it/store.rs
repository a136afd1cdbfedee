use odd_promql::{AppendError, Labels, Limits, SeriesStore};

use crate::recorded::{evaluate, labels};

fn store(max_series: usize, max_samples: usize) -> SeriesStore {
    let mut store = SeriesStore::new(Limits {
        max_series,
        max_samples,
    });
    store.keep("up", 60_000);
    store
}

#[test]
fn only_requested_metrics_are_kept() {
    let mut store = store(10, 100);
    assert_eq!(
        store.append(&labels("other"), 0, 1.0),
        Err(AppendError::NotKept)
    );
    assert!(store.keeps("up") && !store.keeps("other"));
}

#[test]
fn samples_that_are_not_newer_are_refused() {
    let mut store = store(10, 100);
    let up = labels("up");
    assert_eq!(store.append(&up, 1_000, 1.0), Ok(()));
    for at_ms in [1_000, 999] {
        assert_eq!(store.append(&up, at_ms, 2.0), Err(AppendError::OutOfOrder));
    }
    assert_eq!(store.samples(), 1);
}

#[test]
fn samples_are_kept_for_the_longest_window() {
    let mut store = store(10, 10_000);
    store.keep("up", 30_000);
    let up = labels("up");
    for second in 0..1_000 {
        store.append(&up, second * 1_000, 1.0).expect("stored");
        assert!(store.samples() <= 60 + 60 / 3 + 1, "{}", store.samples());
    }
    assert_eq!(
        evaluate(&store, "count_over_time(up[60s])", 999_000),
        ["{} 60"]
    );
    store.prune(999_000);
    assert_eq!((store.series(), store.samples()), (1, 60));
    store.prune(1_059_000);
    assert_eq!((store.series(), store.samples()), (0, 0));
}

#[test]
fn further_series_are_refused() {
    let mut store = store(2, 100);
    let series = |number: i32| Labels::new([("__name__", "up"), ("n", &number.to_string())]);
    for number in 0..2 {
        assert_eq!(store.append(&series(number), 0, 1.0), Ok(()));
    }
    assert_eq!(store.append(&series(2), 0, 1.0), Err(AppendError::Full));
    assert_eq!(store.append(&series(1), 1_000, 1.0), Ok(()));
    assert_eq!((store.series(), store.samples()), (2, 3));
}

#[test]
fn further_samples_replace_the_oldest_of_their_series() {
    let mut store = store(10, 16);
    let up = labels("up");
    for second in 0..50 {
        store.append(&up, second * 1_000, 1.0).expect("stored");
        assert!(store.samples() <= 16);
    }
    let counted = evaluate(&store, "count_over_time(up[60s])", 49_000);
    assert!(
        ["{} 15", "{} 16"].contains(&counted[0].as_str()),
        "{counted:?}"
    );
    let other = labels("up{n=\"1\"}");
    while store.samples() < 16 {
        store.append(&up, 60_000, 1.0).expect("stored");
    }
    assert_eq!(store.append(&other, 61_000, 1.0), Err(AppendError::Full));
}
