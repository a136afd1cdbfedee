use std::path::PathBuf;
use std::process::Command;

use super::paths;
use crate::port::Port;
use crate::process::{Account, command};
use crate::server_dir::ServerDir;

/// Each node has a private port mapper, so all of them may use the same name.
const NAME: &str = "observatory@localhost";

/// Two schedulers that sleep when idle instead of busy-waiting, and that are not bound to a CPU, because several nodes may
/// run on the machine.
const RUNTIME: &str = "+S 2:2 +SDcpu 2:2 +SDio 4 +stbt u +sbwt none +sbwtdcpu none +sbwtdio none";

/// Restricts the distribution protocol to this machine.
const LOOPBACK: &str = "-kernel inet_dist_use_interface {127,0,0,1}";

/// The programs and ports of a node.
#[derive(Debug)]
pub(super) struct Node {
    /// The folder with `rabbitmq-server` and `rabbitmqctl`.
    pub(super) programs: PathBuf,
    pub(super) port: Port,
    /// The port that `rabbitmqctl` connects to.
    pub(super) distribution_port: Port,
    pub(super) epmd_port: Port,
}

impl Node {
    /// Returns the command of the node. With `detached`, the script executes the virtual machine instead of waiting for it,
    /// so the process id is that of the node.
    pub(super) fn server(&self, dir: &ServerDir) -> Command {
        let mut command = self.command("rabbitmq-server", dir);
        command
            .env("detached", "true")
            .env("RABBITMQ_CONFIG_FILE", paths::configuration(dir))
            .env("RABBITMQ_ENABLED_PLUGINS_FILE", paths::plugins(dir))
            .env("RABBITMQ_MNESIA_BASE", dir.data())
            .env("RABBITMQ_LOG_BASE", dir.path().join("log"))
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

    /// Returns the command `rabbitmqctl` without arguments.
    pub(super) fn control(&self, dir: &ServerDir) -> Command {
        let mut command = self.command("rabbitmqctl", dir);
        command.env("RABBITMQ_CTL_ERL_ARGS", LOOPBACK);
        command
    }

    /// Returns the command that runs `epmd` in the foreground.
    pub(super) fn port_mapper(&self, program: PathBuf) -> Command {
        let mut command = command(program, Account::CURRENT);
        command.args(["-address", "127.0.0.1", "-port"]);
        command.arg(self.epmd_port.number().to_string());
        command
    }

    /// Removes all settings of other nodes from the environment, and adds those of this node.
    fn command(&self, program: &str, dir: &ServerDir) -> Command {
        let mut command = command(self.programs.join(program), Account::CURRENT);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("RABBITMQ_") || text.starts_with("ERL_") {
                command.env_remove(&name);
            }
        }
        command
            .current_dir(paths::home(dir))
            .env("HOME", paths::home(dir))
            .env("RABBITMQ_CONF_ENV_FILE", dir.path().join("no-such-file"))
            .env("RABBITMQ_NODENAME", NAME)
            .env("ERL_EPMD_ADDRESS", "127.0.0.1")
            .env("ERL_EPMD_PORT", self.epmd_port.number().to_string())
            // Without this, Erlang starts a port mapper that never ends.
            .env("ERL_AFLAGS", "-start_epmd false");
        command
    }
}
