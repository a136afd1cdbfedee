use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use super::message::{Value, ask};
use super::{Secured, USER};
use crate::port::Port;
use crate::process::{self, Account};

/// The user is there already: 51003; there are users, so strangers may make no more: 13. See
/// <https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml>.
const THERE_ALREADY: [i32; 2] = [51003, 13];

/// With TLS it takes connections of both kinds at its one port.
pub(super) fn command(program: &Path, data: &Path, port: &Port, tls: Option<&Secured>) -> Command {
    let mut command = process::command(program, Account::OURS);
    command
        .args(["--auth", "--bind_ip", "127.0.0.1", "--nounixsocket"])
        .args(["--port", &port.number().to_string()])
        .args(["--wiredTigerCacheSizeGB", "0.25", "--quiet"])
        .arg("--dbpath")
        .arg(data);
    if let Some(tls) = tls {
        command
            .args(["--tlsMode", "preferTLS", "--tlsCertificateKeyFile"])
            .arg(&tls.files.both);
    }
    command
}

/// Whether it answers and has the user. As long as there is no user at all, it lets anyone on this machine make the
/// first: <https://www.mongodb.com/docs/manual/core/localhost-exception/>.
pub(super) fn is_ready(address: SocketAddr, password: &str) -> bool {
    let hello = ask(address, &[("hello", Value::Number(1))]);
    if !hello.is_ok_and(|answer| answer.is_ok()) {
        return false;
    }
    let make_user = [
        ("createUser", Value::Text(USER)),
        ("pwd", Value::Text(password)),
        ("roles", Value::Texts(&["root"])),
    ];
    ask(address, &make_user).is_ok_and(|answer| {
        let code = answer.error_code();
        answer.is_ok() || code.is_some_and(|code| THERE_ALREADY.contains(&code))
    })
}
