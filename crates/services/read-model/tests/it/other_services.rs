use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use odd_read_model::{Config, ServiceEndpoint};
use serde_json::json;
use tokio::net::TcpListener;

use crate::observatory::Observatory;

/// Serves `router` on a free port until the test ends.
async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

/// Returns an address where nothing listens.
async fn unused_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    format!("http://{}", listener.local_addr().expect("bound"))
}

fn endpoint(name: &str, url: &str) -> ServiceEndpoint {
    ServiceEndpoint {
        name: name.to_owned(),
        url: url.to_owned(),
    }
}

#[tokio::test]
async fn services_are_up_degraded_or_down() {
    let other = Observatory::start().await;
    let unready = r#"{"status":"unready","checks":[{"dependency":"store","up":false},{"dependency":"bus","up":true}]}"#;
    let unready = get(move || async move { (StatusCode::SERVICE_UNAVAILABLE, unready) });
    let silent = get(std::future::pending::<String>);
    let config = Config {
        services: vec![
            endpoint("read-model", &other.url()),
            endpoint(
                "processor",
                &serve(Router::new().route("/readyz", unready)).await,
            ),
            endpoint("gateway", &unused_address().await),
            endpoint("web", &serve(Router::new().fallback(silent)).await),
        ],
        ..Config::default()
    };
    let list = Observatory::with(config).await.json("/services").await;
    let shown: Vec<_> = list["services"]
        .as_array()
        .expect("services")
        .iter()
        .map(|service| {
            (
                service["name"].as_str().expect("a name"),
                service["status"].as_str().expect("a status"),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("read-model", "up"),
            ("processor", "degraded"),
            ("gateway", "down"),
            ("web", "down")
        ]
    );
    assert_eq!(list["services"][0]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(list["services"][1]["detail"], "not available: store");
}

#[tokio::test]
async fn alerts_come_from_alertmanager() {
    let alert = json!([{
        "fingerprint": "f1", "labels": {"alertname": "QueueBacklog", "severity": "critical"},
        "annotations": {"summary": "the queue grows"}, "startsAt": "2026-01-01T00:00:00Z",
        "endsAt": "9998-01-01T00:00:00Z", "updatedAt": "2026-01-01T00:00:00Z",
        "receivers": [], "status": {"state": "active", "silencedBy": [], "inhibitedBy": []}
    }]);
    let alerts = get(move || async move { axum::Json(alert) });
    let url = serve(Router::new().route("/api/v2/alerts", alerts)).await;
    let config = Config {
        alertmanager_url: Some(url),
        ..Config::default()
    };
    let observatory = Observatory::with(config).await;
    let list = observatory.json("/alerts").await;
    assert_eq!(list["source"]["status"], "ok");
    assert_eq!(
        (&list["alerts"][0]["name"], &list["alerts"][0]["state"]),
        (&json!("QueueBacklog"), &json!("firing"))
    );
    let overview = observatory.json("/overview").await;
    assert_eq!(overview["alerts"][0]["id"], "f1");
}

#[tokio::test]
async fn failing_alert_source_is_reported() {
    assert_eq!(
        Observatory::start().await.json("/alerts").await,
        json!({"alerts": [], "source": {"status": "not_configured"}})
    );
    let broken = Router::new().fallback(get(|| async { (StatusCode::OK, "<html>") }));
    let failing = Router::new().fallback(get(|| async { StatusCode::BAD_GATEWAY }));
    for url in [
        unused_address().await,
        serve(broken).await,
        serve(failing).await,
    ] {
        let config = Config {
            alertmanager_url: Some(url.clone()),
            ..Config::default()
        };
        let list = Observatory::with(config).await.json("/alerts").await;
        assert_eq!(list["source"]["status"], "unavailable", "{url}");
        assert!(list["source"]["detail"].is_string());
        assert_eq!(list["alerts"], json!([]));
    }
}
