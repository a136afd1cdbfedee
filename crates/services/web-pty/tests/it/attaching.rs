use odd_contracts::{TerminalNotice, TerminalRestored, TerminalServerMessage};
use serde_json::json;

use crate::client::Ended;
use crate::harness::{ECHO, Server};

#[tokio::test]
async fn typed_text_reaches_the_program_and_its_output_the_client() {
    let server = Server::of(ECHO).await;
    let mut terminal = server.open().await;
    assert_eq!(terminal.restored, Some(TerminalRestored::New));
    terminal.await_text("ready").await;
    terminal.type_text("hello").await;
    terminal.await_text("readyhello").await;
    server.stop().await;
}

#[tokio::test]
async fn lost_output_is_replayed() {
    let server = Server::of(ECHO).await;
    let mut terminal = server.open().await;
    terminal.await_text("ready").await;
    let session = terminal.session.clone();
    let (token, position) = terminal.vanish();
    let mut again = server.reopen(&token, Some(position)).await;
    assert_eq!(again.restored, Some(TerminalRestored::Replay));
    assert_eq!(
        (again.session.as_str(), again.position),
        (&*session, position)
    );
    again.type_text("more").await;
    again.await_text("more").await;
    assert_eq!(again.screen(), "more", "nothing is sent twice");
    server.stop().await;
}

#[tokio::test]
async fn empty_terminal_gets_the_screen_after_more_output_than_the_ring_holds() {
    // 20,000 lines of 40 bytes, in colours, then a mark.
    let server = Server::of(
        "stty raw -echo; i=0; while [ $i -lt 20000 ]; do printf '\\033[3%dmline %s ● of many lines\\033[0m\\r\\n' $((i % 8)) $i; \
         i=$((i+1)); done; printf 'pid %s' $$; cat",
    )
    .await;
    let mut terminal = server.open().await;
    terminal.await_text("pid ").await;
    terminal.type_text("!").await;
    terminal.await_text("!").await;
    let (state, screen) = (terminal.state(), terminal.screen());
    assert!(terminal.output.len() > 2 * 256 * 1024);
    let (token, _) = terminal.vanish();
    // Position 0 is not in the ring any more, so that this is the same as an empty terminal.
    let mut again = server.reopen(&token, Some(0)).await;
    assert_eq!(again.restored, Some(TerminalRestored::Screen));
    again.await_text("pid ").await;
    assert_eq!(again.screen(), screen);
    assert_eq!(again.state(), state);
    again.type_text("?").await;
    again.await_text("!?").await;
    server.stop().await;
}

#[tokio::test]
async fn size_reaches_the_program_and_is_clamped() {
    let server = Server::of(ECHO).await;
    let mut terminal = server.open().await;
    terminal.await_text("ready").await;
    for (asked, shown) in [
        ((100, 30), "30 100"),
        ((0, 0), "5 20"),
        ((65_535, 65_535), "200 500"),
    ] {
        let (columns, rows) = asked;
        terminal
            .send(json!({"type": "resize", "columns": columns, "rows": rows}))
            .await;
        // The program notices the signal when it has read a key.
        terminal.type_text(".").await;
        terminal.await_text(shown).await;
    }
    let is_clamped = |message: &TerminalServerMessage| {
        matches!(
            message,
            TerminalServerMessage::Notice {
                code: TerminalNotice::Resized,
                ..
            }
        )
    };
    terminal.await_message(is_clamped).await;
    server.stop().await;
}

#[tokio::test]
async fn newer_connection_takes_the_session_over() {
    let server = Server::of(ECHO).await;
    let mut first = server.open().await;
    first.await_text("ready").await;
    let token = first.token.clone();
    let mut second = server.reopen(&token, None).await;
    second.await_text("ready").await;
    assert_eq!(first.await_end().await, Ended::Closed(4409));
    second.type_text("mine").await;
    second.await_text("mine").await;
    server.stop().await;
}

#[tokio::test]
async fn pasted_text_is_dropped_in_a_read_only_session() {
    let server = Server::of(ECHO).await;
    let mut terminal = server.open_with(json!({"mode": "read-only"})).await;
    terminal.await_text("ready").await;
    terminal
        .type_text("\u{1b}[200~pasted\r\u{1b}[201~key")
        .await;
    terminal.await_text("readykey").await;
    let is_read_only = |message: &TerminalServerMessage| {
        matches!(
            message,
            TerminalServerMessage::Notice {
                code: TerminalNotice::ReadOnly,
                ..
            }
        )
    };
    terminal.await_message(is_read_only).await;
    assert!(!terminal.screen().contains("pasted"));
    server.stop().await;
}
