use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode as Status;
use axum::routing::{delete, get};
use serde_json::Value;
use tokio::sync::Notify;

use super::*;
use crate::commands::drill::test_server::{deployment, serve};

const FAULT: &str = "stopped-worker";

const LIMIT: Duration = Duration::from_secs(20);

fn faults(instance_id: &str) -> axum::Json<Value> {
    axum::Json(json!({
        "instanceId": instance_id,
        "allowed": true,
        "faults": [{"name": FAULT, "takesJobType": false}],
    }))
}

/// The list of services with a processor at each of these URLs.
fn processors(urls: &[String]) -> ServiceList {
    let services: Vec<_> = urls
        .iter()
        .map(|url| json!({"name": "processor", "url": url, "status": "up"}))
        .collect();
    let list = json!({"services": services, "asOf": "2026-01-01T00:00:00Z"});
    serde_json::from_value(list).expect("a list")
}

fn scenario() -> &'static Scenario {
    Scenario::parse(FAULT).expect("there is one")
}

fn processor_whose_end(end: axum::routing::MethodRouter) -> Router {
    let start = end.put(async || faults("1"));
    Router::new()
        .route("/drills", get(async || faults("1")))
        .route("/drills/{fault}", start)
}

#[tokio::test]
async fn process_that_does_not_answer_leaves_no_other_process_broken() {
    let silent = delete(async || std::future::pending::<()>().await);
    let ended = Arc::new(Notify::new());
    let end = {
        let ended = Arc::clone(&ended);
        delete(async move || {
            ended.notify_one();
            faults("1")
        })
    };
    let silent = serve(processor_whose_end(silent)).await;
    let other = serve(processor_whose_end(end)).await;
    let urls = [silent, other].map(|address| format!("http://{address}"));
    let deployment = deployment(silent);
    let targets = Targets::find(&deployment, &processors(&urls), scenario())
        .await
        .expect("supported");
    targets.start(LIMIT).await.expect("started");
    let end = targets.end();
    let has_ended = tokio::time::timeout(LIMIT, ended.notified());
    let (result, has_ended) = tokio::join!(end, has_ended);
    has_ended.expect("the second process receives the request");
    let why = result.expect_err("the first does not answer");
    assert!(why.contains(&urls[0]) && !why.contains(&urls[1]), "{why}");
    assert!(targets.active_for().is_some());
}

#[tokio::test]
async fn url_that_leads_to_several_processes_is_noticed() {
    let count = Arc::new(AtomicUsize::new(0));
    let next = async |State(count): State<Arc<AtomicUsize>>| {
        faults(&(count.fetch_add(1, Ordering::Relaxed) % 2).to_string())
    };
    let router = Router::new()
        .route("/drills", get(next))
        .route("/drills/{fault}", axum::routing::put(next).delete(next))
        .with_state(count);
    let address = serve(router).await;
    let url = format!("http://{address}");
    let deployment = deployment(address);
    let targets = Targets::find(&deployment, &processors(&[url]), scenario())
        .await
        .expect("supported");
    let why = targets.start(LIMIT).await.expect_err("another process");
    assert!(
        why.contains("the URL of processor leads to several processes")
            && why.contains("ODD_SERVICES"),
        "{why}"
    );
    // The request is repeated until it reaches the process whose fault may be active.
    targets.end().await.expect("ended").expect("it was active");
}

#[tokio::test]
async fn refusal_tells_whether_the_token_was_sent() {
    for (status, host, expected) in [
        (Status::FORBIDDEN, "127.0.0.1", "only the role admin"),
        (Status::UNAUTHORIZED, "127.0.0.1", "missing or unknown"),
        (Status::UNAUTHORIZED, "localhost", "not sent to localhost"),
    ] {
        let router = Router::new().route("/drills", get(async move || status));
        let address = serve(router).await;
        let url = format!("http://{host}:{}", address.port());
        let deployment = deployment(address);
        let found = Targets::find(&deployment, &processors(&[url]), scenario()).await;
        let refused = found.err().expect("refused");
        assert!(refused.why().contains(expected), "{refused:?}");
        assert!(matches!(refused, Unsupported::NotAuthorised { .. }));
    }
}
