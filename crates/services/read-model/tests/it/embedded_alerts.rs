//! Alerts whose rules the observatory evaluates itself.

use std::collections::BTreeMap;

use odd_contracts::Alert;
use odd_core::ports::AlertBook;
use odd_testkit::{alert_book, alert_book_of};
use serde_json::json;

use crate::alerts::send_command;
use crate::observatory::Observatory;

fn down() -> Alert {
    let alert = json!({
        "id": "a1", "name": "ServiceDown", "severity": "critical", "state": "firing",
        "summary": "It is down.", "action": "Start it.", "startsAt": "2026-01-01T00:00:00.000000Z",
        "jobsUrl": "https://jobs.example/?status=FAILED"
    });
    serde_json::from_value(alert).expect("an alert")
}

#[tokio::test]
async fn alerts_of_the_embedded_deployment_are_listed_and_changed() {
    let book = alert_book();
    let observatory = Observatory::with_alerts(book.port()).await;
    let none = observatory.json("/alerts").await;
    assert_eq!(
        (&none["alerts"], &none["source"]["status"]),
        (&json!([]), &json!("stale"))
    );

    let now = observatory.back_end.clock.now();
    book.record(vec![down()], now, false).await;
    let list = observatory.json("/alerts").await;
    assert_eq!(list["source"]["status"], "ok");
    assert_eq!(list["alerts"][0]["action"], "Start it.");

    let acknowledged = send_command(&observatory, "POST", "/alerts/a1/acknowledge").await;
    assert_eq!(acknowledged.0, 200, "{}", acknowledged.1);
    let silenced = send_command(&observatory, "POST", "/alerts/a1/silence?minutes=5").await;
    assert_eq!(silenced.0, 200, "{}", silenced.1);
    let alert = &observatory.json("/alerts").await["alerts"][0];
    assert_eq!(alert["state"], "suppressed");
    assert_eq!(alert["acknowledgement"]["by"], "anonymous");
    assert_eq!(
        send_command(&observatory, "DELETE", "/alerts/a1/silence")
            .await
            .0,
        200
    );
    assert_eq!(
        observatory.json("/alerts").await["alerts"][0]["state"],
        "firing"
    );
    assert_eq!(
        send_command(&observatory, "POST", "/alerts/b2/acknowledge")
            .await
            .0,
        404
    );

    send_command(&observatory, "POST", "/alerts/a1/silence?minutes=5").await;
    book.record(vec![], now.plus_millis(1_000), false).await;
    assert_eq!(observatory.json("/alerts").await["alerts"], json!([]));
    let history = observatory.json("/alerts/history?limit=1").await;
    assert_eq!(history["alerts"][0]["state"], "resolved");
    assert!(history["alerts"][0]["silencedUntil"].is_string());
    let begun = send_command(&observatory, "POST", "/alerts/a1/silence?minutes=5").await;
    assert_eq!(begun.0, 404);
    let ended = send_command(&observatory, "DELETE", "/alerts/a1/silence").await;
    assert_eq!(ended.0, 200, "{}", ended.1);
    let history = observatory.json("/alerts/history").await;
    assert_eq!(history["alerts"][0].get("silencedUntil"), None);
    assert_eq!(observatory.get("/alerts/history?limit=0").await.status, 422);
}

#[tokio::test]
async fn silence_beyond_the_limit_is_refused() {
    let silences: BTreeMap<String, &str> = (0..1_000)
        .map(|number| (format!("b{number}"), "9998-01-01T00:00:00.000000Z"))
        .collect();
    let content = json!({
        "version": "1.1", "active": {}, "silences": silences, "ended": [], "notifications": []
    });
    let book = alert_book_of(&content.to_string());
    let observatory = Observatory::with_alerts(book.port()).await;
    let now = observatory.back_end.clock.now();
    book.record(vec![down()], now, false).await;
    let refused = send_command(&observatory, "POST", "/alerts/a1/silence?minutes=5").await;
    assert_eq!(refused.0, 409);
    assert!(
        refused.1.contains("too many alerts are silenced"),
        "{}",
        refused.1
    );
}

#[tokio::test]
async fn rules_that_are_not_evaluated_make_the_list_stale() {
    let book = alert_book();
    let observatory = Observatory::with_alerts(book.port()).await;
    let now = observatory.back_end.clock.now();
    book.record(vec![down()], now.minus_millis(31_000), false)
        .await;
    let list = observatory.json("/alerts").await;
    assert_eq!(list["source"]["status"], "stale");
    assert!(list["source"]["asOf"].is_string());
    assert_eq!(list["alerts"][0]["id"], "a1");
    let summary = observatory.json("/health/summary").await;
    assert_ne!(summary["status"], "ok", "{summary}");
}
