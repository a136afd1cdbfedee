//! Tests of the book of alerts with real files.

use odd_alerts_file::FileAlertBook;
use odd_contracts::{Alert, Timestamp};
use odd_core::ports::AlertBook;

fn at(second: i64) -> Timestamp {
    Timestamp::from_micros(second * 1_000_000)
}

fn firing() -> Vec<Alert> {
    let alert = r#"{"id": "a", "name": "ServiceDown", "severity": "critical", "state": "firing",
        "summary": "It is down.", "startsAt": "2026-01-01T00:00:00.000000Z"}"#;
    vec![serde_json::from_str(alert).expect("an alert")]
}

#[tokio::test]
async fn alerts_and_what_operators_did_survive_a_restart() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("alerts.json");
    let book = FileAlertBook::open(&path).expect("no file yet");
    book.record(firing(), at(0), true).await.expect("written");
    let silenced = book.silence("a", Some(at(60)), at(1)).await;
    assert!(silenced.expect("written").is_some());
    assert_eq!(book.silence("b", None, at(1)).await.expect("written"), None);
    drop(book);

    let book = FileAlertBook::open(&path).expect("readable");
    let records = book.read();
    assert_eq!(records.firing().count(), 1);
    assert_eq!(records.active(at(2))[0].silenced_until, Some(at(60)));
    let notification = records.next_notification().expect("undelivered").id.clone();
    book.remove_notification(&notification)
        .await
        .expect("written");
    book.record(vec![], at(90), true).await.expect("written");
    drop(book);

    let book = FileAlertBook::open(&path).expect("readable");
    assert_eq!(book.read().ended(10).len(), 1);
    let next = book.read().next_notification().map(|it| it.alert.ends_at);
    assert_eq!(next, Some(Some(at(90))));
}

#[tokio::test]
async fn evaluation_without_a_change_does_not_write() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("alerts.json");
    let book = FileAlertBook::open(&path).expect("no file yet");
    book.record(vec![], at(0), true).await.expect("recorded");
    assert!(!path.exists());
    assert_eq!(book.read().evaluated_at(), Some(at(0)));
}

#[tokio::test]
async fn alerts_are_shown_even_if_they_cannot_be_written() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("missing").join("alerts.json");
    let book = FileAlertBook::open(&path).expect("no file yet");
    assert!(book.record(firing(), at(0), true).await.is_err());
    assert_eq!(book.read().firing().count(), 1);
}

#[test]
fn damaged_file_is_kept_and_does_not_prevent_a_start() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("alerts.json");
    std::fs::write(&path, "{\"active\":").expect("writable");
    let book = FileAlertBook::open(&path).expect("started");
    assert_eq!(book.read().firing().count(), 0);
    assert!(dir.path().join("alerts.damaged.json").exists());
}
