use std::path::PathBuf;
use std::process::Command;

use super::files;
use crate::place::Room;
use crate::port::Port;
use crate::process::{Account, command};

/// Its port mapper is private, so every node may have the same name.
const NAME: &str = "observatory@localhost";

/// Two schedulers that sleep when there is nothing to do instead of looking for work, bound to no processor: more than
/// one node may run on the machine.
const RUNTIME: &str = "+S 2:2 +SDcpu 2:2 +SDio 4 +stbt u +sbwt none +sbwtdcpu none +sbwtdio none";

/// The distribution protocol stays on this machine.
const LOOPBACK: &str = "-kernel inet_dist_use_interface {127,0,0,1}";

/// Where the node's programs are and where it listens.
#[derive(Debug)]
pub(super) struct Node {
    /// The folder with `rabbitmq-server` and `rabbitmqctl`.
    pub(super) programs: PathBuf,
    pub(super) port: Port,
    /// For `rabbitmqctl`.
    pub(super) distribution_port: Port,
    pub(super) epmd_port: Port,
}

impl Node {
    /// Starts the node as the very process that is started: with `detached`, the script becomes the virtual machine
    /// instead of waiting for it.
    pub(super) fn server(&self, room: &Room) -> Command {
        let mut command = self.command("rabbitmq-server", room);
        command
            .env("detached", "true")
            .env("RABBITMQ_CONFIG_FILE", files::configuration(room))
            .env("RABBITMQ_ENABLED_PLUGINS_FILE", files::plugins(room))
            .env("RABBITMQ_MNESIA_BASE", room.data())
            .env("RABBITMQ_LOG_BASE", room.path().join("log"))
            .env("RABBITMQ_NODE_PORT", self.port.number().to_string())
            .env(
                "RABBITMQ_DIST_PORT",
                self.distribution_port.number().to_string(),
            )
            .env(
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
                format!("{RUNTIME} {LOOPBACK}"),
            );
        command
    }

    /// `rabbitmqctl`, still without its arguments.
    pub(super) fn control(&self, room: &Room) -> Command {
        let mut command = self.command("rabbitmqctl", room);
        command.env("RABBITMQ_CTL_ERL_ARGS", LOOPBACK);
        command
    }

    /// `epmd` in the foreground.
    pub(super) fn port_mapper(&self, program: PathBuf) -> Command {
        let mut command = command(program, Account::OURS);
        command.args(["-address", "127.0.0.1", "-port"]);
        command.arg(self.epmd_port.number().to_string());
        command
    }

    /// With an environment that only names this node, whatever the caller's environment says of others.
    fn command(&self, program: &str, room: &Room) -> Command {
        let mut command = command(self.programs.join(program), Account::OURS);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("RABBITMQ_") || text.starts_with("ERL_") {
                command.env_remove(&name);
            }
        }
        command
            .current_dir(files::home(room))
            .env("HOME", files::home(room))
            .env("RABBITMQ_CONF_ENV_FILE", room.path().join("no-such-file"))
            .env("RABBITMQ_NODENAME", NAME)
            .env("ERL_EPMD_ADDRESS", "127.0.0.1")
            .env("ERL_EPMD_PORT", self.epmd_port.number().to_string())
            // Else Erlang starts a port mapper that outlives everything.
            .env("ERL_AFLAGS", "-start_epmd false");
        command
    }
}
