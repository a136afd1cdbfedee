use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderValue;
use axum::http::header::{CONNECTION, UPGRADE};
use axum::response::Response;
use odd_service_kit::{
    Access, HttpConfig, HttpInterface, HttpLimits, Metrics, PeerAddress, Route, Routes,
    ServiceInfo, Upgrade,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::running::{Running, header, read_to_close, status};

const REQUEST: &str =
    "GET /echo HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n";

/// Returns the response 101, after which the connection sends back what it receives.
async fn switch_to_echo(PeerAddress(peer): PeerAddress, upgrade: Upgrade) -> Response {
    let mut response = upgrade.switch(|mut stream| async move {
        let (mut reader, mut writer) = tokio::io::split(&mut stream);
        let copied = tokio::io::copy(&mut reader, &mut writer).await;
        assert!(copied.is_ok() && writer.shutdown().await.is_ok());
    });
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("echo"));
    let peer = HeaderValue::try_from(peer.to_string()).expect("legal");
    headers.insert("x-peer", peer);
    response
}

async fn start(limits: HttpLimits) -> Running {
    let info = ServiceInfo::new("test", "0.0.0", "none");
    let metrics = Arc::new(Metrics::new(&info));
    let config = HttpConfig {
        limits,
        ..HttpConfig::default()
    };
    let routes = Routes::new().add(Route::get("/echo", Access::Open), switch_to_echo);
    let interface = HttpInterface::new(info, config.clone(), metrics, r#"{"openapi":"3.1.0"}"#);
    Running::serve(interface.routes(routes).into_router(), config).await
}

#[tokio::test]
async fn connection_carries_another_protocol_after_the_response() {
    let service = start(HttpLimits::default()).await;
    let mut stream = service.connect().await;
    let early = format!("{REQUEST}early ");
    stream.write_all(early.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    while !answer.ends_with("early ") {
        let byte = stream.read_u8().await.expect("the connection is open");
        answer.push(char::from(byte));
    }
    assert_eq!(status(&answer), 101);
    let own = stream.local_addr().expect("connected").to_string();
    assert_eq!(header(&answer, "x-peer"), Some(own.as_str()));
    stream.write_all(b"late").await.expect("sent");
    stream.shutdown().await.expect("half closed");
    assert_eq!(read_to_close(&mut stream).await, "late");
}

#[tokio::test]
async fn shutdown_waits_for_the_other_protocol_up_to_the_grace_period() {
    let service = start(HttpLimits {
        drain_grace: Duration::from_millis(100),
        ..HttpLimits::default()
    })
    .await;
    let mut stream = service.connect().await;
    stream.write_all(REQUEST.as_bytes()).await.expect("sent");
    let first = stream.read_u8().await.expect("a response");
    assert_eq!(first, b'H');
    service.shutdown.cancel();
    let ended = tokio::time::timeout(Duration::from_secs(20), service.server).await;
    ended.expect("in time").expect("no panic");
    read_to_close(&mut stream).await;
}

#[tokio::test]
async fn connection_beyond_the_limit_is_not_switched() {
    let service = start(HttpLimits {
        max_connections: 1,
        ..HttpLimits::default()
    })
    .await;
    let mut first = service.connect().await;
    first.write_all(REQUEST.as_bytes()).await.expect("sent");
    assert_eq!(first.read_u8().await.expect("a response"), b'H');
    assert_eq!(status(&service.send_raw(REQUEST).await), 429);
}
