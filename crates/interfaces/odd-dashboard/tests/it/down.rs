use std::fs::File;
use std::path::Path;
use std::process::Command;

use rustix::process::Signal;

use crate::program::{Run, program, run};
use crate::up::Up;

fn down(data_dir: &Path, args: &[&str]) -> Run {
    run(program()
        .arg("down")
        .args(args)
        .env("ODD_DATA_DIR", data_dir))
}

#[test]
fn observatory_is_stopped_before_the_command_ends() {
    let mut up = Up::start();
    let stopped = down(&up.data_dir(), &["-o", "json"]).expect(0);
    // The lock is free: another one can start at once.
    let lock = File::open(up.data_dir().join("lock")).expect("it exists");
    lock.try_lock().expect("free");
    let stopped: serde_json::Value = serde_json::from_str(&stopped).expect("JSON");
    assert_eq!(stopped["pid"], up.pid());
    assert!(up.wait().success());
}

#[test]
fn nothing_to_stop_is_success() {
    let dir = tempfile::tempdir().expect("a directory");
    let missing = dir.path().join("data");
    let message = down(&missing, &[]).expect_error(0);
    assert!(message.ends_with("there is nothing to stop\n"), "{message}");
    assert!(!missing.exists());
    let mut up = Up::start();
    up.stop();
    let message = down(&up.data_dir(), &[]).expect_error(0);
    assert!(message.contains("nothing to stop"), "{message}");
}

#[test]
fn process_that_does_not_hold_the_lock_is_never_stopped() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut other = Command::new("sleep").arg("600").spawn().expect("it starts");
    let lock = dir.path().join("lock");
    let entry = serde_json::json!({"pid": other.id(), "since": "2026-01-31T12:00:00.000000Z"});
    std::fs::write(&lock, entry.to_string()).expect("written");
    let lock = File::open(lock).expect("exists");
    lock.lock().expect("free");
    let error = down(dir.path(), &[]).expect_error(1);
    assert!(error.contains("cause: nothing was stopped"), "{error}");
    assert!(
        other.try_wait().expect("our child").is_none(),
        "it was stopped"
    );
    other.kill().expect("it runs");
    other.wait().expect("it ends");
}

#[test]
fn observatory_that_does_not_stop_in_time_is_exit_124() {
    let mut up = Up::start();
    // It cannot act on SIGTERM until it continues.
    up.signal(Signal::STOP);
    let error = down(&up.data_dir(), &["--timeout", "300ms"]).expect_error(124);
    let expected = format!("error: process {} has not stopped within 300ms\n", up.pid());
    assert!(error.starts_with(&expected), "{error}");
    assert!(up.is_running());
    up.signal(Signal::CONT);
    // One SIGTERM was sent: it stops gracefully.
    assert!(up.wait().success());
}
