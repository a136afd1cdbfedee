//! Silences in a real Alertmanager.

use std::time::Duration;

use odd_read_model::Config;
use odd_testkit::PATIENCE;
use odd_testkit::http::send;
use odd_testkit::private_servers::{Alertmanager, DataRoot};
use serde_json::{Value, json};

use crate::observatory::Observatory;

/// Starts an Alertmanager with one alert.
async fn alertmanager() -> (DataRoot, Alertmanager) {
    let starting = tokio::task::spawn_blocking(|| {
        let root = DataRoot::temporary().expect("a temporary directory");
        let server = Alertmanager::start(&root).unwrap_or_else(|error| panic!("{error}"));
        (root, server)
    });
    let (root, server) = starting.await.expect("no panic");
    let alert = json!([{"labels": {"alertname": "ServiceDown", "service": "gateway"}}]);
    let answer = send(
        server.address(),
        "POST",
        "/api/v2/alerts",
        &[("content-type", "application/json")],
        alert.to_string().as_bytes(),
    )
    .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    (root, server)
}

/// Returns the silences that have not ended.
async fn silences(server: &Alertmanager) -> Vec<Value> {
    let answer = send(server.address(), "GET", "/api/v2/silences", &[], b"").await;
    let silences: Vec<Value> = serde_json::from_str(&answer.text()).expect("silences");
    let has_ended = |silence: &Value| silence["status"]["state"] == "expired";
    silences.into_iter().filter(|it| !has_ended(it)).collect()
}

/// Returns the listed alert once it has this state.
async fn alert_in_state(observatory: &Observatory, state: &str) -> Value {
    let listed = async {
        let mut ticks = tokio::time::interval(Duration::from_millis(100));
        loop {
            ticks.tick().await;
            let list = observatory.json("/alerts").await;
            if list["alerts"][0]["state"] == state {
                return list["alerts"][0].clone();
            }
        }
    };
    let listed = tokio::time::timeout(PATIENCE, listed).await;
    listed.unwrap_or_else(|_| panic!("the alert is not {state}"))
}

#[tokio::test]
async fn second_silence_replaces_the_first_and_one_command_ends_it() {
    let (_root, server) = alertmanager().await;
    let observatory = Observatory::with(Config {
        alertmanager_url: Some(format!("http://{}", server.address())),
        ..Config::default()
    })
    .await;
    let alert = alert_in_state(&observatory, "firing").await;
    let path = format!("/alerts/{}/silence", alert["id"].as_str().expect("an id"));
    let mut ends = Vec::new();
    for minutes in [60, 120, 30] {
        let target = format!("{path}?minutes={minutes}");
        let answer = send(observatory.address, "POST", &target, &[], b"").await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let active = silences(&server).await;
        assert_eq!(active.len(), 1, "{active:?}");
        ends.push(active[0]["endsAt"].as_str().expect("a time").to_owned());
    }
    assert!(ends[2] < ends[0] && ends[0] < ends[1], "{ends:?}");
    alert_in_state(&observatory, "suppressed").await;
    let answer = send(observatory.address, "DELETE", &path, &[], b"").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(silences(&server).await, Vec::<Value>::new());
    alert_in_state(&observatory, "firing").await;
}
