use std::process::Command;

use crate::process;

/// A network namespace with a loopback interface, not connected to any other. It is removed with this value.
pub(super) struct Namespace(String);

/// What makes the namespace usable. Docker refuses to start without a default route; nothing is at its other end.
const SETUP: [&str; 6] = [
    "link set lo up",
    "link add up0 type veth peer name up1",
    "link set up0 up",
    "link set up1 up",
    "addr add 10.91.0.1/24 dev up0",
    "route add default via 10.91.0.254 dev up0",
];

impl Namespace {
    /// # Errors
    /// If this process is not root, or a command fails.
    pub(super) fn create() -> anyhow::Result<Self> {
        let name = format!("odd-docker-{}", std::process::id());
        ip(&format!("netns add {name}"))?;
        let namespace = Self(name);
        for arguments in SETUP {
            ip(&format!("-n {} {arguments}", namespace.0))?;
        }
        Ok(namespace)
    }

    /// Returns the option of `nsenter` that enters it.
    pub(super) fn option(&self) -> String {
        format!("--net=/run/netns/{}", self.0)
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        let _ = ip(&format!("netns del {}", self.0));
    }
}

fn ip(arguments: &str) -> anyhow::Result<()> {
    process::run(Command::new("ip").args(arguments.split(' ')))
}
