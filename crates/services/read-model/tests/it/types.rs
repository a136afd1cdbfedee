use odd_contracts::{FailureReason, TypeDetail, TypeList};
use serde_json::{Value, json};

use crate::observatory::{Observatory, failure, success};

async fn detail(observatory: &Observatory, target: &str) -> TypeDetail {
    serde_json::from_value(observatory.json(target).await).expect("a type")
}

#[tokio::test]
async fn types_are_summed_up_over_the_window() {
    let observatory = Observatory::start().await;
    observatory.submit_many(3).await;
    observatory.run_next(success("1")).await;
    observatory.run_next(success("2")).await;
    let refused = failure(FailureReason::Permanent, "no");
    observatory.run_next(refused).await;
    observatory.submit(r#"{"type":"sleep"}"#).await;
    observatory.fold().await;
    for window in ["15m", "1h", "6h", "24h"] {
        let list = observatory.json(&format!("/types?window={window}")).await;
        let list: TypeList = serde_json::from_value(list).expect("types");
        assert_eq!(list.window.as_str(), window);
        let names: Vec<&str> = list
            .types
            .iter()
            .map(|summary| summary.job_type.as_str())
            .collect();
        assert_eq!(names, ["echo", "sleep"]);
        let echo = &list.types[0];
        assert_eq!((echo.submitted, echo.completed, echo.failed), (3, 2, 1));
        let ratio = echo.failure_ratio.expect("jobs finished");
        assert!((ratio - 1.0 / 3.0).abs() < 1e-9, "{ratio}");
        let per_second = echo.finished_per_second / echo.submitted_per_second;
        assert!((per_second - 1.0).abs() < 1e-9, "{per_second}");
        assert_eq!(list.types[1].failure_ratio, None);
    }
}

#[tokio::test]
async fn type_shows_statuses_durations_versions_and_failures() {
    let observatory = Observatory::start().await;
    observatory.submit_many(3).await;
    observatory.run_next(success("1")).await;
    let refused = failure(FailureReason::Permanent, "no");
    observatory.run_next(refused).await;
    observatory.submit(r#"{"type":"sleep"}"#).await;
    observatory.fold().await;
    let echo = detail(&observatory, "/types/echo?window=15m").await;
    let count = |status: &str| echo.statuses.get(status).copied();
    assert_eq!((count("COMPLETED"), count("FAILED")), (Some(1), Some(1)));
    assert_eq!((count("PENDING"), count("CANCELLED")), (Some(1), Some(0)));
    for histogram in [&echo.run_histogram, &echo.wait_histogram] {
        let counts = histogram.buckets.iter().map(|bucket| bucket.count);
        assert_eq!(counts.sum::<u64>(), 2);
        let last = histogram.buckets.last().expect("not empty");
        assert_eq!(last.up_to_ms, None);
    }
    assert_eq!(echo.versions.len(), 1);
    assert_eq!(echo.versions[0].version, env!("CARGO_PKG_VERSION"));
    assert_eq!((echo.versions[0].attempts, echo.versions[0].failed), (2, 1));
    assert_eq!(echo.failures.len(), 1);
    assert_eq!(
        (&*echo.failures[0].message, echo.failures[0].jobs),
        ("no", 1)
    );
}

#[tokio::test]
async fn built_in_types_have_a_schema_without_any_job() {
    let observatory = Observatory::start().await;
    let sleep = detail(&observatory, "/types/sleep").await;
    let schema = sleep.schema.expect("it is built in");
    assert_eq!(schema["properties"]["ms"]["maximum"], 86_400_000);
    assert_eq!(sleep.summary.submitted, 0);
}

#[tokio::test]
async fn other_types_have_none() {
    let observatory = Observatory::start().await;
    observatory.submit(r#"{"type":"mail"}"#).await;
    observatory.fold().await;
    let mail = observatory.json("/types/mail").await;
    assert_eq!(mail["schema"], Value::Null);
    assert_eq!(mail["statuses"]["PENDING"], json!(1));
}

#[tokio::test]
async fn unknown_types_and_windows_are_refused() {
    let observatory = Observatory::start().await;
    for name in ["mail", "a%20b", &"x".repeat(60)] {
        let answer = observatory.get(&format!("/types/{name}")).await;
        assert_eq!(answer.status, 404, "{name}");
    }
    for target in ["/types?window=2h", "/types/sleep?window=1", "/types?type=a"] {
        assert_eq!(observatory.get(target).await.status, 422, "{target}");
    }
}
