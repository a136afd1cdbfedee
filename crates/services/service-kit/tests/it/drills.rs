use odd_service_kit::{Drills, Fault, HttpConfig};

use crate::access::tokens;
use crate::running::{Running, problem, status};

/// A service with one fault, which stops its interface.
async fn service(config: HttpConfig) -> Running {
    let stopped = Fault::new("stopped-worker").stopping_http();
    Running::start(HttpConfig {
        drills: Drills::allowed([stopped, Fault::new("other")]),
        ..config
    })
    .await
}

#[tokio::test]
async fn process_that_does_not_allow_drills_refuses_faults_and_names_the_setting() {
    let service = Running::start(HttpConfig::default()).await;
    let list = service.request("GET", "/drills", "").await;
    assert!(list.ends_with(r#""allowed":false,"faults":[]}"#), "{list}");
    for answer in [
        service
            .put("/drills/stopped-worker", r#"{"seconds":60}"#)
            .await,
        service.put("/drills/unknown", "{}").await,
        service
            .request("DELETE", "/drills/stopped-worker", "")
            .await,
    ] {
        assert_eq!(status(&answer), 403, "{answer}");
        assert!(problem(&answer).detail.contains("ODD_ALLOW_DRILLS"));
    }
}

#[tokio::test]
async fn only_the_routes_of_drills_are_answered_while_the_interface_is_stopped() {
    let service = service(HttpConfig::default()).await;
    let started = service
        .put("/drills/stopped-worker", r#"{"seconds":60}"#)
        .await;
    assert_eq!(status(&started), 200, "{started}");
    for path in [
        "/healthz",
        "/readyz",
        "/metrics",
        "/things/1",
        "/docs/",
        "/no/such/route",
    ] {
        let answer = service.request("GET", path, "").await;
        assert_eq!(problem(&answer).code, "unavailable", "{path}: {answer}");
    }
    let list = service.request("GET", "/drills", "").await;
    assert!(
        list.contains(r#""active":{"remainingSeconds":60,"startedBy":"anonymous"}"#),
        "{list}"
    );
    for _ in 0..2 {
        let ended = service
            .request("DELETE", "/drills/stopped-worker", "")
            .await;
        assert_eq!(status(&ended), 200, "{ended}");
    }
    assert_eq!(status(&service.request("GET", "/metrics", "").await), 200);
}

#[tokio::test]
async fn fault_that_lasts_a_second_ends_without_another_request() {
    let service = service(HttpConfig::default()).await;
    service
        .put("/drills/stopped-worker", r#"{"seconds":1}"#)
        .await;
    assert_eq!(status(&service.request("GET", "/healthz", "").await), 503);
    let healthy = async {
        while status(&service.request("GET", "/healthz", "").await) != 200 {
            tokio::task::yield_now().await;
        }
    };
    let limit = std::time::Duration::from_secs(20);
    tokio::time::timeout(limit, healthy).await.expect("in time");
}

#[tokio::test]
async fn invalid_requests_tell_what_is_wrong() {
    let service = service(HttpConfig::default()).await;
    let unknown = service.put("/drills/unknown", r#"{"seconds":60}"#).await;
    assert_eq!(problem(&unknown).code, "not_found");
    assert!(problem(&unknown).detail.contains("stopped-worker, other"));
    for (body, pointer) in [
        ("{}", "/seconds"),
        (r#"{"seconds":901}"#, "/seconds"),
        (r#"{"seconds":60,"jobType":"echo"}"#, "/jobType"),
    ] {
        let answer = service.put("/drills/other", body).await;
        assert_eq!(problem(&answer).errors[0].pointer, pointer, "{body}");
    }
}

#[tokio::test]
async fn only_administrators_may_see_and_start_faults() {
    let service = service(tokens()).await;
    for role in ["submit", "read", "operate"] {
        let token = format!("Authorization: Bearer {role}-secret\r\n");
        for (method, path) in [
            ("GET", "/drills"),
            ("PUT", "/drills/stopped-worker"),
            ("DELETE", "/drills/stopped-worker"),
        ] {
            let answer = service.request(method, path, &token).await;
            assert_eq!(problem(&answer).code, "forbidden", "{role}: {method}");
        }
    }
    let admin = "Authorization: Bearer admin-secret\r\n";
    assert_eq!(status(&service.request("GET", "/drills", admin).await), 200);
}
