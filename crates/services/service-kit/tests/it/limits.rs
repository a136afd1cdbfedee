use std::time::Duration;

use odd_service_kit::{HttpConfig, HttpLimits};
use tokio::io::AsyncWriteExt;

use crate::running::{LARGE_BYTES, Running, header, problem, read_to_close, status};

fn limited(limits: HttpLimits) -> HttpConfig {
    HttpConfig {
        limits,
        ..HttpConfig::default()
    }
}

const SHORT: Duration = Duration::from_millis(50);

#[tokio::test]
async fn a_slow_head_ends_the_connection() {
    let service = Running::start(limited(HttpLimits {
        header_read_timeout: SHORT,
        ..HttpLimits::default()
    }))
    .await;
    for start in ["", "GET /things/1 HTTP/1.1\r\nHost: loc"] {
        let mut stream = service.connect().await;
        stream.write_all(start.as_bytes()).await.expect("sent");
        let mut answer = Vec::new();
        let reading = tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut answer);
        let ended = tokio::time::timeout(Duration::from_secs(20), reading).await;
        ended.expect("in time").expect("closed");
        assert!(!answer.starts_with(b"HTTP/1.1 200"));
    }
}

#[tokio::test]
async fn the_limit_on_heads_spares_requests_that_are_being_answered() {
    let service = Running::start(limited(HttpLimits {
        header_read_timeout: SHORT,
        ..HttpLimits::default()
    }))
    .await;
    let waiting = service.request("GET", "/gate", "");
    let others = async {
        service.gate.entered.notified().await;
        let mut idle = service.connect().await;
        let request = "GET /things/1 HTTP/1.1\r\nHost: localhost\r\n\r\n";
        idle.write_all(request.as_bytes()).await.expect("sent");
        let answer = read_to_close(&mut idle).await;
        assert_eq!(status(&answer), 200, "answered, and then closed for idling");
        service.gate.open.notify_one();
    };
    let (answer, ()) = tokio::join!(waiting, others);
    assert_eq!(status(&answer), 200);
}

#[tokio::test]
async fn a_slow_body_is_a_408() {
    let service = Running::start(limited(HttpLimits {
        body_read_timeout: SHORT,
        ..HttpLimits::default()
    }))
    .await;
    let answer = service
        .send_raw(
            "POST /things HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
             Content-Length: 10\r\n\r\n{",
        )
        .await;
    assert_eq!(problem(&answer).code, "request_timeout");
}

#[tokio::test]
async fn requests_beyond_the_bound_get_429_while_health_stays_green() {
    let service = Running::start(limited(HttpLimits {
        max_in_flight: 1,
        ..HttpLimits::default()
    }))
    .await;
    let waiting = service.request("GET", "/gate", "");
    let others = async {
        service.gate.entered.notified().await;
        let refused = service.request("GET", "/things/1", "").await;
        assert_eq!(problem(&refused).code, "too_many_requests");
        assert_eq!(header(&refused, "retry-after"), Some("1"));
        assert_eq!(status(&service.request("GET", "/healthz", "").await), 200);
        service.gate.open.notify_one();
    };
    let (answer, ()) = tokio::join!(waiting, others);
    assert_eq!(status(&answer), 200);
    assert_eq!(status(&service.request("GET", "/things/1", "").await), 200);
}

fn post_head(headers: &str) -> String {
    format!(
        "POST /things HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Content-Type: application/json\r\n{headers}\r\n"
    )
}

#[tokio::test]
async fn large_bodies_beyond_the_budget_get_429() {
    const LARGE: usize = 100_000;
    let service = Running::start(limited(HttpLimits {
        body_budget_bytes: LARGE + LARGE / 2,
        ..HttpLimits::default()
    }))
    .await;
    let body = format!("\"{}\"", "x".repeat(LARGE - 2));
    let mut first = service.connect().await;
    let head = post_head(&format!(
        "Content-Length: {LARGE}\r\nExpect: 100-continue\r\n"
    ));
    let chunked =
        post_head("Transfer-Encoding: chunked\r\n") + &format!("{LARGE:x}\r\n{body}\r\n0\r\n\r\n");
    first.write_all(head.as_bytes()).await.expect("sent");
    // The server asks for the body once the share is reserved.
    let mut go_on = [0; b"HTTP/1.1 100 Continue\r\n\r\n".len()];
    let asked = tokio::io::AsyncReadExt::read_exact(&mut first, &mut go_on);
    asked.await.expect("an interim answer");
    for refused in [&head, &chunked] {
        let refused = service.send_raw(refused).await;
        assert_eq!(problem(&refused).code, "too_many_requests");
        assert_eq!(header(&refused, "retry-after"), Some("1"));
    }
    assert_eq!(status(&service.post("/things", "{}").await), 200);
    first.write_all(body.as_bytes()).await.expect("sent");
    assert_eq!(status(&read_to_close(&mut first).await), 200);
    assert_eq!(status(&service.post("/things", &body).await), 200);
}

#[tokio::test]
async fn connections_beyond_the_bound_are_refused_while_health_stays_green() {
    let service = Running::start(limited(HttpLimits {
        max_connections: 1,
        ..HttpLimits::default()
    }))
    .await;
    let waiting = service.request("GET", "/gate", "");
    let others = async {
        service.gate.entered.notified().await;
        let refused = service.request("GET", "/things/1", "").await;
        assert_eq!(problem(&refused).code, "too_many_requests");
        assert_eq!(header(&refused, "retry-after"), Some("1"));
        let request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
        let health = service.send_raw(request).await;
        assert_eq!(status(&health), 200, "answered, and then closed");
        service.gate.open.notify_one();
    };
    let (answer, ()) = tokio::join!(waiting, others);
    assert_eq!(status(&answer), 200);
}

#[tokio::test]
async fn connections_beyond_the_reserve_are_closed_without_reading() {
    let service = Running::start(limited(HttpLimits {
        max_connections: 1,
        ..HttpLimits::default()
    }))
    .await;
    let mut silent = Vec::new();
    for _ in 0..65 {
        silent.push(service.connect().await);
    }
    let mut one_more = service.connect().await;
    assert_eq!(status(&read_to_close(&mut one_more).await), 429);
}

/// A connection whose response has started and does not fit into the buffers of the kernel.
async fn begin_large(service: &Running) -> tokio::net::TcpStream {
    let mut stream = service.connect().await;
    let request = "GET /large HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.expect("sent");
    stream.readable().await.expect("an answer begins");
    stream
}

async fn until_a_permit_is_free(service: &Running) {
    let trying = async {
        while status(&service.request("GET", "/things/1", "").await) == 429 {
            tokio::task::yield_now().await;
        }
    };
    let freed = tokio::time::timeout(Duration::from_secs(20), trying).await;
    freed.expect("the permit is released");
}

#[tokio::test]
async fn response_keeps_its_permit_until_it_is_sent() {
    let service = Running::start(limited(HttpLimits {
        max_in_flight: 1,
        ..HttpLimits::default()
    }))
    .await;
    let mut large = begin_large(&service).await;
    let refused = service.request("GET", "/things/1", "").await;
    assert_eq!(problem(&refused).code, "too_many_requests");
    let answer = read_to_close(&mut large).await;
    assert!(answer.len() > LARGE_BYTES, "it came whole");
    until_a_permit_is_free(&service).await;
}

#[tokio::test]
async fn client_that_does_not_read_is_disconnected() {
    let service = Running::start(limited(HttpLimits {
        max_in_flight: 1,
        write_timeout: SHORT,
        ..HttpLimits::default()
    }))
    .await;
    let mut large = begin_large(&service).await;
    until_a_permit_is_free(&service).await;
    let answer = read_to_close(&mut large).await;
    assert!(answer.len() < LARGE_BYTES, "it was cut");
}

#[tokio::test]
async fn shutdown_lets_requests_in_flight_finish() {
    let service = Running::start(HttpConfig::default()).await;
    let mut idle = service.connect().await;
    let waiting = service.request("GET", "/gate", "");
    let others = async {
        service.gate.entered.notified().await;
        service.shutdown.cancel();
        assert_eq!(read_to_close_or_nothing(&mut idle).await, "");
        assert!(!service.server.is_finished());
        service.gate.open.notify_one();
    };
    let (answer, ()) = tokio::join!(waiting, others);
    assert!(answer.ends_with("open"), "{answer}");
    let address = service.address;
    service.server.await.expect("ended without error");
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn shutdown_cuts_what_outlasts_the_grace() {
    let service = Running::start(limited(HttpLimits {
        drain_grace: SHORT,
        ..HttpLimits::default()
    }))
    .await;
    let mut stream = service.connect().await;
    let request = "GET /gate HTTP/1.1\r\nHost: localhost\r\n\r\n";
    stream.write_all(request.as_bytes()).await.expect("sent");
    service.gate.entered.notified().await;
    service.shutdown.cancel();
    service.server.await.expect("ended without error");
    assert_eq!(read_to_close_or_nothing(&mut stream).await, "");
}

async fn read_to_close_or_nothing(stream: &mut tokio::net::TcpStream) -> String {
    let mut answer = String::new();
    let reading = tokio::io::AsyncReadExt::read_to_string(stream, &mut answer);
    let ended = tokio::time::timeout(Duration::from_secs(20), reading).await;
    // Closed and reset are both accepted.
    let _ = ended.expect("in time");
    answer
}
