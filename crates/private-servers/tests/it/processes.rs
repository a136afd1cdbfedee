use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use odd_private_servers::{Engine, Place, Server};

pub(crate) fn temporary_place() -> Place {
    Place::temporary().expect("a temporary place")
}

/// Starts a server in a place of its own.
pub(crate) fn start<E: Engine>() -> Server<E> {
    Server::start(&temporary_place()).unwrap_or_else(|error| panic!("{error}"))
}

/// What `probe` finds within half a minute.
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

/// Whether there is such a process, other than as a zombie.
pub(crate) fn is_alive(pid: u32) -> bool {
    let output = Command::new("ps")
        .args(["-o", "stat=", "-p", &pid.to_string()])
        .output()
        .expect("ps runs");
    let state = String::from_utf8_lossy(&output.stdout);
    !state.trim().is_empty() && !state.trim().starts_with('Z')
}

/// What every server does when it is killed, stopped, wiped and dropped. `write` leaves something in it, `has_it`
/// looks for it.
pub(crate) fn check_life<E: Engine>(
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
    server.kill().expect_err("it runs no longer");
    server.restart().expect("it starts again");
    assert!(has_it(&server), "lost in a crash");

    server.restart().expect("it stops and starts");
    assert!(has_it(&server), "lost in an orderly end");

    server.wipe().expect("it starts empty");
    assert!(!has_it(&server), "still there");
    assert_eq!(server.url(), url);

    let last = server.pid().expect("it runs");
    assert_ne!(last, first);
    drop(server);
    assert!(!is_alive(last));
}
