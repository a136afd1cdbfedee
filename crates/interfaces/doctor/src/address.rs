use std::io;
use std::net::{SocketAddr, TcpListener};

use crate::address_holder::{AddressHolder, find_holder};
use crate::{Finding, Fix, LockState};

/// An address that a role will listen on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListenAddress {
    /// The role, such as `gateway`.
    pub role: String,
    /// The address.
    pub address: SocketAddr,
    /// The environment variable that changes it.
    pub variable: String,
}

impl ListenAddress {
    /// Checks whether the address is free. `observatory` tells which process uses the data directory: its addresses are in
    /// use as they should be.
    pub(crate) fn check(&self, observatory: &LockState) -> Finding {
        if self.address.port() == 0 {
            return Finding::ok("any free port");
        }
        match TcpListener::bind(self.address) {
            Ok(_) => Finding::ok(format!("{} is free", self.address)),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                self.in_use(&find_holder(self.address), observatory)
            }
            Err(error) => self.not_usable(&error),
        }
    }

    fn in_use(&self, holder: &AddressHolder, observatory: &LockState) -> Finding {
        let running = observatory.holder().map(|holder| holder.pid);
        let (address, variable) = (self.address, &self.variable);
        let elsewhere = format!("choose another address with {variable}");
        let other_port = format!(
            "{variable}={} odd-dashboard up",
            SocketAddr::new(address.ip(), 0)
        );
        match holder {
            AddressHolder::Process { pid, name } if running == Some(*pid) => Finding::ok(format!(
                "{address} is used by the running observatory ({name}, process {pid})"
            )),
            AddressHolder::Process { pid, name } => Finding::fail(
                format!("{address} is in use by {name} (process {pid})"),
                Fix::new(format!("stop process {pid}, or {elsewhere}")).command(other_port),
            ),
            AddressHolder::OtherUser => Finding::fail(
                format!("{address} is in use by a process of another user"),
                Fix::new(format!("find and stop it, or {elsewhere}"))
                    .command(format!("sudo {}", listing_command(address.port()))),
            ),
            AddressHolder::Unknown if matches!(observatory, LockState::Held(_)) => {
                let process = running.map(|pid| format!(" (process {pid})"));
                Finding::ok(format!(
                    "{address} is in use, probably by the running observatory{}",
                    process.unwrap_or_default()
                ))
            }
            AddressHolder::Unknown => Finding::fail(
                format!("{address} is in use by another process"),
                Fix::new(format!("find and stop it, or {elsewhere}"))
                    .command(listing_command(address.port())),
            ),
        }
    }

    fn not_usable(&self, error: &io::Error) -> Finding {
        let (address, variable) = (self.address, &self.variable);
        let fix = match error.kind() {
            io::ErrorKind::PermissionDenied => {
                format!("choose a port above 1023 with {variable}")
            }
            io::ErrorKind::AddrNotAvailable => {
                format!("choose an address of this machine with {variable}")
            }
            _ => format!("choose another address with {variable}"),
        };
        Finding::fail(
            format!("cannot listen on {address}: {error}"),
            Fix::new(fix),
        )
    }
}

/// Returns the command that lists the process behind a port on this operating system.
fn listing_command(port: u16) -> String {
    if cfg!(target_os = "linux") {
        format!("ss -ltnp 'sport = :{port}'")
    } else if cfg!(windows) {
        format!("netstat -ano | findstr :{port}")
    } else {
        format!("lsof -nP -iTCP:{port} -sTCP:LISTEN")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CheckStatus, LockHolder};

    fn held_by(pid: Option<u32>) -> LockState {
        let since = odd_contracts::Timestamp::from_micros(0);
        LockState::Held(pid.map(|pid| LockHolder { pid, since }))
    }

    fn listen(address: &str) -> ListenAddress {
        ListenAddress {
            role: "gateway".to_owned(),
            address: address.parse().expect("an address"),
            variable: "ODD_GATEWAY_ADDR".to_owned(),
        }
    }

    #[test]
    fn free_address_is_ok() {
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = free.local_addr().expect("bound").to_string();
        drop(free);
        assert_eq!(
            listen(&address).check(&LockState::Free).status(),
            CheckStatus::Ok
        );
        assert_eq!(
            listen("127.0.0.1:0").check(&LockState::Free).status(),
            CheckStatus::Ok
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn used_address_names_its_process_and_the_variable() {
        let (me, text) = (std::process::id(), "is in use by");
        for host in ["127.0.0.1:0", "[::1]:0"] {
            let Ok(used) = TcpListener::bind(host) else {
                continue; // No IPv6 here.
            };
            let address = listen(&used.local_addr().expect("bound").to_string());
            let finding = address.check(&LockState::Free);
            assert_eq!(finding.status(), CheckStatus::Fail);
            let process = format!("(process {me})");
            assert!(finding.detail().contains(text) && finding.detail().ends_with(&process));
            assert!(
                finding
                    .fix()
                    .expect("a fix")
                    .text
                    .contains("ODD_GATEWAY_ADDR")
            );
            // The same process as an observatory is as it should be.
            assert_eq!(address.check(&held_by(Some(me))).status(), CheckStatus::Ok);
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn wildcard_listener_occupies_every_address() {
        let used = TcpListener::bind("0.0.0.0:0").expect("a free port");
        let port = used.local_addr().expect("bound").port();
        let finding = listen(&format!("127.0.0.1:{port}")).check(&LockState::Free);
        assert!(finding.detail().contains("(process "), "{finding:?}");
    }

    #[test]
    fn address_of_another_machine_is_reported() {
        let finding = listen("192.0.2.1:3000").check(&LockState::Free);
        assert_eq!(finding.status(), CheckStatus::Fail);
        assert!(
            finding
                .fix()
                .expect("a fix")
                .text
                .contains("an address of this machine")
        );
    }

    #[test]
    fn unknown_holder_comes_with_the_command_that_finds_it() {
        let finding = listen("127.0.0.1:3000").in_use(&AddressHolder::Unknown, &LockState::Free);
        let command = finding.fix().and_then(|fix| fix.command.clone());
        assert!(command.expect("a command").contains("3000"));
        let finding = listen("127.0.0.1:3000").in_use(&AddressHolder::OtherUser, &LockState::Free);
        assert!(finding.detail().ends_with("a process of another user"));
    }

    #[test]
    fn address_of_a_running_observatory_is_ok_where_the_system_does_not_tell_its_holder() {
        for (pid, expected) in [
            (Some(17), "the running observatory (process 17)"),
            (None, "the running observatory"),
        ] {
            let finding = listen("127.0.0.1:3000").in_use(&AddressHolder::Unknown, &held_by(pid));
            assert_eq!(finding.status(), CheckStatus::Ok);
            let expected = format!("127.0.0.1:3000 is in use, probably by {expected}");
            assert_eq!(finding.detail(), expected);
        }
    }
}
