use std::time::Duration;

use futures_util::SinkExt;
use odd_contracts::{TerminalNotice, TerminalServerMessage};
use odd_web_pty::{Config, Limits, Program, ProgramCommand};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::client::{Ended, Terminal, handshake, open};
use crate::harness::{ECHO, Server, config, script};

const ATTACHMENTS: &str = "observatory_terminal_attachments";

async fn limited(limits: Limits) -> Server {
    Server::start(Config {
        limits,
        ..config(script(ECHO))
    })
    .await
}

async fn status(server: &Server, client: &str) -> u16 {
    let headers = [("X-Forwarded-For", client)];
    let answer = server.ask(json!({"mode": "read-only"}), &headers).await;
    answer.status().as_u16()
}

async fn ticket_from(server: &Server, client: &str) -> String {
    let headers = [("X-Forwarded-For", client)];
    let answer = server.ask(json!({"mode": "interactive"}), &headers).await;
    let ticket: Value = answer.json().await.expect("JSON");
    ticket["ticket"].as_str().expect("a ticket").to_owned()
}

async fn open_from(server: &Server, client: &str) -> Terminal {
    let ticket = ticket_from(server, client).await;
    let mut terminal = Terminal::connect(server.address, &ticket).await;
    terminal.attach(80, 24, None).await;
    terminal
}

#[tokio::test]
async fn sessions_are_limited_for_each_client_and_in_total() {
    let server = limited(Limits {
        max_sessions: 3,
        max_sessions_per_client: 2,
        ..Limits::default()
    })
    .await;
    let _attached = [
        open_from(&server, "192.0.2.1").await,
        open_from(&server, "192.0.2.1").await,
    ];
    assert_eq!(status(&server, "192.0.2.1").await, 429);
    // What the client itself writes into the header does not help.
    assert_eq!(status(&server, "198.51.100.1, 192.0.2.1").await, 429);
    // A ticket keeps a place for its session.
    assert_eq!(status(&server, "192.0.2.2").await, 201);
    assert_eq!(status(&server, "192.0.2.3").await, 429);
    let metrics = server.metrics().await;
    let count = |reason: &str| {
        metrics[&format!("observatory_terminal_rejections_total{{rejection=\"{reason}\"}}")]
    };
    assert_eq!((count("client_cap"), count("server_cap")), (2.0, 1.0));
    server.stop().await;
}

#[tokio::test]
async fn new_session_takes_the_place_of_the_one_that_was_left_first() {
    let server = limited(Limits {
        max_sessions_per_client: 2,
        ..Limits::default()
    })
    .await;
    let client = "192.0.2.1";
    let first = open_from(&server, client).await.vanish().0;
    server.await_metric(ATTACHMENTS, 0.0).await;
    let second = open_from(&server, client).await.vanish().0;
    server.await_metric(ATTACHMENTS, 0.0).await;
    let mut third = open_from(&server, client).await;
    let answer = server.ask(json!({"reconnectToken": first}), &[]).await;
    assert_eq!(answer.status().as_u16(), 410);
    server
        .await_metric("observatory_terminal_sessions", 2.0)
        .await;
    let mut second = server.reopen(&second, None).await;
    second.await_text("ready").await;
    // A session that is used is not ended.
    assert_eq!(status(&server, client).await, 429);
    third.await_text("ready").await;
    server.stop().await;
}

#[tokio::test]
async fn unused_ticket_gives_its_place_to_the_next_one() {
    let server = limited(Limits {
        max_sessions_per_client: 2,
        ..Limits::default()
    })
    .await;
    let client = "192.0.2.1";
    let first = ticket_from(&server, client).await;
    for _ in 0..4 {
        assert_eq!(status(&server, client).await, 201);
    }
    let protocols = format!("odd-terminal.v1, odd-ticket.{first}");
    let refused = open(server.address, handshake(server.address, &protocols)).await;
    assert_eq!(refused.err(), Some(401));
    server.stop().await;
}

#[tokio::test]
async fn place_of_a_session_is_free_after_its_end() {
    let server = limited(Limits {
        max_sessions: 1,
        detached: Duration::from_millis(200),
        ..Limits::default()
    })
    .await;
    let mut terminal = server.open().await;
    terminal.await_text("ready").await;
    let answer: Value = server.get("/status").await.json().await.expect("JSON");
    assert_eq!(
        answer,
        json!({"interactive": true, "sessions": 1, "maxSessions": 1})
    );
    assert_eq!(status(&server, "192.0.2.1").await, 429);
    terminal.vanish();
    server
        .await_metric("observatory_terminal_sessions", 0.0)
        .await;
    assert_eq!(status(&server, "192.0.2.1").await, 201);
    server.stop().await;
}

#[tokio::test]
async fn idle_connection_is_closed_and_its_session_kept() {
    let server = limited(Limits {
        idle: Duration::from_secs(1),
        ..Limits::default()
    })
    .await;
    let mut terminal = server.open().await;
    assert_eq!(terminal.await_end().await, Ended::Closed(4408));
    let mut again = server.reopen(&terminal.token.clone(), None).await;
    again.await_text("ready").await;
    assert_eq!(again.session, terminal.session);
    server.stop().await;
}

#[tokio::test]
async fn client_that_does_not_answer_pings_is_disconnected() {
    let server = limited(Limits {
        ping: Duration::from_millis(500),
        ..Limits::default()
    })
    .await;
    let mut terminal = server.open().await;
    server.await_metric(ATTACHMENTS, 1.0).await;
    // The client does not read, so that it does not answer.
    server.await_metric(ATTACHMENTS, 0.0).await;
    // It should connect again: it may only have been without network.
    assert_eq!(terminal.await_end().await, Ended::Lost);
    server.stop().await;
}

#[tokio::test]
async fn client_gets_heartbeats() {
    let server = limited(Limits {
        ping: Duration::from_millis(20),
        ..Limits::default()
    })
    .await;
    let mut terminal = server.open().await;
    let is_heartbeat =
        |message: &TerminalServerMessage| *message == TerminalServerMessage::Heartbeat;
    terminal.await_message(is_heartbeat).await;
    server.stop().await;
}

#[tokio::test]
async fn client_that_does_not_attach_is_disconnected() {
    let server = limited(Limits {
        attach: Duration::from_millis(50),
        ..Limits::default()
    })
    .await;
    let ticket = server.ticket(json!({"mode": "interactive"})).await;
    let mut terminal = Terminal::connect(server.address, &ticket).await;
    assert_eq!(terminal.await_end().await, Ended::Closed(4400));
    server.stop().await;
}

#[tokio::test]
async fn program_that_cannot_be_started_is_not_the_fault_of_the_client() {
    let missing = Program::new(|_| {
        Ok(ProgramCommand {
            program: "/missing/program".into(),
            arguments: Vec::new(),
            environment: Vec::new(),
            directory: "/".into(),
        })
    });
    let server = Server::start(config(missing)).await;
    let ticket = server.ticket(json!({"mode": "interactive"})).await;
    let mut terminal = Terminal::connect(server.address, &ticket).await;
    terminal
        .send(json!({"type": "attach", "columns": 80, "rows": 24, "received": null}))
        .await;
    assert_eq!(terminal.await_end().await, Ended::Closed(1011));
    let name = "observatory_terminal_rejections_total{rejection=\"start\"}";
    server.await_metric(name, 1.0).await;
    server.stop().await;
}

#[tokio::test]
async fn flood_of_messages_ends_the_connection() {
    let server = Server::of(ECHO).await;
    let mut terminal = server.open().await;
    terminal.await_text("ready").await;
    let message = Message::text(json!({"type": "acknowledge", "received": 0}).to_string());
    for _ in 0..2_000 {
        // The server may have closed the connection already.
        if terminal.socket.send(message.clone()).await.is_err() {
            break;
        }
    }
    let ended = terminal.await_end().await;
    assert_eq!(ended, Ended::Closed(4429));
    server.stop().await;
}

#[tokio::test]
async fn input_that_the_program_does_not_read_is_dropped_with_a_notice() {
    let server = Server::of("stty raw -echo; printf ready; exec sleep 1000").await;
    let mut terminal = server.open().await;
    terminal.await_text("ready").await;
    for _ in 0..12 {
        terminal.type_text(&"x".repeat(60 * 1024)).await;
    }
    let is_refused = |message: &TerminalServerMessage| {
        matches!(
            message,
            TerminalServerMessage::Notice {
                code: TerminalNotice::RateLimit,
                ..
            }
        )
    };
    terminal.await_message(is_refused).await;
    server.stop().await;
}

#[tokio::test]
async fn reconnect_token_is_rotated() {
    let server = limited(Limits {
        rotation: Duration::from_millis(20),
        ..Limits::default()
    })
    .await;
    let mut terminal = server.open().await;
    let first = terminal.token.clone();
    let is_new = |message: &TerminalServerMessage| {
        matches!(message, TerminalServerMessage::ReconnectToken { .. })
    };
    terminal.await_message(is_new).await;
    assert_ne!(terminal.token, first);
    server.stop().await;
}
