use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use std::sync::{Mutex, mpsc};
use std::time::Duration;

use odd_service_kit::{
    CheckFailed, ComputedGauge, Dependency, HttpConfig, HttpInterface, Metrics, ServiceInfo,
};

use crate::running::{Running, header, problem, status};

#[tokio::test]
async fn health_names_the_service() {
    let service = Running::start(HttpConfig::default()).await;
    let answer = service.request("GET", "/healthz", "").await;
    assert_eq!(status(&answer), 200);
    assert!(answer.contains(r#""service":"test""#), "{answer}");
}

#[tokio::test]
async fn readiness_names_the_failing_dependency_and_not_the_reason() {
    let service = Running::start(HttpConfig::default()).await;
    let answer = service.request("GET", "/readyz", "").await;
    assert_eq!(status(&answer), 503);
    assert!(
        answer.contains(r#"{"dependency":"bad","up":false}"#),
        "{answer}"
    );
    assert!(answer.contains(r#"{"dependency":"good","up":true}"#));
    assert!(!answer.contains("secret"));
    let metrics = service.request("GET", "/metrics", "").await;
    assert!(
        metrics.contains(r#"observatory_dependency_up{service="test",dependency="bad"} 0"#),
        "{metrics}"
    );
}

#[tokio::test]
async fn metrics_show_a_dependency_as_it_is_without_probes_of_its_readiness() {
    let is_up = Arc::new(AtomicBool::new(false));
    let shared = Arc::clone(&is_up);
    let check = move || {
        let is_up = shared.load(Ordering::SeqCst);
        async move { is_up.then_some(()).ok_or(CheckFailed("down".into())) }
    };
    let service = Running::start(HttpConfig {
        dependencies: vec![Dependency::optional("changing", check)],
        ..HttpConfig::default()
    })
    .await;
    for expected in [false, true, false] {
        is_up.store(expected, Ordering::SeqCst);
        let metrics = service.request("GET", "/metrics", "").await;
        let value = u8::from(expected);
        let line =
            format!(r#"observatory_dependency_up{{service="test",dependency="changing"}} {value}"#);
        assert!(metrics.contains(&line), "{line} not in {metrics}");
    }
}

#[tokio::test]
async fn metric_that_blocks_does_not_delay_other_requests() {
    let info = ServiceInfo::new("gateway", "0.0.0", "none");
    let (unblock, blocked) = mpsc::channel();
    let blocked = Mutex::new(blocked);
    let mut metrics = Metrics::new(&info);
    let gauge = ComputedGauge::single(move || {
        let blocked = blocked.lock().expect("whole");
        blocked.recv_timeout(Duration::from_secs(30)).unwrap_or(-1)
    });
    metrics.register("observatory_store_pool_waiters", gauge);
    let openapi = r#"{"openapi":"3.1.0"}"#;
    let interface = HttpInterface::new(info, HttpConfig::default(), Arc::new(metrics), openapi);
    let service = Running::serve(interface.into_router(), HttpConfig::default()).await;
    let other = async {
        assert_eq!(status(&service.request("GET", "/healthz", "").await), 200);
        unblock.send(7_i64).expect("the gauge exists");
    };
    let (metrics, ()) = tokio::join!(biased; service.request("GET", "/metrics", ""), other);
    let sample = r#"observatory_store_pool_waiters{service="gateway"} 7"#;
    assert!(metrics.contains(sample), "{metrics}");
}

#[tokio::test]
async fn metrics_name_route_templates_and_never_paths() {
    let service = Running::start(HttpConfig::default()).await;
    service.request("GET", "/things/0815", "").await;
    service.request("GET", "/no/such/route", "").await;
    service.request("BREW", "/things/0815", "").await;
    let metrics = service.request("GET", "/metrics", "").await;
    let count = "observatory_http_request_duration_seconds_count";
    for labels in [
        r#"route="/things/{id}",method="GET",status="200""#,
        r#"route="(unmatched)",method="GET",status="404""#,
        r#"route="/things/{id}",method="other",status="405""#,
    ] {
        let line = format!("{count}{{service=\"test\",{labels}}} 1");
        assert!(metrics.contains(&line), "{line} not in {metrics}");
    }
    assert!(!metrics.contains("0815") && !metrics.contains("BREW"));
}

#[tokio::test]
async fn the_api_browser_comes_from_the_binary() {
    let service = Running::start(HttpConfig::default()).await;
    let moved = service.request("GET", "/docs", "").await;
    assert_eq!(
        (status(&moved), header(&moved, "location")),
        (308, Some("/docs/"))
    );
    let page = service.request("GET", "/docs/", "").await;
    assert!(page.contains("swagger-ui"), "{page}");
    assert!(!page.contains("https://"), "{page}");
    let script = service
        .request("GET", "/docs/swagger-initializer.js", "")
        .await;
    assert!(script.contains("/openapi.json"), "{script}");
    let missing = service.request("GET", "/docs/nothing.js", "").await;
    assert_eq!(problem(&missing).code, "not_found");
    let document = service.request("GET", "/openapi.json", "").await;
    assert!(document.ends_with(r#"{"openapi":"3.1.0"}"#), "{document}");
}

#[tokio::test]
async fn valid_correlation_id_is_kept_and_any_other_is_replaced() {
    let service = Running::start(HttpConfig::default()).await;
    let id = "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11";
    let kept = service
        .request("GET", "/things/1", &format!("X-Correlation-Id: {id}\r\n"))
        .await;
    assert_eq!(header(&kept, "x-correlation-id"), Some(id));
    assert!(kept.ends_with(id), "{kept}");
    let replaced = service
        .request("GET", "/things/1", "X-Correlation-Id: nonsense\r\n")
        .await;
    let new = header(&replaced, "x-correlation-id").expect("an id");
    assert_eq!(new.len(), 36);
    assert!(replaced.ends_with(new), "{replaced}");
}

#[tokio::test]
async fn panic_is_a_500_without_details() {
    let service = Running::start(HttpConfig::default()).await;
    let answer = service.request("POST", "/panic", "").await;
    assert_eq!(problem(&answer).code, "internal");
    assert!(!answer.contains("secret"), "{answer}");
    let health = service.request("GET", "/healthz", "").await;
    assert_eq!(status(&health), 200);
}

#[tokio::test]
async fn unknown_query_parameters_are_refused_on_every_shared_route() {
    let service = Running::start(HttpConfig::default()).await;
    for (method, path) in [
        ("GET", "/healthz"),
        ("HEAD", "/healthz"),
        ("GET", "/readyz"),
        ("GET", "/metrics"),
        ("GET", "/openapi.json"),
        ("GET", "/docs"),
        ("GET", "/docs/"),
        ("GET", "/docs/index.css"),
        ("GET", "/drills"),
        ("PUT", "/drills/x"),
        ("DELETE", "/drills/x"),
        ("DELETE", "/things/1"),
    ] {
        for query in ["dry=1", "%zz"] {
            let answer = service
                .request(method, &format!("{path}?{query}"), "")
                .await;
            assert_eq!(status(&answer), 422, "{method} {path}?{query}: {answer}");
        }
        let answer = service.request(method, &format!("{path}?"), "").await;
        assert_ne!(status(&answer), 422, "{method} {path}: {answer}");
    }
}
