use std::sync::Arc;

use odd_contracts::{EventType, JobStatus};
use odd_core::SystemClock;
use odd_processor::{Config, Error, Processor};
use odd_testkit::sqlite_store;

use crate::handlers::{QuickHandler, quick};
use crate::rig::{Rig, config, ports};

fn claiming(types: &[&str]) -> Config {
    let types = types.iter().map(|name| name.parse().expect("legal"));
    Config {
        types: Some(types.collect()),
        ..config()
    }
}

#[tokio::test]
async fn processor_claims_only_configured_types() {
    let mut registry = quick("configured", |_| Ok(None));
    registry.register(QuickHandler {
        job_type: "other",
        run: |_| Ok(None),
    });
    let clock = Arc::new(SystemClock);
    let rig = Rig::start_with(claiming(&["configured"]), clock, registry).await;
    let other = rig.submit(r#"{"type":"other","priority":9}"#).await;
    rig.submit_until(r#"{"type":"configured"}"#, EventType::Completed)
        .await;
    assert_eq!(rig.job(other).await.status, JobStatus::Pending);
    rig.stop().await;
}

#[tokio::test]
async fn types_without_a_handler_wait_for_another_processor() {
    let rig = Rig::start(quick("known", |_| Ok(None))).await;
    let unknown = rig.submit(r#"{"type":"unknown","priority":9}"#).await;
    rig.submit_until(r#"{"type":"known"}"#, EventType::Completed)
        .await;
    assert_eq!(rig.job(unknown).await.status, JobStatus::Pending);
    rig.stop().await;
}

#[tokio::test]
async fn configured_type_without_a_handler_is_refused() {
    let store = sqlite_store();
    let refused = Processor::new(
        claiming(&["known", "unknown"]),
        ports(&store),
        quick("known", |_| Ok(None)),
    );
    let Err(Error::NoHandler(name)) = refused else {
        panic!("not refused");
    };
    assert_eq!(name.as_str(), "unknown");
}
