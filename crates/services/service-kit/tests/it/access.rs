use std::sync::Arc;

use odd_service_kit::{HttpConfig, Tokens};
use sha2::{Digest, Sha256};

use crate::running::{Running, header, problem, status};

pub(crate) fn tokens() -> HttpConfig {
    let table = |role: &str| {
        let hash: String = Sha256::digest(format!("{role}-secret").as_bytes())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        format!("[[token]]\nname = \"{role}\"\nrole = \"{role}\"\nsha256 = \"{hash}\"\n")
    };
    let text: String = ["submit", "read", "operate", "admin"].map(table).concat();
    HttpConfig {
        tokens: Some(Arc::new(Tokens::parse(&text).expect("valid"))),
        ..HttpConfig::default()
    }
}

#[tokio::test]
async fn only_health_is_available_without_a_token() {
    let service = Running::start(tokens()).await;
    for (method, path) in [
        ("GET", "/things/1"),
        ("POST", "/things"),
        ("DELETE", "/things/1"),
        ("GET", "/metrics"),
        ("GET", "/openapi.json"),
        ("GET", "/docs"),
        ("GET", "/docs/"),
        ("GET", "/docs/index.html"),
        ("GET", "/no/such/route"),
        ("PUT", "/things"),
    ] {
        let answer = service.request(method, path, "").await;
        assert_eq!(problem(&answer).code, "unauthenticated", "{method} {path}");
        assert_eq!(header(&answer, "www-authenticate"), Some("Bearer"));
    }
    for wrong in [
        "Bearer nonsense",
        "Basic YWRtaW46YWRtaW4=",
        "Bearer",
        "admin-secret",
    ] {
        let header = format!("Authorization: {wrong}\r\n");
        let answer = service.request("GET", "/things/1", &header).await;
        assert_eq!(status(&answer), 401, "{wrong}");
    }
    assert_eq!(status(&service.request("GET", "/healthz", "").await), 200);
    assert_eq!(status(&service.request("GET", "/readyz", "").await), 503);
}

#[tokio::test]
async fn a_role_covers_its_routes_and_no_others() {
    let service = Running::start(tokens()).await;
    for (role, read, submit, operate, admin) in [
        ("submit", 403, 415, 403, 403),
        ("read", 200, 403, 403, 403),
        ("operate", 200, 415, 200, 403),
        ("admin", 200, 415, 200, 500),
    ] {
        let token = format!("Authorization: Bearer {role}-secret\r\n");
        for (method, path, expected) in [
            ("GET", "/things/1", read),
            ("POST", "/things", submit),
            ("DELETE", "/things/1", operate),
            ("POST", "/panic", admin),
        ] {
            let answer = service.request(method, path, &token).await;
            assert_eq!(status(&answer), expected, "{role}: {method} {path}");
        }
    }
}

#[tokio::test]
async fn pages_of_other_sites_are_refused() {
    let service = Running::start(HttpConfig {
        allowed_origins: vec!["http://localhost:5173".into()],
        ..HttpConfig::default()
    })
    .await;
    let rebound = service
        .send_raw("GET /things/1 HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
        .await;
    assert_eq!(problem(&rebound).code, "forbidden");
    let hostless = service.send_raw("GET /things/1 HTTP/1.1\r\n\r\n").await;
    assert_eq!(problem(&hostless).code, "bad_request");

    let forged = service
        .request("DELETE", "/things/1", "Origin: http://evil.example\r\n")
        .await;
    assert_eq!(problem(&forged).code, "forbidden");
    assert_eq!(header(&forged, "access-control-allow-origin"), None);
    let allowed = service
        .request("DELETE", "/things/1", "Origin: http://localhost:5173\r\n")
        .await;
    assert_eq!(status(&allowed), 200);
    assert_eq!(
        header(&allowed, "access-control-allow-origin"),
        Some("http://localhost:5173")
    );
    let preflight = service
        .request(
            "OPTIONS",
            "/things/1",
            "Origin: http://localhost:5173\r\nAccess-Control-Request-Method: DELETE\r\n",
        )
        .await;
    assert_eq!(status(&preflight), 200);
    assert!(header(&preflight, "access-control-allow-methods").is_some());
}

#[tokio::test]
async fn refused_host_is_named_with_the_setting_that_allows_it() {
    let service = Running::start(HttpConfig::default()).await;
    let request = async |path: &str, accept: &str| {
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: jobs.example:3000\r\nConnection: close\r\nAccept: {accept}\r\n\r\n"
        );
        service.send_raw(head).await
    };
    let detail = problem(&request("/things/1", "*/*").await).detail;
    for text in ["\"jobs.example\"", "ODD_ALLOWED_HOSTS"] {
        assert!(detail.contains(text), "{detail}");
    }
    let browser = "text/html,application/xhtml+xml,*/*;q=0.8";
    let page = request("/docs/", browser).await;
    assert_eq!(status(&page), 403, "{page}");
    assert_eq!(
        header(&page, "content-type"),
        Some("text/html; charset=utf-8")
    );
    assert!(page.contains("<h1>Forbidden</h1>"), "{page}");
    assert!(page.contains("&quot;jobs.example&quot;"), "{page}");
    assert!(page.contains("ODD_ALLOWED_HOSTS"), "{page}");
}
