//! Sessions for tests.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use odd_contracts::{TerminalMode, TerminalRestored, TerminalServerMessage, TerminalSize};
use odd_service_kit::SecretHash;

use super::attachment::Outgoing;
use super::shared::{Attached, Session};
use super::start::NewSession;
use super::state::Attach;
use super::task::SessionTask;
use crate::ProgramCommand;
use crate::config::Limits;
use crate::metrics::TerminalMetrics;

/// A session that was asked for.
pub(crate) fn new_session() -> NewSession {
    NewSession {
        caller: "anonymous".into(),
        client: IpAddr::V4(Ipv4Addr::LOCALHOST),
        mode: TerminalMode::Interactive,
        command: ProgramCommand {
            program: "/bin/sh".into(),
            arguments: ["-c", "read line"].map(Into::into).into(),
            environment: Vec::new(),
            directory: "/".into(),
        },
    }
}

/// A session whose program waits for a line.
pub(crate) fn started() -> (Arc<Session>, SessionTask) {
    let size = TerminalSize::clamped(80, 24);
    let metrics = TerminalMetrics::default();
    Session::start(&new_session(), size, Limits::default(), metrics).expect("started")
}

/// Attaches a connection. Returns what its client gets first, and the next reconnect token.
pub(crate) fn attach(
    session: &Arc<Session>,
    token: Option<&str>,
    received: Option<u64>,
) -> (Attached, TerminalRestored, String) {
    let attach = Attach {
        token: token.map(SecretHash::of),
        columns: 80,
        rows: 24,
        received,
    };
    let attached = session.attach(attach).expect("permitted");
    let first = attached.next(true);
    let Some(Outgoing::Message(TerminalServerMessage::Attached {
        restored,
        reconnect_token,
        ..
    })) = first
    else {
        panic!("{first:?} is the first message");
    };
    (attached, restored, reconnect_token)
}
