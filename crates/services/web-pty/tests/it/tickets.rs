use std::sync::Arc;
use std::time::Duration;

use odd_service_kit::{HttpConfig, Tokens};
use odd_web_pty::{Config, Limits};
use serde_json::{Value, json};

use crate::client::{Ended, Terminal, handshake, open};
use crate::harness::{ECHO, Server, config, script};

/// Shows the token of the caller, which is in the environment of the program.
const SHOW_TOKEN: &str = "printf '%s %s' $MODE $TOKEN; cat";

/// A token file with tokens `viewer` and `operator`, whose secrets are their names, and a server that requires them.
async fn with_tokens(change: impl FnOnce(&mut Config)) -> Server {
    let hashes = [
        (
            "viewer",
            "read",
            "d35ca5051b82ffc326a3b0b6574a9a3161dee16b9478a199ee39cd803ce5b799",
        ),
        (
            "operator",
            "operate",
            "06e55b633481f7bb072957eabcf110c972e86691c3cfedabe088024bffe42f23",
        ),
    ];
    let file = hashes.map(|(name, role, hash)| {
        format!("[[token]]\nname = \"{name}\"\nrole = \"{role}\"\nsha256 = \"{hash}\"\n")
    });
    let tokens = Tokens::parse(&file.concat()).expect("valid");
    let mut config = config(script(SHOW_TOKEN));
    config.http = HttpConfig {
        tokens: Some(Arc::new(tokens)),
        ..config.http
    };
    change(&mut config);
    Server::start(config).await
}

const VIEWER: (&str, &str) = ("Authorization", "Bearer viewer");
const OPERATOR: (&str, &str) = ("Authorization", "Bearer operator");

async fn ticket(server: &Server, body: Value, token: (&str, &str)) -> Result<String, u16> {
    let response = server.ask(body, &[token]).await;
    let status = response.status().as_u16();
    let answer: Value = response.json().await.expect("JSON");
    match answer["ticket"].as_str() {
        Some(ticket) => Ok(ticket.to_owned()),
        None => Err(status),
    }
}

#[tokio::test]
async fn program_uses_the_token_of_the_caller() {
    let server = with_tokens(|_| {}).await;
    let ticket = ticket(&server, json!({"mode": "read-only"}), VIEWER).await;
    let mut terminal = Terminal::connect(server.address, &ticket.expect("a ticket")).await;
    terminal.attach(80, 24, None).await;
    terminal.await_text("read-only viewer").await;
    server.stop().await;
}

#[tokio::test]
async fn only_an_operator_opens_an_interactive_session_and_only_where_that_is_allowed() {
    let interactive = json!({"mode": "interactive"});
    let server = with_tokens(|_| {}).await;
    assert_eq!(ticket(&server, interactive.clone(), VIEWER).await, Err(403));
    assert!(ticket(&server, interactive.clone(), OPERATOR).await.is_ok());
    let unknown = ("Authorization", "Bearer guess");
    assert_eq!(
        ticket(&server, interactive.clone(), unknown).await,
        Err(401)
    );
    let closed = with_tokens(|config| config.interactive = false).await;
    assert_eq!(ticket(&closed, interactive, OPERATOR).await, Err(403));
    for server in [server, closed] {
        server.stop().await;
    }
}

#[tokio::test]
async fn ticket_opens_one_connection() {
    let server = Server::of(ECHO).await;
    let ticket = server.ticket(json!({"mode": "interactive"})).await;
    let protocols = format!("odd-terminal.v1, odd-ticket.{ticket}");
    let _first = open(server.address, handshake(server.address, &protocols)).await;
    let second = open(server.address, handshake(server.address, &protocols)).await;
    assert_eq!(second.err(), Some(401));
    for protocols in ["", "odd-terminal.v1", "odd-terminal.v1, odd-ticket.guess"] {
        let refused = open(server.address, handshake(server.address, protocols)).await;
        assert_eq!(refused.err(), Some(401), "{protocols}");
    }
    let name = "observatory_terminal_rejections_total{rejection=\"ticket\"}";
    server.await_metric(name, 4.0).await;
    server.stop().await;
}

#[tokio::test]
async fn ticket_expires() {
    let server = Server::start(Config {
        limits: Limits {
            ticket: Duration::ZERO,
            ..Limits::default()
        },
        ..config(script(ECHO))
    })
    .await;
    let ticket = server.ticket(json!({"mode": "interactive"})).await;
    let protocols = format!("odd-terminal.v1, odd-ticket.{ticket}");
    let refused = open(server.address, handshake(server.address, &protocols)).await;
    assert_eq!(refused.err(), Some(401));
    server.stop().await;
}

#[tokio::test]
async fn reconnect_token_attaches_once() {
    let server = Server::of(ECHO).await;
    let mut terminal = server.open().await;
    terminal.await_text("ready").await;
    let (used, _) = terminal.vanish();
    let mut again = server.reopen(&used, None).await;
    again.await_text("ready").await;
    assert_ne!(again.token, used);
    // The new token was confirmed before this echo.
    again.type_text("x").await;
    again.await_text("readyx").await;
    let answer = server.ask(json!({"reconnectToken": used}), &[]).await;
    assert_eq!(answer.status().as_u16(), 410);
    let problem: Value = answer.json().await.expect("JSON");
    assert_eq!(problem["code"], "gone");
    server.stop().await;
}

#[tokio::test]
async fn token_is_valid_until_the_next_one_is_confirmed() {
    let server = Server::of(ECHO).await;
    let mut terminal = server.open().await;
    terminal.await_text("ready").await;
    let token = terminal.vanish().0;
    let ticket = server.ticket(json!({"reconnectToken": token})).await;
    let mut frozen = Terminal::connect(server.address, &ticket).await;
    // It answers pings, as browsers do for a page that has not stored the token.
    frozen.confirms = false;
    frozen.attach(80, 24, None).await;
    frozen.await_text("ready").await;
    frozen.type_text("x").await;
    frozen.await_text("readyx").await;
    drop(frozen);
    let mut again = server.reopen(&token, None).await;
    again.await_text("readyx").await;
    server.stop().await;
}

#[tokio::test]
async fn two_tickets_of_one_reconnect_token_attach_once() {
    let server = Server::of(ECHO).await;
    let mut terminal = server.open().await;
    terminal.await_text("ready").await;
    let (token, _) = terminal.vanish();
    let body = json!({"reconnectToken": token});
    let (first, second) = (server.ticket(body.clone()).await, server.ticket(body).await);
    let mut attached = Terminal::connect(server.address, &first).await;
    attached.attach(80, 24, None).await;
    attached.type_text("x").await;
    attached.await_text("readyx").await;
    let mut late = Terminal::connect(server.address, &second).await;
    late.send(json!({"type": "attach", "columns": 80, "rows": 24, "received": null}))
        .await;
    assert_eq!(late.await_end().await, Ended::Closed(4410));
    attached.type_text("y").await;
    attached.await_text("readyxy").await;
    server.stop().await;
}

#[tokio::test]
async fn reconnect_token_belongs_to_one_caller() {
    let server = with_tokens(|_| {}).await;
    let first = ticket(&server, json!({"mode": "read-only"}), VIEWER).await;
    let mut terminal = Terminal::connect(server.address, &first.expect("a ticket")).await;
    terminal.attach(80, 24, None).await;
    let body = json!({"reconnectToken": terminal.token});
    assert_eq!(ticket(&server, body.clone(), OPERATOR).await, Err(410));
    assert!(ticket(&server, body, VIEWER).await.is_ok());
    server.stop().await;
}

#[tokio::test]
async fn connection_without_an_origin_needs_the_token_of_its_ticket() {
    let server = with_tokens(|_| {}).await;
    for (secret, expected) in [
        (None, Some(401)),
        (Some("Bearer operator"), Some(401)),
        (Some("Bearer viewer"), None),
    ] {
        let ticket = ticket(&server, json!({"mode": "read-only"}), VIEWER).await;
        let ticket = ticket.expect("a ticket");
        let protocols = format!("odd-terminal.v1, odd-ticket.{ticket}");
        let mut request = handshake(server.address, &protocols);
        request.headers_mut().remove("Origin");
        if let Some(secret) = secret {
            let secret = secret.parse().expect("legal");
            request.headers_mut().insert("Authorization", secret);
        }
        let opened = open(server.address, request).await;
        assert_eq!(opened.err(), expected, "{secret:?}");
    }
    server.stop().await;
}
