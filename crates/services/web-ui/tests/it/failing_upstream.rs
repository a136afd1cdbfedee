use std::time::Duration;

use tokio::io::AsyncWriteExt;

use crate::rig::Rig;
use crate::upstream::Upstream;

const SOON: Duration = Duration::from_millis(200);

#[tokio::test]
async fn missing_upstream_is_503() {
    let mut gone = Upstream::plain().await;
    let rig = Rig::before(&gone).await;
    gone.stop().await;
    let answer = rig.send("POST", "/api/gateway/jobs", &[], b"{}").await;
    assert_eq!(
        (answer.status, answer.json()["code"].as_str()),
        (503, Some("unavailable"))
    );
    assert_eq!(answer.json()["detail"], "the gateway cannot be reached");
    assert_eq!(answer.header("retry-after"), Some("1"));
    let id = answer.header("x-correlation-id").expect("an id");
    assert_eq!(answer.json()["correlationId"], id);
    assert_eq!(
        rig.get("/").await.status,
        200,
        "pages do not need the gateway"
    );
}

#[tokio::test]
async fn broken_responses_are_502() {
    for answer in [
        "",
        "not HTTP\r\n\r\n",
        "HTTP/1.1 99999 X\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: other\r\n\r\n",
    ] {
        let rig = Rig::before(&Upstream::sending(answer).await).await;
        let problem = rig.get("/api/read-model/jobs").await;
        assert_eq!(problem.status, 502, "{answer:?}");
        assert_eq!(problem.json()["code"], "bad_gateway");
    }
}

#[tokio::test]
async fn silent_upstream_is_504() {
    let upstream = Upstream::start(|_, stream| async move {
        std::future::pending::<()>().await;
        drop(stream);
    })
    .await;
    let rig = Rig::configured(&upstream, |config| config.limits.answer_timeout = SOON).await;
    for method in ["GET", "POST"] {
        let answer = rig.send(method, "/api/gateway/jobs/1", &[], b"").await;
        assert_eq!(
            (answer.status, answer.json()["code"].as_str()),
            (504, Some("gateway_timeout"))
        );
    }
}

#[tokio::test]
async fn body_that_does_not_arrive_is_408() {
    let upstream = Upstream::start(|_, stream| async move {
        std::future::pending::<()>().await;
        drop(stream);
    })
    .await;
    let rig = Rig::configured(&upstream, |config| {
        config.http.limits.body_read_timeout = SOON;
    })
    .await;
    let head = b"POST /api/gateway/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{";
    let answer = rig.connect(head).await.read_to_end().await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("request_timeout"), "{answer}");
}

#[tokio::test]
async fn response_that_stops_in_the_middle_is_not_taken_for_complete() {
    let upstream = Upstream::start(|_, mut stream| async move {
        let part = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n[1,2\r\n";
        stream.write_all(part).await.expect("written");
        std::future::pending::<()>().await;
    })
    .await;
    let rig = Rig::configured(&upstream, |config| config.limits.idle_timeout = SOON).await;
    let request =
        b"GET /api/read-model/jobs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let answer = rig.connect(request).await.read_to_end().await;
    assert!(answer.contains("[1,2"), "{answer}");
    assert!(!answer.ends_with("0\r\n\r\n"), "{answer}");
}

#[tokio::test]
async fn exchanges_with_one_upstream_are_limited() {
    let upstream = Upstream::start(|_, stream| async move {
        std::future::pending::<()>().await;
        drop(stream);
    })
    .await;
    let rig = Rig::configured(&upstream, |config| config.limits.max_exchanges = 1).await;
    let request = b"GET /api/gateway/jobs/1 HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let mut upstream = upstream;
    let waiting = rig.connect(request).await;
    upstream.next().await;
    let refused = rig.get("/api/gateway/jobs/2").await;
    assert_eq!(
        (refused.status, refused.header("retry-after")),
        (429, Some("1"))
    );
    drop(waiting);
    // The role notices that the client is gone, and frees its place.
    let admitted = async {
        let request = b"GET /api/gateway/jobs/3 HTTP/1.1\r\nHost: localhost\r\n\r\n";
        loop {
            let mut connection = rig.connect(request).await;
            tokio::select! {
                request = upstream.next() => return (request, connection),
                () = connection.see(" 429 ") => {}
            }
        }
    };
    let (request, _connection) = tokio::time::timeout(crate::upstream::PATIENCE, admitted)
        .await
        .expect("freed");
    assert_eq!(request.target(), "GET /jobs/3 HTTP/1.1");
}
