use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use bson::doc;

use super::access::USER;
use super::message::run_command;
use crate::certificate::TlsListener;
use crate::port::Port;
use crate::process::{self, Account};

/// Returns the command of the server. It creates the user at its first start; telemetry and the metrics port are off.
pub(super) fn command(program: &Path, data: &Path, port: &Port, password: &str) -> Command {
    let mut command = process::command(program, Account::CURRENT);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("FERRETDB_") {
            command.env_remove(&name);
        }
    }
    command
        .args(["--handler=sqlite", "--telemetry=disable"])
        .args(["--debug-addr=-", "--log-level=warn"])
        .arg(format!("--listen-addr={}", port.address()))
        .arg(format!("--state-dir={}", data.display()))
        .arg(format!("--sqlite-url=file:{}/", data.display()))
        // Without this experimental flag, every client has every permission.
        .args(["--test-enable-new-auth", "--setup-database=admin"])
        .arg(format!("--setup-username={USER}"))
        .env("FERRETDB_SETUP_PASSWORD", password)
        .env("DO_NOT_TRACK", "true");
    command
}

/// Adds the options for TLS, which needs a second port.
pub(super) fn add_tls(command: &mut Command, tls: Option<&TlsListener>) {
    if let Some(TlsListener { port, files }) = tls {
        command
            .arg(format!("--listen-tls={}", port.address()))
            .arg("--listen-tls-cert-file")
            .arg(&files.certificate)
            .arg("--listen-tls-key-file")
            .arg(&files.key);
    }
}

/// Returns `true` if the server answers. It starts to listen after it has created the user.
pub(super) fn is_ready(address: SocketAddr) -> bool {
    run_command(address, doc! { "hello": 1 }).is_ok_and(|answer| answer.is_ok())
}
