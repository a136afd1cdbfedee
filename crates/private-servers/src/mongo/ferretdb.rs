use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use super::message::{Value, ask};
use super::{Secured, USER};
use crate::port::Port;
use crate::process::{self, Account};

/// It makes the user at its first start. Telemetry is off, and so is the port with its metrics.
pub(super) fn command(program: &Path, data: &Path, port: &Port, password: &str) -> Command {
    let mut command = process::command(program, Account::OURS);
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
        // Without this experiment, anybody may do everything.
        .args(["--test-enable-new-auth", "--setup-database=admin"])
        .arg(format!("--setup-username={USER}"))
        .env("FERRETDB_SETUP_PASSWORD", password)
        .env("DO_NOT_TRACK", "true");
    command
}

/// It listens for TLS at a port of its own.
pub(super) fn secure(command: &mut Command, tls: Option<&Secured>) {
    if let Some(Secured { port, files }) = tls {
        command
            .arg(format!("--listen-tls={}", port.address()))
            .arg("--listen-tls-cert-file")
            .arg(&files.certificate)
            .arg("--listen-tls-key-file")
            .arg(&files.key);
    }
}

/// It listens once the user is there.
pub(super) fn is_ready(address: SocketAddr) -> bool {
    ask(address, &[("hello", Value::Number(1))]).is_ok_and(|answer| answer.is_ok())
}
