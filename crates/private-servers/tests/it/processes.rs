use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use odd_private_servers::{DataRoot, Engine, Server};

pub(crate) fn temporary_root() -> DataRoot {
    DataRoot::temporary().expect("a temporary folder")
}

/// Starts a server in a new temporary folder.
pub(crate) fn start<E: Engine>() -> Server<E> {
    Server::start(&temporary_root()).unwrap_or_else(|error| panic!("{error}"))
}

/// Calls `probe` until it returns a value, for up to half a minute.
pub(crate) fn eventually<T>(mut probe: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(found) = probe() {
            return found;
        }
        assert!(Instant::now() < deadline, "not within half a minute");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Returns `true` if the process exists and is not a zombie.
pub(crate) fn is_alive(pid: u32) -> bool {
    let output = Command::new("ps")
        .args(["-o", "stat=", "-p", &pid.to_string()])
        .output()
        .expect("ps runs");
    let state = String::from_utf8_lossy(&output.stdout);
    !state.trim().is_empty() && !state.trim().starts_with('Z')
}

/// Checks that data survives kill and stop but not wipe, and that drop ends the process. `write` stores something in the
/// server, `has_it` checks whether it is there.
pub(crate) fn check_lifecycle<E: Engine>(
    write: impl Fn(&Server<E>),
    has_it: impl Fn(&Server<E>) -> bool,
) {
    let mut server = start::<E>();
    let url = server.url();
    write(&server);

    let first = server.pid().expect("it runs");
    assert!(is_alive(first));
    server.kill().expect("it can be killed");
    assert!(!is_alive(first) && server.pid().is_none());
    server.kill().expect_err("it is not running");
    server.restart().expect("it restarts");
    assert!(has_it(&server), "lost in a crash");

    server.restart().expect("it restarts");
    assert!(has_it(&server), "lost in an orderly shutdown");

    server.wipe().expect("it starts empty");
    assert!(!has_it(&server), "still there");
    assert_eq!(server.url(), url);

    let last = server.pid().expect("it runs");
    assert_ne!(last, first);
    drop(server);
    assert!(!is_alive(last));
}
