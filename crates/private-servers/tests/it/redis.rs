use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use odd_private_servers::{Error, Redis, RedisEngine};
use rustix::process::{Pid, Signal, kill_process};

use crate::processes::{check_lifecycle, eventually, is_alive, start, temporary_root};

/// Sends inline commands and returns the answers.
fn send_inline(redis: &Redis, commands: &str) -> String {
    let mut connection = TcpStream::connect(redis.address()).expect("it listens");
    let limit = Some(Duration::from_secs(30));
    connection.set_read_timeout(limit).expect("a limit");
    write!(connection, "{commands}\r\nQUIT\r\n").expect("it listens");
    let mut answers = String::new();
    connection.read_to_string(&mut answers).expect("answers");
    answers
}

fn password(redis: &Redis) -> String {
    let url = redis.url();
    let (_, rest) = url.split_once("://:").expect("a URL with a password");
    rest.split('@').next().expect("a password").to_owned()
}

#[test]
fn data_survives_restarts_until_it_is_wiped() {
    check_lifecycle::<RedisEngine>(
        |redis| {
            let answers = send_inline(redis, &format!("AUTH {}\r\nSET kept yes", password(redis)));
            assert_eq!(answers, "+OK\r\n+OK\r\n+OK\r\n");
        },
        |redis| {
            send_inline(redis, &format!("AUTH {}\r\nGET kept", password(redis))).contains("yes")
        },
    );
}

#[test]
fn password_and_append_only_file_are_enabled() {
    let redis = start::<RedisEngine>();
    assert!(send_inline(&redis, "PING").starts_with("-NOAUTH"));
    let commands = format!("AUTH {}\r\nCONFIG GET append*", password(&redis));
    let settings = send_inline(&redis, &commands);
    assert!(settings.contains("everysec"), "{settings}");
}

#[test]
fn paused_server_answers_after_resume() {
    let mut redis = start::<RedisEngine>();
    redis.pause().expect("it runs");
    let mut connection = TcpStream::connect(redis.address()).expect("the kernel accepts");
    let short_limit = Some(Duration::from_millis(200));
    connection.set_read_timeout(short_limit).expect("a limit");
    connection
        .write_all(b"PING\r\n")
        .expect("the kernel accepts");
    connection.read(&mut [0]).expect_err("the server is paused");
    redis.resume().expect("it runs");
    let limit = Some(Duration::from_secs(30));
    connection.set_read_timeout(limit).expect("a limit");
    assert_eq!(connection.read(&mut [0]).expect("an answer"), 1);
    redis.pause().expect("it runs");
    redis.stop().expect("a paused server can be stopped");
}

#[test]
fn restart_can_be_polled() {
    let mut redis = start::<RedisEngine>();
    redis.kill().expect("it can be killed");
    redis.begin_restart().expect("it starts");
    assert!(redis.pid().is_some_and(is_alive));
    eventually(|| redis.poll_ready().expect("it starts").then_some(()));
    assert!(send_inline(&redis, "PING").starts_with("-NOAUTH"));
}

#[test]
fn start_and_stop_can_be_polled() {
    let mut redis = Redis::begin_start(&temporary_root()).expect("it starts");
    let pid = redis.pid().expect("it runs");
    eventually(|| redis.poll_ready().expect("it starts").then_some(()));
    assert!(!redis.poll_stop().expect("it runs"));
    redis.begin_stop().expect("it runs");
    eventually(|| redis.poll_stop().expect("it ends").then_some(()));
    assert!(!is_alive(pid) && redis.pid().is_none());
    assert!(redis.log().contains("bye bye"), "not an orderly shutdown");
    assert!(redis.poll_stop().expect("it is not running"));
    redis.restart().expect("it restarts");
}

#[test]
fn server_that_ends_while_starting_is_reported() {
    let mut redis = start::<RedisEngine>();
    redis.begin_restart().expect("it starts");
    let pid = redis.pid().expect("it runs");
    let raw_pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    kill_process(raw_pid.expect("a process id"), Signal::KILL).expect("it runs");
    eventually(|| (!is_alive(pid)).then_some(()));
    let error = redis.poll_ready().expect_err("it has ended");
    assert!(matches!(error, Error::Ended { .. }), "{error}");
    assert!(redis.pid().is_none());
    redis.restart().expect("it restarts");
}
