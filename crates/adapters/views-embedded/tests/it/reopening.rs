use odd_core::ports::{Position, Views};
use odd_testkit::build::new_job;
use odd_testkit::sqlite_store;
use odd_views_embedded::EmbeddedViews;

#[tokio::test]
async fn reopened_views_are_complete() {
    let store = sqlite_store();
    let path = store.directory.path().join("mine.db");
    store
        .store
        .submit([new_job(r#"{"type":"work"}"#)].into())
        .await
        .expect("accepted");
    let entries = store.log.read_after(Position(0), 10).await.expect("reads");
    let views = EmbeddedViews::open(&path).expect("opens");
    views.apply(entries.clone()).await.expect("folds");
    let before = (
        views.snapshot().await.expect("reads"),
        views.digest().await.expect("reads"),
    );
    drop(views);
    let views = EmbeddedViews::open(&path).expect("opens");
    views.apply(entries).await.expect("folds");
    let after = (
        views.snapshot().await.expect("reads"),
        views.digest().await.expect("reads"),
    );
    assert_eq!(after, before);
    assert_eq!(after.0.counts.len(), 1);
}

#[tokio::test]
async fn file_of_another_schema_version_is_emptied() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("views.db");
    drop(EmbeddedViews::open(&path).expect("opens"));
    let file = rusqlite::Connection::open(&path).expect("opens");
    file.pragma_update(None, "user_version", 77).expect("sets");
    file.execute("UPDATE folded SET position = 5", [])
        .expect("sets");
    drop(file);
    let views = EmbeddedViews::open(&path).expect("opens");
    assert_eq!(views.position().await.expect("reads"), Position(0));
}
