use odd_contracts::{TerminalNotice, TerminalServerMessage};
use serde_json::json;

use crate::client::Terminal;
use crate::harness::Server;

const START: &str = "\u{1b}[200~";
const END: &str = "\u{1b}[201~";
/// Largest input that a page sends in one message.
const MESSAGE_BYTES: usize = 16 * 1024;

/// Reads nothing until the size changes. Then it shows what it reads, without every `x`.
const LATE_READER: &str = "stty raw -echo; trap go=1 WINCH; printf ready; while [ -z \"$go\" ]; do sleep 0.02; done; exec tr -d x";

async fn paste(terminal: &mut Terminal, bytes: usize) {
    terminal.type_text(START).await;
    for _ in 0..bytes / MESSAGE_BYTES {
        terminal.type_text(&"x".repeat(MESSAGE_BYTES)).await;
    }
    terminal.type_text(END).await;
}

async fn await_output(terminal: &mut Terminal, expected: &str) {
    terminal.await_text("q").await;
    let output = String::from_utf8_lossy(&terminal.output).replace("ready", "");
    assert_eq!(output.lines().next(), Some(expected));
}

#[tokio::test]
async fn large_paste_reaches_a_slow_program_complete() {
    let server = Server::of(
        "stty raw -echo; printf ready; sleep 0.5; printf 'got %s.' $(head -c 262156 | wc -c); cat",
    )
    .await;
    let mut terminal = server.open().await;
    terminal.await_text("ready").await;
    paste(&mut terminal, 256 * 1024).await;
    terminal.await_text("got 262156.").await;
    server.stop().await;
}

#[tokio::test]
async fn program_gets_the_end_of_a_paste_whose_input_is_dropped() {
    let server = Server::of(LATE_READER).await;
    let mut terminal = server.open().await;
    terminal.await_text("ready").await;
    paste(&mut terminal, 800 * 1024).await;
    let is_dropped = |message: &TerminalServerMessage| {
        matches!(
            message,
            TerminalServerMessage::Notice {
                code: TerminalNotice::RateLimit,
                ..
            }
        )
    };
    terminal.await_message(is_dropped).await;
    terminal
        .send(json!({"type": "resize", "columns": 90, "rows": 24}))
        .await;
    // It is dropped until the program has read something, and each time there is a notice.
    while !terminal.screen().contains('q') {
        terminal.type_text("q\n").await;
        terminal.receive().await.expect("a message");
    }
    await_output(&mut terminal, &format!("{START}{END}q")).await;
    server.stop().await;
}

#[tokio::test]
async fn program_gets_the_end_of_a_paste_whose_connection_is_lost() {
    let server = Server::of("stty raw -echo; printf ready; exec tr -d x").await;
    let mut terminal = server.open().await;
    terminal.await_text("ready").await;
    // The newline lets the program show what it has read.
    terminal.type_text(&format!("{START}pasted\n")).await;
    terminal.await_text("pasted").await;
    let (token, position) = terminal.vanish();
    let mut again = server.reopen(&token, Some(position)).await;
    again.type_text("q\n").await;
    await_output(&mut again, &format!("{END}q")).await;
    server.stop().await;
}
