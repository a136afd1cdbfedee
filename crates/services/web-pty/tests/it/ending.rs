use std::time::Duration;

use odd_contracts::TerminalServerMessage;
use odd_web_pty::{Config, Limits};
use serde_json::json;

use crate::client::{Ended, Terminal};
use crate::harness::{Server, await_death, config, is_alive, script};

/// Shows its process id, and runs forever.
const PID: &str = "printf 'pid %s.' $$; cat >/dev/null; cat";

/// Like [`PID`], but it ignores polite requests to end.
const STUBBORN: &str = "trap '' HUP TERM; printf 'pid %s.' $$; while :; do sleep 1000; done";

async fn pid(terminal: &mut Terminal) -> String {
    terminal.await_text(".").await;
    let screen = terminal.screen();
    let pid = screen
        .trim()
        .strip_prefix("pid ")
        .and_then(|text| text.strip_suffix('.'));
    let pid = pid
        .unwrap_or_else(|| panic!("no process id in {screen:?}"))
        .to_owned();
    assert!(is_alive(&pid));
    pid
}

#[tokio::test]
async fn end_of_the_program_is_reported_with_its_last_output() {
    for (text, code) in [
        ("printf bye; exit 0", 0),
        ("printf bye; exit 7", 7),
        ("printf bye; kill -9 $$", 137),
    ] {
        let server = Server::of(text).await;
        let mut terminal = server.open().await;
        assert_eq!(terminal.await_end().await, Ended::Closed(4410), "{text}");
        assert_eq!(terminal.screen(), "bye");
        let last = terminal.messages.last();
        assert_eq!(
            last,
            Some(&TerminalServerMessage::Exited { exit_code: code })
        );
        let answer = server
            .ask(json!({"reconnectToken": terminal.token}), &[])
            .await;
        assert_eq!(answer.status().as_u16(), 410);
        server.stop().await;
    }
}

#[tokio::test]
async fn abandoned_session_ends_with_its_program() {
    let server = Server::start(Config {
        limits: Limits {
            detached: Duration::from_millis(50),
            ..Limits::default()
        },
        ..config(script(PID))
    })
    .await;
    let mut terminal = server.open().await;
    let pid = pid(&mut terminal).await;
    terminal.vanish();
    await_death(&pid).await;
    server.stop().await;
}

#[tokio::test]
async fn session_without_a_confirmed_token_ends_soon() {
    let server = Server::start(Config {
        limits: Limits {
            ticket: Duration::from_millis(500),
            ..Limits::default()
        },
        ..config(script(PID))
    })
    .await;
    let ticket = server.ticket(json!({"mode": "interactive"})).await;
    let mut terminal = Terminal::connect(server.address, &ticket).await;
    terminal
        .send(json!({"type": "attach", "columns": 80, "rows": 24, "received": null}))
        .await;
    let name = "observatory_terminal_sessions";
    server.await_metric(name, 1.0).await;
    // The client has read nothing, and so has no token.
    terminal.vanish();
    server.await_metric(name, 0.0).await;
    server.stop().await;
}

#[tokio::test]
async fn server_stops_with_close_code_1012_and_leaves_no_process() {
    for program in [PID, STUBBORN] {
        let server = Server::start(Config {
            limits: Limits {
                grace: Duration::from_millis(50),
                ..Limits::default()
            },
            ..config(script(program))
        })
        .await;
        let (mut attached, mut detached) = (server.open().await, server.open().await);
        let pids = [pid(&mut attached).await, pid(&mut detached).await];
        detached.vanish();
        let (ended, ()) = tokio::join!(attached.await_end(), server.stop());
        assert_eq!(ended, Ended::Closed(1012));
        assert!(!pids.iter().any(|pid| is_alive(pid)), "{program}");
    }
}

#[tokio::test]
async fn no_process_is_left_when_the_server_is_dropped() {
    let server = Server::of(STUBBORN).await;
    let mut terminal = server.open().await;
    let pid = pid(&mut terminal).await;
    server.abort();
    await_death(&pid).await;
}

#[tokio::test]
async fn hundred_abrupt_disconnects_leave_no_process() {
    let server = Server::start(Config {
        limits: Limits {
            max_sessions: 100,
            max_sessions_per_client: 100,
            detached: Duration::from_millis(200),
            ..Limits::default()
        },
        ..config(script(PID))
    })
    .await;
    let mut pids = Vec::new();
    for round in 0..100 {
        let ticket = server.ticket(json!({"mode": "interactive"})).await;
        let mut terminal = Terminal::connect(server.address, &ticket).await;
        // Some go away before the program has started, or while it does.
        match round % 4 {
            0 => continue,
            1 => {
                terminal
                    .send(json!({"type": "attach", "columns": 80, "rows": 24, "received": null}))
                    .await;
                continue;
            }
            _ => terminal.attach(80, 24, None).await,
        }
        pids.push(pid(&mut terminal).await);
    }
    for pid in &pids {
        await_death(pid).await;
    }
    server
        .await_metric("observatory_terminal_sessions", 0.0)
        .await;
    let metrics = server.metrics().await;
    let ends = metrics
        .iter()
        .filter(|(name, _)| name.starts_with("observatory_terminal_exits"));
    let ended: f64 = ends.map(|(_, count)| count).sum();
    assert!(ended >= pids.len() as f64, "{metrics:#?}");
    server.stop().await;
}
