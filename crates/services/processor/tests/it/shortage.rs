use odd_contracts::{AttemptOutcome, EventType};
use odd_worker::HandlerError;

use crate::handlers::quick;
use crate::rig::Rig;

#[tokio::test]
async fn attempt_without_local_resources_is_released_and_does_not_count() {
    let registry = quick("work", |ctx| match ctx.attempt() {
        1 | 2 => Err(HandlerError::Overloaded {
            message: "too many open files".into(),
        }),
        _ => Ok(None),
    });
    let rig = Rig::start(registry).await;
    let submission = r#"{"type":"work","maxAttempts":1}"#;
    let job = rig.submit_until(submission, EventType::Completed).await;
    let attempts = job.attempts.expect("listed");
    let outcomes: Vec<_> = attempts.iter().map(|attempt| attempt.outcome).collect();
    let released = outcomes
        .iter()
        .filter(|outcome| **outcome == AttemptOutcome::Released);
    assert_eq!((outcomes.len(), released.count()), (3, 2), "{outcomes:?}");
    rig.stop().await;
}
