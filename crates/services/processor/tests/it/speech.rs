use odd_contracts::{EventType, LogStream};
use odd_core::Change;

use crate::handlers::{Gated, quick};
use crate::rig::Rig;

#[tokio::test]
async fn progress_and_lines_are_seen_while_the_handler_runs() {
    let (gated, _attempts) = Gated::new();
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
    let log = &job.attempts.expect("in full")[0].log;
    let lines: Vec<_> = log
        .iter()
        .map(|line| (line.stream, line.line.as_str()))
        .collect();
    assert_eq!(
        lines,
        [(LogStream::Log, "begun"), (LogStream::Stderr, "waiting")]
    );
    gated.open(1);
    rig.wait_for(id, EventType::Completed).await;
    rig.stop().await;
}

#[tokio::test]
async fn what_a_quick_handler_said_is_recorded_before_its_end() {
    let registry = quick("work", |ctx| {
        ctx.log(LogStream::Stdout, "one");
        ctx.log(LogStream::Stdout, "two");
        Ok(None)
    });
    let rig = Rig::start(registry).await;
    let job = rig
        .submit_until(r#"{"type":"work"}"#, EventType::Completed)
        .await;
    let log = &job.attempts.expect("in full")[0].log;
    assert!(log.iter().map(|line| line.line.as_str()).eq(["one", "two"]));
    rig.stop().await;
}
