use odd_read_model::Config;
use odd_testkit::PATIENCE;
use serde_json::{Value, json};

use crate::figures::busy;
use crate::observatory::Observatory;

#[tokio::test]
async fn queues_include_depth_and_age() {
    let observatory = busy().await;
    let list = observatory.json("/queues").await;
    let queues = list["queues"].as_array().expect("queues");
    assert_eq!(queues.len(), 2);
    assert_eq!(
        (&queues[0]["queue"], &queues[0]["failed"]),
        (&json!("default"), &json!(1))
    );
    assert_eq!(queues[0]["oldestReadySeconds"], Value::Null);
    let slow = &queues[1];
    assert_eq!((&slow["ready"], &slow["delayed"]), (&json!(1), &json!(1)));
    assert!(slow["oldestReadySeconds"].as_f64().expect("an age") < 60.0);
}

#[tokio::test]
async fn queues_include_workers_rates_and_types() {
    let observatory = busy().await;
    observatory.record_worker(Some(&["echo"]), 4, 0).await;
    let running = observatory.claim().await;
    observatory.fold().await;
    let list = observatory.json("/queues").await;
    let (default, slow) = (&list["queues"][0], &list["queues"][1]);
    assert_eq!(
        (
            &default["running"],
            &default["concurrency"],
            &default["utilisation"]
        ),
        (&json!(0), &json!(4), &json!(0.0)),
        "without unfinished jobs, every worker counts"
    );
    assert_eq!(
        (&slow["running"], &slow["concurrency"], &slow["utilisation"]),
        (&json!(1), &json!(0), &Value::Null),
        "{}: no worker handles sleep",
        running.job_type
    );
    let rate = |queue: &Value, name: &str| queue[name].as_f64().expect("a rate");
    for (value, jobs) in [
        (rate(default, "arrivalPerSecond"), 3.0),
        (rate(default, "finishPerSecond"), 3.0),
        (rate(slow, "arrivalPerSecond"), 2.0),
    ] {
        assert!((jobs / 70.0..=jobs / 60.0).contains(&value), "{value}");
    }
    assert_eq!(slow["finishPerSecond"], 0.0);
    assert_eq!(slow["drainSeconds"], 0.0, "no job is ready");
    assert_eq!(slow["types"], json!([{"type": "sleep", "count": 2}]));
    assert_eq!(default["types"], json!([]));
    let overview = observatory.json("/overview").await;
    assert_eq!(overview["queues"][1]["types"], slow["types"]);
    assert_eq!(overview["queues"][0]["concurrency"], 4);
}

#[tokio::test]
async fn queue_that_does_not_drain_has_no_time_to_drain() {
    let list = busy().await.json("/queues").await;
    assert_eq!(list["queues"][1]["ready"], 1);
    assert_eq!(list["queues"][1]["drainSeconds"], Value::Null);
}

#[tokio::test]
async fn load_of_a_queue_counts_the_jobs_that_could_run_now() {
    let observatory = busy().await;
    let load = observatory.json("/queues/slow/scale").await;
    assert_eq!(
        (&load["queue"], &load["depth"], &load["running"]),
        (&json!("slow"), &json!(1), &json!(0)),
        "the scheduled job is not included"
    );
    observatory.claim().await;
    observatory.fold().await;
    let load = observatory.json("/queues/slow/scale").await;
    assert_eq!(
        (&load["depth"], &load["oldestSeconds"], &load["running"]),
        (&json!(0), &json!(0.0), &json!(1))
    );
}

#[tokio::test]
async fn queue_without_jobs_has_no_load() {
    let observatory = busy().await;
    let none = json!([0, 0.0, 0]);
    // Of the first, every job has ended.
    for queue in ["default", "not-yet"] {
        let load = observatory.json(&format!("/queues/{queue}/scale")).await;
        let figures = json!([load["depth"], load["oldestSeconds"], load["running"]]);
        assert_eq!(figures, none, "{queue}");
    }
    for name in ["a%20b", "x%2Fy", &"x".repeat(51)] {
        let answer = observatory.get(&format!("/queues/{name}/scale")).await;
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (404, &json!("not_found")),
            "{name}"
        );
    }
}

/// Returns the newest value of a series once there is one.
async fn newest(observatory: &Observatory, target: &str) -> f64 {
    let found = async {
        loop {
            let series = observatory.json(target).await;
            let points = series["points"].as_array().expect("points").iter();
            if let Some(value) = points.rev().find_map(|point| point["value"].as_f64()) {
                return value;
            }
        }
    };
    let found = tokio::time::timeout(PATIENCE, found).await;
    found.expect("the queues are sampled")
}

#[tokio::test]
async fn queues_are_sampled_from_the_start() {
    let observatory = busy().await;
    observatory.submit_many(2).await;
    observatory.fold().await;
    let observatory = Observatory::over(observatory.back_end, Config::default()).await;
    for window in ["15m", "1h", "6h", "24h"] {
        let depth =
            |filter: &str| format!("/timeseries?metric=queue_depth&window={window}{filter}");
        assert_eq!(newest(&observatory, &depth("")).await, 3.0);
        assert_eq!(newest(&observatory, &depth("&queue=slow")).await, 1.0);
    }
    let series = observatory
        .json("/timeseries?metric=queue_depth&queue=slow")
        .await;
    assert_eq!(
        (&series["unit"], &series["queue"]),
        (&json!("count"), &json!("slow"))
    );
    let target = "/timeseries?metric=queue_oldest_seconds";
    assert!(newest(&observatory, target).await < 60.0);
    assert_eq!(observatory.json(target).await["unit"], "seconds");
    let history = observatory.json("/queues").await["queues"][1]["depthHistory"].clone();
    // Empty if the sample was taken two steps ago.
    assert!(history == json!([1]) || history == json!([]), "{history}");
}
