//! The files of a node in its folder.

use std::path::PathBuf;

use crate::server_dir::ServerDir;

/// Returns the path of the configuration.
pub(super) fn configuration(dir: &ServerDir) -> PathBuf {
    dir.path().join("rabbitmq.conf")
}

/// Returns the path of the list of enabled plugins.
pub(super) fn plugins(dir: &ServerDir) -> PathBuf {
    dir.path().join("enabled_plugins")
}

/// Returns the home folder of the node's processes, where Erlang reads the cookie, the password between nodes.
pub(super) fn home(dir: &ServerDir) -> PathBuf {
    dir.path().join("home")
}
