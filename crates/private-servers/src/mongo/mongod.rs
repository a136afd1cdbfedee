use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use bson::doc;

use super::access::USER;
use super::message::run_command;
use crate::certificate::TlsListener;
use crate::port::Port;
use crate::process::{self, Account};

/// Errors of `createUser` if the user exists: 51003, or 13 (unauthorized) because the server has users. See
/// <https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml>.
const USER_EXISTS: [i32; 2] = [51003, 13];

/// Returns the command of the server. With TLS it accepts encrypted and plain connections on the same port.
pub(super) fn command(
    program: &Path,
    data: &Path,
    port: &Port,
    tls: Option<&TlsListener>,
) -> Command {
    let mut command = process::command(program, Account::CURRENT);
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

/// Returns `true` if the server answers and the user exists. Until a user exists, the server allows local clients to
/// create the first one: <https://www.mongodb.com/docs/manual/core/localhost-exception/>.
pub(super) fn is_ready(address: SocketAddr, password: &str) -> bool {
    let hello = run_command(address, doc! { "hello": 1 });
    if !hello.is_ok_and(|answer| answer.is_ok()) {
        return false;
    }
    let create_user = doc! { "createUser": USER, "pwd": password, "roles": ["root"] };
    run_command(address, create_user).is_ok_and(|answer| {
        let code = answer.error_code();
        answer.is_ok() || code.is_some_and(|code| USER_EXISTS.contains(&code))
    })
}
