//! Servers end when the process that started them is killed.
#![cfg(target_os = "linux")]

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use odd_private_servers::RedisEngine;

use crate::processes::{eventually, is_alive, start};

/// Set in the process that acts as the parent.
const ROLE_VARIABLE: &str = "ODD_TEST_IS_PARENT";
const PREFIX: &str = "server: ";

#[test]
fn servers_end_when_their_parent_is_killed() {
    if std::env::var_os(ROLE_VARIABLE).is_some() {
        return run_parent();
    }
    let mut parent = Command::new(std::env::current_exe().expect("a test is a program"))
        .args(["--exact", "--nocapture"])
        .arg("parent::servers_end_when_their_parent_is_killed")
        .env(ROLE_VARIABLE, "yes")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it can be started");
    let output = BufReader::new(parent.stdout.take().expect("it is piped"));
    let server = output
        .lines()
        .map_while(Result::ok)
        .find_map(|line| line.split_once(PREFIX)?.1.parse().ok())
        .expect("it names the server");
    assert!(is_alive(server));
    parent.kill().expect("it waits");
    parent.wait().expect("it was killed");
    eventually(|| (!is_alive(server)).then_some(()));
}

/// Starts a server from a thread that ends at once, which must not end the server, then blocks on an input that stays
/// open.
fn run_parent() {
    let starting = std::thread::spawn(start::<RedisEngine>);
    let server = starting.join().expect("it starts");
    println!("{PREFIX}{}", server.pid().expect("it runs"));
    let _killed_before = std::io::stdin().read_line(&mut String::new());
}
