//! The web role of `up` and `serve web`, in front of the real gateway and read-model.

use std::net::SocketAddr;

use odd_contracts::Deployment;
use odd_testkit::http::{Answer, send};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::contract_check::violations;
use crate::exposition::{OPEN_METRICS, get, parse};
use crate::program::{program, run};
use crate::role::Role;
use crate::tokens::{SECRET, guarded};
use crate::up::Up;

const JSON: (&str, &str) = ("Content-Type", "application/json");
const OWN_PAGE: (&str, &str) = ("Sec-Fetch-Site", "same-origin");

fn address(url: &str) -> SocketAddr {
    url.trim_start_matches("http://")
        .parse()
        .expect("an address")
}

async fn get_json(web: SocketAddr, target: &str) -> serde_json::Value {
    let answer = send(web, "GET", target, &[], b"").await;
    assert_eq!(answer.status, 200, "{target}: {}", answer.text());
    answer.json()
}

async fn submit(web: SocketAddr, headers: &[(&str, &str)]) -> Answer {
    let headers = [&[JSON, OWN_PAGE], headers].concat();
    let body = br#"{"type":"echo","payload":{"n":1}}"#;
    send(web, "POST", "/api/gateway/jobs", &headers, body).await
}

#[tokio::test]
async fn page_can_submit_a_job_and_follow_it() {
    let up = Up::start();
    let web = address(up.url("web"));
    let mut stream = TcpStream::connect(web).await.expect("it listens");
    let request = b"GET /api/read-model/events/stream HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n";
    stream.write_all(request).await.expect("written");
    let mut events = String::new();
    while !events.contains(": open") {
        read_more(&mut stream, &mut events).await;
    }
    let id = "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11";
    let submitted = submit(web, &[("X-Correlation-Id", id)]).await;
    assert_eq!(submitted.status, 201, "{}", submitted.text());
    assert_eq!(submitted.json()["correlationId"], id);
    let location = submitted.header("location").expect("a location");
    while !events.contains("event: job.completed") {
        read_more(&mut stream, &mut events).await;
    }
    let job = get_json(web, location).await;
    assert_eq!(
        (&job["status"], &job["result"]["n"]),
        (&"COMPLETED".into(), &1.into())
    );
    let id = job["id"].as_str().expect("an id");
    let explained = get_json(web, &format!("/api/read-model/explain/{id}")).await;
    assert_eq!(explained["status"], "COMPLETED");
}

async fn read_more(stream: &mut TcpStream, text: &mut String) {
    let mut bytes = [0; 4096];
    let length = stream.read(&mut bytes).await.expect("readable");
    assert_ne!(length, 0, "the stream ended: {text}");
    text.push_str(&String::from_utf8_lossy(&bytes[..length]));
}

#[tokio::test]
async fn other_sites_can_change_nothing() {
    let up = Up::start();
    let web = address(up.url("web"));
    let body = br#"{"type":"echo"}"#;
    let foreign = [JSON, ("Origin", "https://evil.example")];
    let answer = send(web, "POST", "/api/gateway/jobs", &foreign, body).await;
    assert_eq!(answer.status, 403);
    let stats = get_json(web, "/api/read-model/stats").await;
    assert_eq!(stats["totalJobs"], 0);
}

#[tokio::test]
async fn role_of_the_token_decides_what_a_page_may_do() {
    for (role, may_submit) in [("read", false), ("operate", true)] {
        let up = guarded(role);
        let web = address(up.url("web"));
        let sign_in = format!(r#"{{"token":"{SECRET}"}}"#);
        let headers = [JSON, OWN_PAGE];
        let session = send(web, "POST", "/session", &headers, sign_in.as_bytes()).await;
        assert_eq!(session.json()["caller"]["role"], role);
        let cookie = session.header("set-cookie").expect("a cookie");
        let cookie = cookie.split(';').next().expect("a pair");
        let expected = if may_submit { 201 } else { 403 };
        assert_eq!(submit(web, &[("Cookie", cookie)]).await.status, expected);
        let read = send(
            web,
            "GET",
            "/api/read-model/jobs",
            &[("Cookie", cookie)],
            b"",
        )
        .await;
        assert_eq!(read.status, 200);
        assert_eq!(submit(web, &[]).await.status, 401);
        let answers = session.text() + &read.text();
        assert!(!answers.contains(SECRET), "{answers}");
    }
}

#[test]
fn embedded_web_role_exports_the_metric_contract() {
    let up = Up::start();
    for path in ["/", "/session", "/api/read-model/overview"] {
        get(up.url("web"), path, "*/*");
    }
    let (_, text) = get(up.url("web"), "/metrics", OPEN_METRICS);
    let families = parse(&text);
    let found: Vec<String> = violations("web", Deployment::Embedded, &families)
        .into_iter()
        .collect();
    assert_eq!(found, Vec::<String>::new());
    assert!(
        text.contains(r#"route="/api/read-model/{*path}",method="GET",status="200""#),
        "{text}"
    );
}

#[tokio::test]
async fn one_role_alone_serves_pages_and_says_what_is_missing() {
    let mut command = program();
    command
        .args(["serve", "web", "--addr", "127.0.0.1:0"])
        .env("ODD_GATEWAY_URL", "http://127.0.0.1:9")
        .env("ODD_READ_MODEL_URL", "http://127.0.0.1:9")
        .env("ODD_WEB_BASE_PATH", "/observatory")
        .env("ODD_WEB_FRAME_ANCESTORS", "https://portal.example")
        .env("ODD_PTY_URL", "none");
    let mut role = Role::start(command);
    role.await_ready();
    let web = address(&role.url());
    let page = send(web, "GET", "/observatory/jobs", &[], b"").await;
    assert_eq!(page.status, 200);
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(
        policy.ends_with("frame-ancestors https://portal.example"),
        "{policy}"
    );
    let session = get_json(web, "/observatory/session").await;
    assert_eq!(session["terminal"]["configured"], false);
    let answer = send(web, "GET", "/observatory/api/gateway/jobs/1", &[], b"").await;
    assert_eq!(
        (answer.status, answer.json()["code"].as_str()),
        (503, Some("unavailable"))
    );
    assert_eq!(role.stop().code(), Some(0));
}

#[test]
fn web_role_is_not_opened_to_other_machines_without_tokens() {
    let mut command = program();
    command.args(["serve", "web", "--addr", "0.0.0.0:0"]);
    let error = run(&mut command).expect_error(2);
    assert!(error.contains("ODD_API_TOKENS"), "{error}");
    let mut command = program();
    command
        .args(["serve", "web"])
        .env("ODD_WEB_BASE_PATH", "/api");
    let error = run(&mut command).expect_error(2);
    assert!(error.contains("ODD_WEB_BASE_PATH"), "{error}");
}
