use std::time::{Duration, Instant};

use serde_json::json;

use crate::client::Ended;
use crate::harness::Server;

/// Writes forever.
const FLOOD: &str = "exec cat /dev/zero | tr '\\0' x";

/// Most output that may be on its way to a client that acknowledges nothing.
const WINDOW: u64 = 256 * 1024;

#[tokio::test]
async fn client_that_acknowledges_nothing_stops_the_program() {
    let server = Server::of(FLOOD).await;
    let mut terminal = server.open().await;
    terminal.acknowledges = false;
    let name = "observatory_terminal_bytes_total{direction=\"output\"}";
    // It stays at the limit, however long the client waits.
    let mut read = 0;
    while terminal.position < WINDOW - 32 * 1024 {
        terminal.receive().await.expect("output");
    }
    for _ in 0..20 {
        read = server.metrics().await[name] as u64;
        assert!(read <= WINDOW, "{read}");
    }
    let before = read;
    let acknowledged = terminal.position;
    terminal
        .send(json!({"type": "acknowledge", "received": acknowledged}))
        .await;
    while terminal.position < acknowledged + WINDOW / 2 {
        terminal.receive().await.expect("more output");
    }
    assert!(server.metrics().await[name] as u64 > before);
    server.stop().await;
}

#[tokio::test]
async fn client_that_is_behind_gets_the_last_output_of_a_program() {
    // The end does not fit into the window.
    let server =
        Server::of("stty raw -echo; head -c 262144 /dev/zero | tr '\\0' x; printf 'last line!'")
            .await;
    let mut terminal = server.open().await;
    terminal.acknowledges = false;
    while terminal.position < WINDOW - 16 * 1024 {
        terminal.receive().await.expect("output");
    }
    // The server learns that the program has ended.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let received = terminal.position;
    terminal
        .send(json!({"type": "acknowledge", "received": received}))
        .await;
    terminal.acknowledges = true;
    assert_eq!(terminal.await_end().await, Ended::Closed(4410));
    assert!(terminal.screen().ends_with("last line!"));
    server.stop().await;
}

#[tokio::test]
async fn client_that_reads_nothing_does_not_let_memory_grow() {
    let server = Server::of(FLOOD).await;
    let stalled = server.open().await;
    let mut busy = server.open().await;
    let name = "observatory_terminal_bytes_total{direction=\"output\"}";
    // The other one receives 4 MiB meanwhile.
    while busy.position < 4 * 1024 * 1024 {
        busy.receive().await.expect("output");
        busy.output.clear();
    }
    let read = server.metrics().await[name] as u64;
    assert!(
        read - busy.position <= 2 * WINDOW,
        "{read} {}",
        busy.position
    );
    drop(stalled);
    server.stop().await;
}

#[tokio::test]
async fn detached_program_is_not_stopped() {
    let server = Server::of("i=0; while [ $i -lt 60000 ]; do echo line $i of many lines; i=$((i+1)); done; printf end; cat").await;
    let terminal = server.open().await;
    let (token, _) = terminal.vanish();
    let name = "observatory_terminal_bytes_total{direction=\"output\"}";
    while server.metrics().await[name] < 4.0 * WINDOW as f64 {
        tokio::task::yield_now().await;
    }
    let mut again = server.reopen(&token, None).await;
    again.await_text("end").await;
    server.stop().await;
}

#[tokio::test]
async fn echo_is_not_held_back() {
    let server = Server::of("stty raw -echo; printf ready; exec cat").await;
    let mut terminal = server.open().await;
    terminal.await_text("ready").await;
    let mut times = Vec::new();
    for key in 0..50_u8 {
        let expected = terminal.position + 1;
        let began = Instant::now();
        terminal
            .type_text(&char::from(b'a' + key % 26).to_string())
            .await;
        while terminal.position < expected {
            terminal.receive().await.expect("output");
        }
        times.push(began.elapsed());
        // As a person types: so that each echo is the first output after a pause.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    times.sort();
    let median = times[times.len() / 2];
    assert!(median < Duration::from_millis(10), "{times:?}");
    server.stop().await;
}

#[tokio::test]
async fn output_in_quick_succession_is_sent_together() {
    // 2,000 writes of one byte.
    let server = Server::of(
        "stty raw -echo; printf ready; head -c 1 >/dev/null; i=0; while [ $i -lt 2000 ]; do printf x; i=$((i+1)); done; cat",
    )
    .await;
    let mut terminal = server.open().await;
    terminal.await_text("ready").await;
    let (before, end) = (terminal.outputs, terminal.position + 2_000);
    terminal.type_text("!").await;
    while terminal.position < end {
        terminal.receive().await.expect("output");
    }
    let messages = terminal.outputs - before;
    assert!(messages < 500, "{messages} messages");
    server.stop().await;
}
