use std::collections::BTreeSet;

use odd_read_model::{Config, ReadModel};
use odd_testkit::sqlite_store;

use crate::observatory::{Observatory, info, ports};

#[tokio::test]
async fn routes_and_document_agree() {
    let back_end = sqlite_store();
    let model = ReadModel::new(Config::default(), info(), ports(&back_end));
    let table = model.route_table();
    let routes: BTreeSet<(String, String)> = table
        .iter()
        .map(|route| (route.method.to_string(), route.path.to_owned()))
        .collect();
    let observatory = Observatory::start().await;
    assert_eq!(routes, observatory.contract.operations());
}

#[tokio::test]
async fn shared_routes_answer_as_documented() {
    let observatory = Observatory::start().await;
    for target in [
        "/healthz",
        "/readyz",
        "/metrics",
        "/docs/",
        "/openapi.json",
        "/docs/index.css",
    ] {
        assert_eq!(observatory.get(target).await.status, 200, "{target}");
    }
    assert_eq!(observatory.get("/docs").await.status, 308);
    assert_eq!(observatory.get("/docs/nothing.css").await.status, 404);
}

#[tokio::test]
async fn requests_are_measured_by_route() {
    let observatory = Observatory::start().await;
    observatory.json("/stats").await;
    let text = observatory.get("/metrics").await.text();
    for sample in [
        r#"service="read-model",route="/stats",method="GET",status="200""#,
        r#"observatory_event_streams{service="read-model"} 0"#,
    ] {
        assert!(text.contains(sample), "{sample} is missing in {text}");
    }
}
