//! The Erlang port mapper, which a node needs to start.

use std::time::Duration;

use crate::process::Process;
use crate::server_dir::ServerDir;
use crate::wait::{connect, poll};
use crate::{Error, Kind, programs};

use super::node::Node;

/// The longest time until the port mapper listens.
const READY_LIMIT: Duration = Duration::from_secs(30);

/// Starts the port mapper and waits until it listens.
pub(super) fn start(node: &Node, dir: &ServerDir) -> Result<Process, Error> {
    let log = dir.path().join("epmd.log");
    let mut process = Process::start(node.port_mapper(programs::epmd()?), &log)?;
    let outcome = poll(READY_LIMIT, || match process.ended() {
        Some(status) => Some(Err(Error::Ended {
            kind: Kind::RabbitMq,
            status,
            log: std::fs::read_to_string(&log).unwrap_or_default(),
        })),
        None => connect(node.epmd_port.address()).is_ok().then_some(Ok(())),
    });
    outcome.unwrap_or_else(|| {
        Err(Error::NotReady {
            kind: Kind::RabbitMq,
            limit: READY_LIMIT,
            log: "epmd does not listen".into(),
        })
    })?;
    Ok(process)
}
