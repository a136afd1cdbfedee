use std::collections::VecDeque;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use odd_contracts::RawJson;
use odd_worker::{
    BuiltInConfig, Handler, HandlerError, HttpRequest, HttpRequestConfig, JobContext,
    JobContextParts, NameResolver, async_trait,
};
use serde_json::{Value, json};

use crate::http_server::{Reply, Server, neighbour};
use crate::trial::Trial;

/// Returns its answers one after the other.
struct ScriptedResolver(Mutex<VecDeque<Vec<IpAddr>>>);

impl ScriptedResolver {
    fn new(answers: &[&[&str]]) -> Arc<Self> {
        let read = |text: &&str| text.parse().expect("an address");
        let answers = answers
            .iter()
            .map(|answer| answer.iter().map(read).collect());
        Arc::new(Self(Mutex::new(answers.collect())))
    }

    fn remaining(&self) -> usize {
        self.0.lock().expect("not poisoned").len()
    }
}

#[async_trait]
impl NameResolver for ScriptedResolver {
    async fn resolve(&self, _host: &str) -> io::Result<Vec<IpAddr>> {
        let next = self.0.lock().expect("not poisoned").pop_front();
        next.ok_or_else(|| io::Error::other("no such name"))
    }
}

fn allowing(rules: &[&str]) -> HttpRequestConfig {
    HttpRequestConfig {
        allow: rules
            .iter()
            .map(|rule| rule.parse().expect("a rule"))
            .collect(),
        ..HttpRequestConfig::default()
    }
}

async fn run(handler: &HttpRequest, url: &str) -> Result<Option<RawJson>, HandlerError> {
    let payload = RawJson::from_value(&json!({"url": url}));
    let (ctx, _signals) =
        JobContext::new(JobContextParts::trial(handler.job_type(), Some(payload)));
    handler.run(&ctx).await
}

fn is_blocked(outcome: &Result<Option<RawJson>, HandlerError>) -> bool {
    matches!(outcome, Err(HandlerError::Permanent { message }) if message.contains("may not reach"))
}

async fn ok_server() -> Server {
    Server::fixed("200 OK", "", "reached").await
}

/// Returns a server at an address that no rule allows.
async fn victim_next_to(server: &Server) -> Server {
    Server::bind(neighbour(server.address), |_| Reply::Silence).await
}

#[tokio::test]
async fn names_that_lead_to_special_addresses_are_refused() {
    for address in [
        "127.0.0.1",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "168.63.129.16",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001::1",
        "2001:db8::1",
    ] {
        let resolver = ScriptedResolver::new(&[&[address]]);
        let handler = HttpRequest::with_resolver(&HttpRequestConfig::default(), resolver);
        let outcome = run(&handler, "http://innocent.example/").await;
        assert!(is_blocked(&outcome), "{address}: {outcome:?}");
    }
}

#[tokio::test]
async fn name_with_one_special_address_is_refused() {
    let server = ok_server().await;
    let rule = server.address.to_string();
    for answer in [["127.0.0.1", "10.0.0.1"], ["10.0.0.1", "127.0.0.1"]] {
        // Only the rule of the test makes 127.0.0.1 an ordinary address; 10.0.0.1 is none.
        let resolver = ScriptedResolver::new(&[&answer]);
        let config = HttpRequestConfig {
            ports: vec![server.address.port()],
            ..allowing(&[&rule])
        };
        let handler = HttpRequest::with_resolver(&config, resolver);
        let url = format!("http://mixed.example:{}/", server.address.port());
        let outcome = run(&handler, &url).await;
        assert!(is_blocked(&outcome), "{outcome:?}");
    }
    assert!(server.requests().is_empty());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn rebinding_name_is_requested_at_the_checked_address_only() {
    let server = ok_server().await;
    let victim = victim_next_to(&server).await;
    let resolver = ScriptedResolver::new(&[&["127.0.0.1"], &["127.0.0.2"]]);
    let config = HttpRequestConfig {
        ports: vec![server.address.port()],
        ..allowing(&[&server.address.to_string()])
    };
    let handler = HttpRequest::with_resolver(&config, Arc::clone(&resolver) as Arc<_>);
    let url = format!("http://rebinds.example:{}/", server.address.port());

    let first = run(&handler, &url)
        .await
        .expect("reaches the first address");
    let answer: Value = first.expect("has a result").parse().expect("JSON");
    assert_eq!(answer["body"], "reached");
    assert_eq!(resolver.remaining(), 1, "resolved once per connection");

    let second = run(&handler, &url).await;
    assert!(is_blocked(&second), "{second:?}");
    assert_eq!(resolver.remaining(), 0);
    assert_eq!(server.requests().len(), 1);
    assert!(victim.requests().is_empty());
}

#[tokio::test]
async fn unresolved_name_is_retried() {
    let handler =
        HttpRequest::with_resolver(&HttpRequestConfig::default(), ScriptedResolver::new(&[&[]]));
    for _ in 0..2 {
        let outcome = run(&handler, "http://absent.example/").await;
        assert!(
            matches!(outcome, Err(HandlerError::Failed { .. })),
            "{outcome:?}"
        );
    }
}

#[tokio::test]
async fn rule_for_a_name_covers_every_address() {
    let server = ok_server().await;
    let port = server.address.port();
    let config = allowing(&[&format!("intern.example:{port}")]);
    let handler = HttpRequest::with_resolver(
        &config,
        ScriptedResolver::new(&[&["127.0.0.1"], &["127.0.0.1"]]),
    );
    let named = run(&handler, &format!("http://intern.example:{port}/")).await;
    assert!(named.is_ok(), "{named:?}");
    let other = run(&handler, &format!("http://other.example:{port}/")).await;
    assert!(
        matches!(other, Err(HandlerError::Permanent { .. })),
        "{other:?}"
    );
    assert_eq!(server.requests().len(), 1);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn redirects_to_blocked_destinations_are_not_followed() {
    let start = ok_server().await;
    let victim = victim_next_to(&start).await;
    let inside = victim.url("/admin");
    for location in [
        inside.as_str(),
        "http://127.0.0.1/",
        "http://0x7f000001/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:169.254.169.254]/",
        "//10.0.0.1/",
        "http://localhost/",
        "http://example.com:22/",
        "http://user:secret@example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "http://",
    ] {
        let head =
            format!("HTTP/1.1 307 Moved\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n");
        let server = Server::start(move |_| Reply::Bytes(head.clone().into_bytes())).await;
        let config = allowing(&[&server.address.to_string()]);
        let outcome = run(&HttpRequest::new(&config), &server.url("/")).await;
        assert!(
            matches!(outcome, Err(HandlerError::Permanent { .. })),
            "{location}: {outcome:?}"
        );
        assert_eq!(server.requests().len(), 1);
    }
    assert!(victim.requests().is_empty());
}

#[test]
fn impossible_requests_are_refused_at_submission() {
    let trial = Trial::new("http.request", BuiltInConfig::default());
    for url in [
        "file:///etc/passwd",
        "gopher://example.com/",
        "ftp://example.com/",
        "data:text/plain,x",
        "javascript:1",
        "//example.com/",
        "example.com",
        "http://",
        "http://user@example.com/",
        "http://user:secret@example.com/",
        "http://:secret@example.com/",
        "http://example.com:22/",
        "http://example.com:25/",
        "http://example.com:6379/",
        "https://example.com:5432/",
        "http://127.0.0.1/",
        "http://0177.0.0.1/",
        "http://0x7f.0.0.1/",
        "http://2130706433/",
        "http://[::1]/",
        "http://[fd00:ec2::254]/",
        "http://169.254.169.254/",
        "http://256.1.1.1/",
    ] {
        assert_eq!(trial.refused_at(&json!({"url": url})), "/url", "{url}");
    }
}

#[test]
fn pointer_names_the_invalid_field() {
    let trial = Trial::new("http.request", BuiltInConfig::default());
    let url = "https://example.com/";
    for (payload, pointer) in [
        (json!({}), ""),
        (json!({"url": 5}), "/url"),
        (json!({"url": url, "method": "get"}), "/method"),
        (json!({"url": url, "method": "CONNECT"}), "/method"),
        (
            json!({"url": url, "headers": {"X-A": "a\r\nX-B: b"}}),
            "/headers/X-A",
        ),
        (json!({"url": url, "headers": {"a b": "c"}}), "/headers/a b"),
        (
            json!({"url": url, "headers": {"Host": "intern"}}),
            "/headers/Host",
        ),
        (
            json!({"url": url, "headers": {"Transfer-Encoding": "chunked"}}),
            "/headers/Transfer-Encoding",
        ),
        (
            json!({"url": url, "expect": {"status": [200, 600]}}),
            "/expect/status/1",
        ),
        (json!({"url": url, "timeoutMs": 0}), "/timeoutMs"),
        (json!({"url": url, "timeoutMs": "1s"}), "/timeoutMs"),
    ] {
        assert_eq!(trial.refused_at(&payload), pointer, "{payload}");
    }
    assert_eq!(
        trial.validate(&json!({"url": url, "body": null, "headers": {}})),
        Ok(())
    );
    let two = trial.validate(&json!({"url": "file:///", "timeoutMs": 0}));
    assert_eq!(two.expect_err("refused").errors.len(), 2);
}
