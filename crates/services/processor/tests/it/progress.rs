use odd_contracts::{EventType, LogStream};
use odd_core::Change;
use odd_testkit::{PATIENCE, event_of};
use tokio::time::timeout;

use crate::handlers::{GatedHandler, quick};
use crate::rig::Rig;

#[tokio::test]
async fn progress_and_lines_are_visible_while_the_handler_runs() {
    let (gated, _attempts) = GatedHandler::new();
    let rig = Rig::start(gated.registry()).await;
    let id = rig.submit(r#"{"type":"gated"}"#).await;
    let event = rig.wait_for(id, EventType::Progressed).await;
    let message = Some("at the gate".to_owned());
    assert_eq!(
        event.change,
        Change::Progressed {
            fraction: 0.5,
            message
        }
    );
    let job = rig.job(id).await;
    assert_eq!(job.progress.expect("shown").fraction, 0.5);
    let log = rig.log(id).await;
    let lines: Vec<_> = log
        .iter()
        .map(|line| (line.stream, line.line.as_str()))
        .collect();
    assert_eq!(
        lines,
        [(LogStream::Log, "started"), (LogStream::Stderr, "waiting")]
    );
    gated.open(1);
    rig.wait_for(id, EventType::Completed).await;
    rig.stop().await;
}

#[tokio::test]
async fn lines_of_a_quick_handler_are_recorded_before_its_result() {
    let registry = quick("work", |ctx| {
        ctx.log(LogStream::Stdout, "one");
        ctx.log(LogStream::Stdout, "two");
        Ok(None)
    });
    let rig = Rig::start(registry).await;
    let job = rig
        .submit_until(r#"{"type":"work"}"#, EventType::Completed)
        .await;
    let log = rig.log(job.id).await;
    assert!(log.iter().map(|line| line.line.as_str()).eq(["one", "two"]));
    rig.stop().await;
}

#[tokio::test]
async fn jobs_run_while_the_lines_of_a_quick_one_are_recorded() {
    let registry = quick("work", |ctx| {
        ctx.log(LogStream::Stdout, "one");
        Ok(None)
    });
    let rig = Rig::start(registry).await;
    let closed = rig.watched.appends.write().await;
    let mut jobs = Vec::new();
    for _ in 0..4 {
        jobs.push(rig.submit(r#"{"type":"work"}"#).await);
    }
    until_appends(&rig, 4).await;
    drop(closed);
    for id in jobs {
        rig.wait_for(id, EventType::Completed).await;
        assert_eq!(rig.log(id).await.len(), 1);
    }
    rig.stop().await;
}

#[tokio::test]
async fn updates_being_recorded_when_the_handler_ends_are_not_lost() {
    let (gated, _attempts) = GatedHandler::new();
    let rig = Rig::start(gated.registry()).await;
    let closed = rig.watched.appends.write().await;
    let id = rig.submit(r#"{"type":"gated"}"#).await;
    until_appends(&rig, 1).await;
    gated.open(1);
    gated.until_running(0).await;
    drop(closed);
    rig.wait_for(id, EventType::Completed).await;
    assert_eq!(rig.log(id).await.len(), 2);
    event_of(&*rig.store.bus, id, EventType::Progressed).await;
    rig.stop().await;
}

async fn until_appends(rig: &Rig, expected: usize) {
    let mut appends = rig.watched.appends_begun.subscribe();
    let reached = appends.wait_for(|count| *count == expected);
    timeout(PATIENCE, reached)
        .await
        .expect("in time")
        .expect("never closed");
}
