//! Tests of the book of alerts with real files.

use std::time::Duration;

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
    book.record(firing(), at(0), true).await;
    let silenced = book.silence("a", Some(at(60)), at(1)).await;
    assert!(silenced.expect("written").is_ok());
    let unknown = book.silence("b", None, at(1)).await.expect("written");
    assert!(unknown.is_err());
    drop(book);

    let book = FileAlertBook::open(&path).expect("readable");
    let records = book.read();
    assert_eq!(records.firing().count(), 1);
    assert_eq!(records.active(at(2))[0].silenced_until, Some(at(60)));
    let notification = records.next_notification().expect("undelivered").id.clone();
    book.remove_notification(&notification).await;
    book.record(vec![], at(90), true).await;
    book.save().await.expect("written");
    drop(book);

    let book = FileAlertBook::open(&path).expect("readable");
    assert_eq!(book.read().ended(10, at(90)).len(), 1);
    let next = book.read().next_notification().map(|it| it.alert.ends_at);
    assert_eq!(next, Some(Some(at(90))));
}

#[tokio::test]
async fn evaluation_without_a_change_does_not_write() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("alerts.json");
    let book = FileAlertBook::open(&path).expect("no file yet");
    book.record(vec![], at(0), true).await;
    book.save().await.expect("nothing to write");
    assert!(!path.exists());
    assert_eq!(book.read().evaluated_at(), Some(at(0)));
}

#[tokio::test]
async fn failed_write_is_repeated_although_nothing_changes() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("missing").join("alerts.json");
    let book = FileAlertBook::open(&path).expect("no file yet");
    assert!(book.record(firing(), at(0), true).await.changed);
    assert!(book.save().await.is_err());
    assert_eq!(book.read().firing().count(), 1);

    std::fs::create_dir(dir.path().join("missing")).expect("a directory");
    assert!(!book.record(firing(), at(5), true).await.changed);
    book.save().await.expect("written");
    let reopened = FileAlertBook::open(&path).expect("readable");
    assert_eq!(reopened.read().firing().count(), 1);
}

#[tokio::test]
async fn notifications_are_dropped_and_removed_while_nothing_can_be_written() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("missing").join("alerts.json");
    let book = FileAlertBook::open(&path).expect("no file yet");
    let many = (0..1_001).map(|number| Alert {
        id: format!("{number:04}"),
        ..firing().remove(0)
    });
    assert_eq!(book.record(many.collect(), at(0), true).await.dropped, 1);
    assert!(book.save().await.is_err());
    let first = book.read().next_notification().cloned();
    book.remove_notification(&first.expect("undelivered").id)
        .await;
    let second = book
        .read()
        .next_notification()
        .map(|it| it.alert.id.clone());
    assert_eq!(second.as_deref(), Some("0002"));
}

#[tokio::test]
async fn change_that_cannot_be_written_is_not_visible() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("missing").join("alerts.json");
    let book = FileAlertBook::open(&path).expect("no file yet");
    book.record(firing(), at(0), true).await;
    assert!(book.silence("a", Some(at(60)), at(1)).await.is_err());
    assert_eq!(book.read().active(at(2))[0].silenced_until, None);
}

/// A client that disconnects drops the future.
#[tokio::test]
async fn change_whose_caller_is_dropped_is_completed_before_the_next_one() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("alerts.json");
    let book = FileAlertBook::open(&path).expect("no file yet");
    book.record(firing(), at(0), true).await;
    let silence = book.silence("a", Some(at(60)), at(1));
    // Long enough for the first poll only, which begins the write.
    let _ = tokio::time::timeout(Duration::ZERO, silence).await;
    book.record(firing(), at(2), true).await;
    assert_eq!(book.read().active(at(2))[0].silenced_until, Some(at(60)));
    drop(book);
    let book = FileAlertBook::open(&path).expect("readable");
    assert_eq!(book.read().active(at(2))[0].silenced_until, Some(at(60)));
}

#[tokio::test]
async fn files_of_interrupted_writes_are_removed_and_others_kept() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("alerts.json");
    let book = FileAlertBook::open(&path).expect("no file yet");
    book.record(firing(), at(0), true).await;
    book.save().await.expect("written");
    std::fs::write(dir.path().join("alerts.new-a1b2c3"), "{").expect("writable");
    std::fs::write(dir.path().join("store.db"), "").expect("writable");
    drop(book);
    let book = FileAlertBook::open(&path).expect("readable");
    assert_eq!(book.read().firing().count(), 1);
    let files = std::fs::read_dir(dir.path()).expect("readable");
    let mut names: Vec<_> = files.map(|it| it.expect("a file").file_name()).collect();
    names.sort();
    assert_eq!(names, ["alerts.json", "store.db"]);
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

/// Writes a file with an alert and this version.
fn write_version(path: &std::path::Path, version: &str) {
    let alert = serde_json::to_value(&firing()[0]).expect("JSON");
    let content = serde_json::json!({
        "version": version, "active": {"a": {"alert": alert, "notified": true, "newer": 1}},
        "ended": [], "notifications": [], "newer": {"a": 1}
    });
    std::fs::write(path, content.to_string()).expect("writable");
}

#[tokio::test]
async fn file_of_a_newer_minor_version_is_read_and_a_copy_is_kept() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("alerts.json");
    write_version(&path, "1.99");
    let original = std::fs::read(&path).expect("readable");
    let book = FileAlertBook::open(&path).expect("readable");
    assert_eq!(book.read().firing().count(), 1);
    book.record(vec![], at(5), true).await;
    book.save().await.expect("written");
    let kept = std::fs::read(dir.path().join("alerts.1.99.json"));
    assert_eq!(kept.expect("a copy"), original);
    let written = std::fs::read_to_string(&path).expect("readable");
    assert!(written.starts_with(r#"{"version":"1.1","#), "{written}");
}

#[test]
fn file_of_a_newer_major_version_is_refused_and_not_changed() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("alerts.json");
    write_version(&path, "2.0");
    let original = std::fs::read(&path).expect("readable");
    let error = FileAlertBook::open(&path).expect_err("refused");
    let text = odd_core::ports::ErrorChain(&error).to_string();
    for part in ["2.0", "1.x", "later version", "alerts.json"] {
        assert!(text.contains(part), "{text}");
    }
    assert_eq!(std::fs::read(&path).expect("readable"), original);
}

#[test]
fn file_without_a_version_is_read() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("alerts.json");
    std::fs::write(&path, r#"{"active":{},"ended":[],"notifications":[]}"#).expect("writable");
    FileAlertBook::open(&path).expect("readable");
    assert!(!dir.path().join("alerts.damaged.json").exists());
}
