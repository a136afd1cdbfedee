use std::net::SocketAddr;

/// The process that listens on an address. Only Linux tells which one it is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    not(target_os = "linux"),
    expect(dead_code, reason = "only Linux tells the process")
)]
pub(crate) enum AddressHolder {
    /// A process that this user may inspect.
    Process { pid: u32, name: String },
    /// A process that only its own user may inspect.
    OtherUser,
    /// The operating system does not tell.
    Unknown,
}

/// Finds the process that listens on `address`, or on its port at every address.
#[cfg(target_os = "linux")]
pub(crate) fn find_holder(address: SocketAddr) -> AddressHolder {
    let Some(inode) = listening_socket(address) else {
        return AddressHolder::Unknown;
    };
    let processes = procfs::process::all_processes().into_iter().flatten();
    let holder = processes
        .flatten()
        .find(|process| has_socket(process, inode));
    match holder {
        Some(process) => AddressHolder::Process {
            pid: process.pid.unsigned_abs(),
            name: process
                .stat()
                .map_or_else(|_| "unknown".to_owned(), |stat| stat.comm),
        },
        None => AddressHolder::OtherUser,
    }
}

/// Finds the process that listens on `address`.
#[cfg(not(target_os = "linux"))]
pub(crate) fn find_holder(_: SocketAddr) -> AddressHolder {
    AddressHolder::Unknown
}

/// Returns `true` when a socket on this machine accepts connections to `port` from other machines.
#[cfg(target_os = "linux")]
pub(crate) fn listens_beyond_loopback(port: u16) -> bool {
    listening_sockets().any(|socket| {
        let local = socket.local_address;
        local.port() == port && !local.ip().is_loopback()
    })
}

/// Returns `true` when a socket on this machine accepts connections to `port` from other machines.
#[cfg(not(target_os = "linux"))]
pub(crate) fn listens_beyond_loopback(_: u16) -> bool {
    false
}

/// Returns the inode of the listening socket.
#[cfg(target_os = "linux")]
fn listening_socket(address: SocketAddr) -> Option<u64> {
    let occupies = |local: SocketAddr| {
        local.port() == address.port()
            && (local.ip() == address.ip()
                || local.ip().is_unspecified()
                || address.ip().is_unspecified())
    };
    listening_sockets()
        .find(|socket| occupies(socket.local_address))
        .map(|socket| socket.inode)
}

#[cfg(target_os = "linux")]
fn listening_sockets() -> impl Iterator<Item = procfs::net::TcpNetEntry> {
    let v4 = procfs::net::tcp().unwrap_or_default();
    let v6 = procfs::net::tcp6().unwrap_or_default();
    let sockets = v4.into_iter().chain(v6);
    sockets.filter(|socket| socket.state == procfs::net::TcpState::Listen)
}

#[cfg(target_os = "linux")]
fn has_socket(process: &procfs::process::Process, inode: u64) -> bool {
    let descriptors = process.fd().into_iter().flatten().flatten();
    descriptors.into_iter().any(|descriptor| {
        matches!(descriptor.target, procfs::process::FDTarget::Socket(found) if found == inode)
    })
}
