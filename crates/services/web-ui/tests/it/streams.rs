use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;

use crate::rig::Rig;
use crate::upstream::{PATIENCE, Upstream};

const REQUEST: &[u8] =
    b"GET /api/read-model/events/stream?type=job.created HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\
      Accept-Encoding: gzip\r\nLast-Event-ID: 17\r\n\r\n";
const HEAD: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nTransfer-Encoding: chunked\r\n\r\n";

/// Starts an event stream that sends what the test sends, and reports when its client is gone.
async fn event_stream() -> (Upstream, mpsc::Sender<&'static str>, mpsc::Receiver<()>) {
    let (events, source) = mpsc::channel::<&'static str>(8);
    let (gone, is_gone) = mpsc::channel(1);
    let source = std::sync::Arc::new(tokio::sync::Mutex::new(source));
    let upstream = Upstream::start(move |_, mut stream| {
        let (source, gone) = (source.clone(), gone.clone());
        async move {
            stream.write_all(HEAD).await.expect("written");
            let mut source = source.lock().await;
            let mut nothing = [0];
            loop {
                tokio::select! {
                    Some(event) = source.recv() => {
                        let chunk = format!("{:x}\r\n{event}\r\n", event.len());
                        stream.write_all(chunk.as_bytes()).await.expect("written");
                    }
                    _ = stream.read(&mut nothing) => break,
                }
            }
            gone.send(()).await.expect("the test waits");
        }
    })
    .await;
    (upstream, events, is_gone)
}

#[tokio::test]
async fn events_arrive_one_by_one() {
    let (mut upstream, events, mut is_gone) = event_stream().await;
    let rig = Rig::before(&upstream).await;
    let mut connection = rig.connect(REQUEST).await;
    let request = upstream.next().await;
    assert_eq!(
        request.target(),
        "GET /events/stream?type=job.created HTTP/1.1"
    );
    assert_eq!(request.header("last-event-id"), Some("17"));
    connection.see("content-type: text/event-stream").await;
    for event in [
        "id: 18\ndata: first\n\n",
        "id: 19\ndata: second\n\n",
        ": heartbeat\n\n",
    ] {
        events.send(event).await.expect("the stream is open");
        connection.see(event).await;
    }
    drop(connection);
    let noticed = tokio::time::timeout(PATIENCE, is_gone.recv()).await;
    assert_eq!(
        noticed.expect("in time"),
        Some(()),
        "the upstream learns that the client is gone"
    );
}

#[tokio::test]
async fn shutdown_ends_streams_without_waiting_for_the_upstream() {
    let (_upstream, events, _is_gone) = event_stream().await;
    let rig = Rig::before(&_upstream).await;
    let mut connection = rig.connect(REQUEST).await;
    events
        .send("data: first\n\n")
        .await
        .expect("the stream is open");
    connection.see("data: first").await;
    rig.shutdown.cancel();
    let answer = connection.read_to_end().await;
    assert!(
        answer.ends_with("0\r\n\r\n"),
        "the stream ends in order: {answer}"
    );
    tokio::time::timeout(PATIENCE, rig.running)
        .await
        .expect("in time")
        .expect("ends");
}
