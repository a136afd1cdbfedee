use odd_contracts::FailureReason;
use serde_json::{Value, json};

use crate::observatory::{Observatory, failure, success};

/// Two completed, one failed, one scheduled, one ready.
pub(crate) async fn busy() -> Observatory {
    let observatory = Observatory::start().await;
    observatory.submit_many(3).await;
    observatory.run_next(success("1")).await;
    observatory.run_next(success("2")).await;
    observatory
        .run_next(failure(FailureReason::Permanent, "no"))
        .await;
    observatory
        .submit(r#"{"type":"sleep","queue":"slow","delayMs":3600000}"#)
        .await;
    observatory
        .submit(r#"{"type":"sleep","queue":"slow"}"#)
        .await;
    observatory.fold().await;
    observatory
}

#[tokio::test]
async fn empty_observatory_answers_every_query() {
    let observatory = Observatory::start().await;
    for target in [
        "/overview",
        "/stats",
        "/jobs",
        "/jobs/recent",
        "/events",
        "/alerts",
        "/metrics/snapshot",
        "/queues",
        "/workers",
        "/services",
        "/ui-registry",
        "/timeseries?metric=run_p99",
        "/timeseries?metric=queue_depth",
        "/timeseries?metric=queue_oldest_seconds&queue=none&window=24h",
        "/failures",
        "/types",
        "/types/sleep",
        "/integrity",
    ] {
        observatory.json(target).await;
    }
    let stats = observatory.json("/stats").await;
    assert_eq!(
        (&stats["totalJobs"], &stats["lastEventTime"]),
        (&json!(0), &Value::Null)
    );
}

#[tokio::test]
async fn stats_count_by_group() {
    let stats = busy().await.json("/stats").await;
    for (field, count) in [
        ("totalJobs", 5),
        ("pendingJobs", 2),
        ("executingJobs", 0),
        ("completedJobs", 2),
        ("failedJobs", 1),
        ("cancelledJobs", 0),
    ] {
        assert_eq!(stats[field], count, "{field}");
    }
    assert!(stats["lastEventTime"].is_string());
}

#[tokio::test]
async fn overview_combines_counts_rates_and_jobs() {
    let overview = busy().await.json("/overview").await;
    assert_eq!(overview["stats"]["totalJobs"], 5);
    assert_eq!(overview["statuses"]["SCHEDULED"], 1);
    assert_eq!(overview["recentJobs"].as_array().map(Vec::len), Some(5));
    let per_second = overview["submittedPerSecond"].as_f64().expect("a rate");
    assert!(
        (5.0 / 70.0..=5.0 / 60.0).contains(&per_second),
        "{per_second}"
    );
    assert_eq!(
        (&overview["wait"]["count"], &overview["run"]["count"]),
        (&json!(3), &json!(3))
    );
    assert!(overview["run"]["p99Ms"].is_number());
}

#[tokio::test]
async fn metrics_snapshot_is_grouped_by_type() {
    let snapshot = busy().await.json("/metrics/snapshot").await;
    assert_eq!(snapshot["types"][0]["type"], "echo");
    assert_eq!(
        (
            &snapshot["types"][0]["completed"],
            &snapshot["types"][1]["submitted"]
        ),
        (&json!(2), &json!(2))
    );
    let ratio = snapshot["failureRatio"].as_f64().expect("jobs finished");
    assert!((ratio - 1.0 / 3.0).abs() < 1e-9);
}

#[tokio::test]
async fn timeseries_add_up_and_filter_by_type() {
    let observatory = busy().await;
    let sum = |target: &'static str| {
        let observatory = &observatory;
        async move {
            let series = observatory.json(target).await;
            let points = series["points"].as_array().expect("points").iter();
            points
                .filter_map(|point| point["value"].as_f64())
                .sum::<f64>()
        }
    };
    for window in ["15m", "1h", "6h", "24h"] {
        let target = format!("/timeseries?metric=submitted&window={window}");
        let series = observatory.json(&target).await;
        let points = series["points"].as_array().expect("points").iter();
        assert_eq!(
            points
                .filter_map(|point| point["value"].as_f64())
                .sum::<f64>(),
            5.0,
            "{window}"
        );
    }
    assert_eq!(sum("/timeseries?metric=submitted&type=sleep").await, 2.0);
    assert_eq!(sum("/timeseries?metric=failed").await, 1.0);
    assert!(sum("/timeseries?metric=wait_p95").await > 0.0);
}
