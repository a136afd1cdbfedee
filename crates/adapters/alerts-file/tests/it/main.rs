//! Tests of the book of alerts with real files.

use std::time::Duration;

use odd_alerts_file::FileAlertBook;
use odd_contracts::{Alert, Timestamp};
use odd_core::ports::AlertBook;
use serde_json::{Value, json};

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
    drop(book);

    std::fs::write(&path, "[]").expect("writable");
    FileAlertBook::open(&path).expect("started");
    let kept = |name| std::fs::read_to_string(dir.path().join(name)).expect("kept");
    assert_eq!(kept("alerts.damaged.json"), "{\"active\":");
    assert_eq!(kept("alerts.damaged-2.json"), "[]");
    assert!(!path.exists());
}

/// Writes a file with an alert and this version.
fn write_version(path: &std::path::Path, version: impl Into<Value>) {
    let alert = serde_json::to_value(&firing()[0]).expect("JSON");
    let content = json!({
        "version": version.into(), "active": {"a": {"alert": alert, "notified": true, "newer": 1}},
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

#[tokio::test]
async fn earlier_copy_of_a_newer_version_is_not_overwritten() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("alerts.json");
    std::fs::write(dir.path().join("alerts.1.99.json"), "earlier").expect("writable");
    write_version(&path, "1.99");
    FileAlertBook::open(&path).expect("readable");
    let kept = |name| std::fs::read(dir.path().join(name)).expect("kept");
    assert_eq!(kept("alerts.1.99.json"), b"earlier");
    assert_eq!(kept("alerts.1.99-2.json"), kept("alerts.json"));
}

/// Checks that the file is refused and not changed.
fn assert_refused(path: &std::path::Path, version: &str) {
    let original = std::fs::read(path).expect("readable");
    let error = FileAlertBook::open(path).expect_err("refused");
    let text = odd_core::ports::ErrorChain(&error).to_string();
    for part in [version, "1.1", "later version", "alerts.json"] {
        assert!(text.contains(part), "{text}");
    }
    assert_eq!(std::fs::read(path).expect("readable"), original);
}

#[test]
fn file_of_a_version_that_cannot_be_read_is_refused_and_not_changed() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("alerts.json");
    for version in [json!("2.0"), json!("2.0.0"), json!("two"), json!(2)] {
        write_version(&path, version.clone());
        assert_refused(&path, &version.to_string());
    }
    std::fs::write(&path, r#"{"version":"1.99","active":[]}"#).expect("writable");
    assert_refused(&path, "1.99");
}

/// A file of version 1.0: the silences are in the alerts.
const EARLIER: &str = r#"{"active":{"a":{"alert":{"id":"a","name":"ServiceDown","severity":"critical","state":"firing","summary":"It is down.","startsAt":"2026-01-01T00:00:00.000000Z","silencedUntil":"2026-01-01T02:00:00.000000Z"},"notified":true},"b":{"alert":{"id":"b","name":"ViewsStale","severity":"warning","state":"pending","summary":"They are old.","startsAt":"2026-01-01T00:00:00.000000Z"},"notified":false}},"ended":[{"id":"c","name":"ServiceDown","severity":"critical","state":"resolved","summary":"It is down.","startsAt":"2026-01-01T00:00:00.000000Z","endsAt":"2026-01-01T00:01:00.000000Z"}],"notifications":[]}"#;

#[tokio::test]
async fn silences_of_files_of_version_1_0_are_kept() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("alerts.json");
    let now: Timestamp = "2026-01-01T01:00:00Z".parse().expect("a time");
    let until = "2026-01-01T02:00:00Z".parse().ok();
    for text in [
        EARLIER.to_owned(),
        EARLIER.replacen('{', r#"{"version":"1.0","#, 1),
    ] {
        std::fs::write(&path, text).expect("writable");
        let book = FileAlertBook::open(&path).expect("readable");
        let silences = |book: &FileAlertBook| {
            let alerts = book.read().active(now);
            let silences = alerts.into_iter().map(|alert| alert.silenced_until);
            silences.collect::<Vec<_>>()
        };
        assert_eq!(silences(&book), [until, None]);
        // The silence outlasts its alert, also in the file in the current form.
        book.record(vec![], now, true).await;
        book.record(firing(), now, true).await;
        book.save().await.expect("written");
        drop(book);
        let book = FileAlertBook::open(&path).expect("readable");
        assert_eq!(silences(&book), [until]);
        assert_eq!(book.read().next_notification(), None);
    }
}

#[test]
fn file_without_a_version_is_read() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("alerts.json");
    std::fs::write(&path, r#"{"active":{},"ended":[],"notifications":[]}"#).expect("writable");
    FileAlertBook::open(&path).expect("readable");
    assert!(!dir.path().join("alerts.damaged.json").exists());
}
