use std::error::Error as _;
use std::time::Duration;

use odd_client::{AttemptLogQuery, ClientError, Url};

use crate::script::{Script, Then, answer, client};

const PROBLEM: &str = r#"{"type":"/problems/job_not_found","title":"Job not found","status":404,
    "detail":"there is no such job","code":"job_not_found",
    "correlationId":"0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11"}"#;

#[tokio::test]
async fn rejection_is_returned_as_its_problem_document() {
    let script = Script::start(vec![answer(
        "404 Not Found",
        "application/problem+json",
        PROBLEM,
    )])
    .await;
    let error = script.client().stats().await.expect_err("rejected");
    assert_eq!(error.status(), Some(404));
    assert!(!error.is_transient());
    let ClientError::Problem(problem) = error else {
        panic!("{error:?}");
    };
    assert_eq!(problem.code, "job_not_found");
}

#[tokio::test]
async fn token_is_sent_and_never_displayed() {
    let mut script = Script::start(vec![answer("500 Oops", "text/plain", "oops")]).await;
    let client = script.client();
    let error = client.stats().await.expect_err("not the contract");
    assert!(
        script
            .request()
            .await
            .contains("authorization: Bearer s3cret\r\n")
    );
    let shown = format!("{client:?} {error:?} {error}");
    assert!(!shown.contains("s3cret"), "{shown}");
}

#[tokio::test]
async fn answer_outside_the_contract_is_an_error() {
    for page in ["<html>hello</html>", "{\"totalJobs\": true}"] {
        let script = Script::start(vec![answer("200 OK", "text/html", page)]).await;
        let error = script.client().stats().await.expect_err("not the contract");
        assert!(
            matches!(error, ClientError::UnexpectedAnswer { status: 200, .. }),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn missing_answer_times_out() {
    let script = Script::start(vec![(String::new(), Then::Hang)]).await;
    let error = script.client().stats().await.expect_err("no answer");
    assert!(matches!(error, ClientError::TimedOut { .. }), "{error:?}");
    assert!(error.is_transient());
}

#[tokio::test]
async fn pages_of_a_log_are_read_from_a_cursor() {
    let page = r#"{"lines":[{"at":"2026-01-31T12:00:01.500000Z","stream":"log","line":"begin"}],"nextCursor":"l1e"}"#;
    let mut script = Script::start(vec![answer("200 OK", "application/json", page)]).await;
    let query = AttemptLogQuery {
        job_id: "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11"
            .parse()
            .expect("an id"),
        attempt: 7,
        oldest_first: true,
        cursor: Some("l0f".to_owned()),
        limit: 1,
    };
    let log = script.client().attempt_log(&query).await.expect("a page");
    assert_eq!(log.lines[0].line, "begin");
    assert_eq!(log.next_cursor.as_deref(), Some("l1e"));
    let request = script.request().await;
    let target =
        "/jobs/0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11/attempts/7/log?sort=at&limit=1&cursor=l0f ";
    assert!(request.contains(target), "{request}");
}

#[tokio::test]
async fn closed_port_is_reported_with_the_reason_of_the_system() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", free.local_addr().expect("bound"));
    drop(free);
    let client = client(Url::parse(&url).expect("a URL"));
    let error = client.stats().await.expect_err("unreachable");
    assert!(
        matches!(error, ClientError::Unreachable { .. }),
        "{error:?}"
    );
    let cause = error.root_cause().expect("the reason").to_string();
    assert!(cause.contains("refused"), "{cause}");
}

#[tokio::test]
async fn missing_answer_on_a_closed_connection_is_a_lost_connection() {
    let script = Script::start(vec![(String::new(), Then::Close)]).await;
    let error = script.client().stats().await.expect_err("no answer");
    assert!(
        matches!(error, ClientError::ConnectionLost { .. }),
        "{error:?}"
    );
    assert!(error.is_transient() && error.source().is_some());
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let head = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n";
    let script = Script::start(vec![(head.to_owned(), Then::Close)]).await;
    let error = script.client().stats().await.expect_err("redirected");
    assert_eq!(error.status(), Some(302));
}

#[tokio::test]
async fn current_stats_are_requested_with_a_wait() {
    let mut script = Script::start(vec![answer("503 Busy", "text/plain", "busy")]).await;
    let client = script.client();
    let error = client.stats_when_current(Duration::from_millis(1500)).await;
    error.expect_err("not the contract");
    let request = script.request().await;
    assert!(request.starts_with("GET /stats?waitMs=1500 "), "{request}");
}

#[tokio::test]
async fn page_is_returned_with_any_status_and_the_time_of_the_server() {
    let text =
        "HTTP/1.1 503 Busy\r\nDate: Mon, 30 Nov 2026 12:00:00 GMT\r\nContent-Length: 3\r\n\r\nno\n";
    let mut script = Script::start(vec![(text.to_owned(), Then::Close)]).await;
    let url = script.url().join("readyz?a=1").expect("a URL");
    let page = script.client().page(&url).await.expect("an answer");
    assert_eq!((page.status, page.text.as_str()), (503, "no\n"));
    assert_eq!(page.date.as_deref(), Some("Mon, 30 Nov 2026 12:00:00 GMT"));
    assert!(
        script
            .request()
            .await
            .starts_with("GET /readyz?a=1 HTTP/1.1")
    );
}
