use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use odd_private_servers::{Redis, RedisEngine};

use crate::processes::{check_life, start};

/// Sends commands in the protocol's inline form and returns the answers as they come.
fn ask(redis: &Redis, commands: &str) -> String {
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
fn it_keeps_its_data_until_it_is_wiped() {
    check_life::<RedisEngine>(
        |redis| {
            let answers = ask(redis, &format!("AUTH {}\r\nSET kept yes", password(redis)));
            assert_eq!(answers, "+OK\r\n+OK\r\n+OK\r\n");
        },
        |redis| ask(redis, &format!("AUTH {}\r\nGET kept", password(redis))).contains("yes"),
    );
}

#[test]
fn it_asks_for_a_password_and_appends_to_a_file() {
    let redis = start::<RedisEngine>();
    assert!(ask(&redis, "PING").starts_with("-NOAUTH"));
    let commands = format!("AUTH {}\r\nCONFIG GET append*", password(&redis));
    let settings = ask(&redis, &commands);
    assert!(settings.contains("everysec"), "{settings}");
}

#[test]
fn a_paused_server_answers_when_it_is_resumed() {
    let mut redis = start::<RedisEngine>();
    redis.pause().expect("it runs");
    let mut connection = TcpStream::connect(redis.address()).expect("the kernel accepts");
    let a_while = Some(Duration::from_millis(200));
    connection.set_read_timeout(a_while).expect("a limit");
    connection
        .write_all(b"PING\r\n")
        .expect("the kernel accepts");
    connection.read(&mut [0]).expect_err("nobody answers");
    redis.resume().expect("it runs");
    let limit = Some(Duration::from_secs(30));
    connection.set_read_timeout(limit).expect("a limit");
    assert_eq!(connection.read(&mut [0]).expect("an answer"), 1);
    redis.pause().expect("it runs");
    redis.stop().expect("a paused server can be stopped");
}
