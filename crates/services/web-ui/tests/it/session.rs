use crate::rig::{Rig, with_tokens};
use crate::upstream::Upstream;

const JSON: (&str, &str) = ("Content-Type", "application/json");
const COOKIE_OF_OPS: &str = "odd_session=c2VjcmV0LW9wZXJhdGU";

async fn sign_in(rig: &Rig, token: &str, headers: &[(&str, &str)]) -> odd_testkit::http::Answer {
    let body = format!(r#"{{"token":"{token}"}}"#);
    let headers = [&[JSON], headers].concat();
    rig.send("POST", "/session", &headers, body.as_bytes())
        .await
}

#[tokio::test]
async fn without_tokens_there_is_nothing_to_sign_in_to() {
    let rig = Rig::before(&Upstream::plain().await).await;
    let session = rig.get("/session").await;
    assert_eq!(session.header("cache-control"), Some("no-store"));
    assert_eq!(
        session.json(),
        serde_json::json!({
            "authentication": "none",
            "caller": null,
            "version": env!("CARGO_PKG_VERSION"),
            "terminal": { "configured": true },
        })
    );
    let refused = sign_in(&rig, "secret-operate", &[]).await;
    assert_eq!((refused.status, refused.header("set-cookie")), (409, None));
}

#[tokio::test]
async fn sign_in_sets_a_cookie_that_authorizes() {
    let mut upstream = Upstream::plain().await;
    let rig = Rig::configured(&upstream, with_tokens).await;
    let anonymous = rig.get("/session").await.json();
    assert_eq!(
        (&anonymous["authentication"], &anonymous["caller"]),
        (&"token".into(), &serde_json::Value::Null)
    );
    let answer = sign_in(&rig, "secret-operate", &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(
        answer.json()["caller"],
        serde_json::json!({"name": "ops", "role": "operate"})
    );
    let cookie = answer.header("set-cookie").expect("a cookie");
    assert_eq!(
        cookie,
        format!("{COOKIE_OF_OPS}; Path=/; HttpOnly; SameSite=Strict")
    );
    let headers = [("Cookie", COOKIE_OF_OPS)];
    let session = rig.get_with("/session", &headers).await.json();
    assert_eq!(session["caller"]["name"], "ops");
    assert_eq!(
        rig.get_with("/api/gateway/jobs/1", &headers).await.status,
        200
    );
    let request = upstream.next().await;
    assert_eq!(
        request.header("authorization"),
        Some("Bearer secret-operate")
    );
    assert_eq!(request.header("cookie"), None);
}

#[tokio::test]
async fn own_token_of_a_caller_takes_precedence() {
    let mut upstream = Upstream::plain().await;
    let rig = Rig::configured(&upstream, with_tokens).await;
    let headers = [
        ("Cookie", COOKIE_OF_OPS),
        ("Authorization", "Bearer secret-admin"),
    ];
    assert_eq!(
        rig.get_with("/api/read-model/jobs", &headers).await.status,
        200
    );
    let request = upstream.next().await;
    assert_eq!(request.header("authorization"), Some("Bearer secret-admin"));
    let wrong = [("Cookie", COOKIE_OF_OPS), ("Authorization", "Bearer wrong")];
    assert_eq!(
        rig.get_with("/api/read-model/jobs", &wrong).await.status,
        401
    );
}

#[tokio::test]
async fn requests_without_a_known_token_are_not_passed_on() {
    let mut upstream = Upstream::plain().await;
    let rig = Rig::configured(&upstream, with_tokens).await;
    for headers in [
        vec![],
        vec![("Cookie", "odd_session=d3Jvbmc")],
        vec![("Cookie", "odd_session=")],
        vec![("Cookie", "odd_session=***")],
        vec![("Authorization", "Basic c2VjcmV0")],
    ] {
        for path in [
            "/api/gateway/jobs/1",
            "/api/read-model/overview",
            "/metrics",
        ] {
            let answer = rig.get_with(path, &headers).await;
            assert_eq!(answer.status, 401, "{path} {headers:?}");
            assert_eq!(answer.json()["code"], "unauthenticated");
        }
    }
    assert!(upstream.is_untouched());
    for path in ["/", "/jobs", "/session", "/offline", "/healthz", "/readyz"] {
        assert_eq!(rig.get(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn unknown_tokens_are_refused_and_do_not_lock_other_clients_out() {
    let rig = Rig::configured(&Upstream::plain().await, with_tokens).await;
    for _ in 0..20 {
        let answer = sign_in(&rig, "wrong", &[]).await;
        assert_eq!((answer.status, answer.header("set-cookie")), (401, None));
    }
    assert_eq!(sign_in(&rig, "secret-operate", &[]).await.status, 200);
}

#[tokio::test]
async fn cookie_is_secure_behind_https() {
    let rig = Rig::configured(&Upstream::plain().await, |config| {
        with_tokens(config);
        config.base_path = "/odd/".parse().expect("a base path");
    })
    .await;
    for headers in [
        [("X-Forwarded-Proto", "https")],
        [("Origin", "https://localhost")],
    ] {
        let answer = sign_in(&rig, "secret-read", &headers).await;
        let cookie = answer.header("set-cookie").expect("a cookie");
        assert!(
            cookie.ends_with("; Path=/odd/; HttpOnly; SameSite=Strict; Secure"),
            "{cookie}"
        );
    }
}

#[tokio::test]
async fn sign_out_removes_the_cookie() {
    let rig = Rig::configured(&Upstream::plain().await, with_tokens).await;
    let headers = [("Cookie", COOKIE_OF_OPS)];
    let answer = rig.send("DELETE", "/session", &headers, b"").await;
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    let cookie = answer.header("set-cookie").expect("a cookie");
    assert_eq!(
        cookie,
        "odd_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"
    );
}

#[tokio::test]
async fn malformed_sign_in_is_named() {
    let rig = Rig::configured(&Upstream::plain().await, with_tokens).await;
    let long = format!(r#"{{"token":"{}"}}"#, "x".repeat(1_001));
    for (body, status) in [
        ("", 400),
        ("{", 400),
        ("{}", 422),
        (r#"{"token":""}"#, 422),
        (r#"{"token":7}"#, 422),
        (r#"{"token":"x","role":"admin"}"#, 422),
        (&long, 422),
        (&"x".repeat(9_000), 413),
    ] {
        let answer = rig.send("POST", "/session", &[JSON], body.as_bytes()).await;
        assert_eq!(answer.status, status, "{body}");
    }
    let form = [("Content-Type", "text/plain")];
    let answer = rig
        .send("POST", "/session", &form, br#"{"token":"secret-read"}"#)
        .await;
    assert_eq!(
        answer.status, 415,
        "a form of another site cannot send JSON"
    );
}

#[tokio::test]
async fn answers_never_contain_the_token() {
    let rig = Rig::configured(&Upstream::plain().await, with_tokens).await;
    for answer in [
        sign_in(&rig, "secret-admin", &[]).await,
        sign_in(&rig, "secret-wrong", &[]).await,
        rig.get_with("/session", &[("Authorization", "Bearer secret-admin")])
            .await,
    ] {
        assert!(!answer.text().contains("secret-"), "{}", answer.text());
    }
}
