//! The Erlang port mapper: without it a node does not start.

use crate::place::Room;
use crate::process::Process;
use crate::wait::{connect, poll};
use crate::{Error, Kind, programs};

use super::EPMD_LIMIT;
use super::node::Node;

/// Starts it and waits until it listens.
pub(super) fn start(node: &Node, room: &Room) -> Result<Process, Error> {
    let log = room.path().join("epmd.log");
    let mut process = Process::start(node.port_mapper(programs::epmd()?), &log)?;
    let outcome = poll(EPMD_LIMIT, || match process.ended() {
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
            limit: EPMD_LIMIT,
            log: "epmd does not listen".into(),
        })
    })?;
    Ok(process)
}
