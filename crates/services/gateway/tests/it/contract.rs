use std::collections::BTreeSet;

use odd_service_kit::ProblemCode;

use crate::gateway::{pointers, problem, start_gateway};

#[tokio::test]
async fn routes_and_document_agree() {
    let (gateway, _back_end) = start_gateway().await;
    let routes: BTreeSet<_> = gateway
        .routes
        .iter()
        .map(|route| (route.method.to_string(), route.path.to_owned()))
        .collect();
    assert_eq!(routes, gateway.contract.operations());
}

#[tokio::test]
async fn every_documented_operation_is_answered_as_documented() {
    let (gateway, _back_end) = start_gateway().await;
    for (method, template) in gateway.contract.operations() {
        let target = template
            .replace("{id}", "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11")
            .replace("{file}", "swagger-ui.css")
            .replace("{fault}", "views-unavailable");
        let headers = [("Content-Type", "application/json")];
        let route = (method.as_str(), template.as_str());
        let answer = gateway.call(route, &target, &headers, b"{}").await;
        let is_route = answer.status != 405
            && (answer.status != 404 || problem(&answer).code != ProblemCode::NotFound.as_str());
        assert!(is_route, "{method} {target}: {}", answer.status);
    }
}

#[tokio::test]
async fn failures_of_job_routes_are_at_zero_before_the_first_one() {
    let (gateway, _back_end) = start_gateway().await;
    let metrics = gateway.get("/metrics", "/metrics").await.text();
    for (route, method) in [
        ("/jobs", "POST"),
        ("/jobs/batch", "POST"),
        ("/jobs/{id}", "GET"),
        ("/jobs/{id}/cancel", "POST"),
        ("/jobs/{id}/retry", "POST"),
    ] {
        for status in [429, 500, 503] {
            let labels = format!(r#"route="{route}",method="{method}",status="{status}""#);
            let name = "observatory_http_request_duration_seconds_count";
            let sample = format!("{name}{{service=\"gateway\",{labels}}} 0\n");
            assert!(metrics.contains(&sample), "{sample} is not in {metrics}");
        }
    }
}

#[tokio::test]
async fn health_readiness_and_metrics_answer_as_documented() {
    let (gateway, _back_end) = start_gateway().await;
    let health = gateway.get("/healthz", "/healthz").await;
    assert_eq!(health.json()["service"], "gateway");
    let ready = gateway.get("/readyz", "/readyz").await;
    assert_eq!(ready.status, 200, "{}", ready.text());
    gateway.accepted(r#"{"type":"echo"}"#).await;
    let metrics = gateway.get("/metrics", "/metrics").await.text();
    for sample in [
        r#"observatory_jobs_submitted_total{service="gateway",type="echo"} 1"#,
        r#"observatory_dependency_up{service="gateway",dependency="store"} 1"#,
        r#"route="/jobs",method="POST",status="201""#,
    ] {
        assert!(metrics.contains(sample), "{sample} is not in {metrics}");
    }
}

#[tokio::test]
async fn unknown_query_parameters_are_refused_on_every_route_and_change_nothing() {
    let (gateway, back_end) = start_gateway().await;
    for (method, template) in gateway.contract.operations() {
        let path = template
            .replace("{id}", "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11")
            .replace("{file}", "swagger-ui.css")
            .replace("{fault}", "views-unavailable");
        let target = format!("{path}?dry=1");
        let headers = [("Content-Type", "application/json")];
        let route = (method.as_str(), template.as_str());
        let answer = gateway
            .call(route, &target, &headers, br#"{"type":"echo"}"#)
            .await;
        assert_eq!(answer.status, 422, "{method} {target}");
        assert_eq!(pointers(&answer), ["?dry"], "{method} {target}");
    }
    let head = back_end.log.head().await.expect("the log answers");
    assert_eq!(head, Default::default(), "nothing was stored");
}
