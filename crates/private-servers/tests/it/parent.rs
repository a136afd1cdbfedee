//! What happens to servers when the process that started them is killed.
#![cfg(target_os = "linux")]

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use odd_private_servers::RedisEngine;

use crate::processes::{eventually, is_alive, start};

/// Set in the process that plays the parent.
const PART: &str = "ODD_TEST_PLAYS_THE_PARENT";
const PREFIX: &str = "server: ";

#[test]
fn servers_die_with_a_parent_that_is_killed() {
    if std::env::var_os(PART).is_some() {
        return play_the_parent();
    }
    let mut parent = Command::new(std::env::current_exe().expect("a test is a program"))
        .args(["--exact", "--nocapture"])
        .arg("parent::servers_die_with_a_parent_that_is_killed")
        .env(PART, "yes")
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

/// Starts a server from a thread that ends at once, which must not end the server, and waits for the end of an input
/// that nobody closes.
fn play_the_parent() {
    let starting = std::thread::spawn(start::<RedisEngine>);
    let server = starting.join().expect("it starts");
    println!("{PREFIX}{}", server.pid().expect("it runs"));
    let _never = std::io::stdin().read_line(&mut String::new());
}
