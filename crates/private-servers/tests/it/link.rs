use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use odd_private_servers::Link;

/// Longer than anything takes that is going to happen.
const PATIENCE: Duration = Duration::from_secs(30);
/// Long enough for something to arrive that must not.
const A_WHILE: Duration = Duration::from_millis(200);

/// A server that sends back what it gets.
fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("it is bound");
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            thread::spawn(move || std::io::copy(&mut &connection, &mut &connection));
        }
    });
    address
}

fn connect(link: &Link) -> TcpStream {
    let connection = TcpStream::connect(link.address()).expect("the link listens");
    connection
        .set_read_timeout(Some(PATIENCE))
        .expect("a limit");
    connection
}

/// Sends one byte and waits for it.
fn round_trip(connection: &mut TcpStream, byte: u8) {
    connection.write_all(&[byte]).expect("sent");
    assert_eq!(receive(connection), byte);
}

fn receive(connection: &mut TcpStream) -> u8 {
    let mut byte = [0];
    connection.read_exact(&mut byte).expect("it comes back");
    byte[0]
}

fn receives_nothing(connection: &mut TcpStream) {
    connection.set_read_timeout(Some(A_WHILE)).expect("a limit");
    let error = connection.read_exact(&mut [0]).expect_err("it is stalled");
    assert!(
        matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
        "{error}"
    );
    connection
        .set_read_timeout(Some(PATIENCE))
        .expect("a limit");
}

#[test]
fn an_open_link_forwards_both_ways_and_passes_the_end_on() {
    let link = Link::to(echo()).expect("a link");
    let mut connection = connect(&link);
    round_trip(&mut connection, 1);
    let long = vec![7; 1 << 20];
    let (mut sender, sent) = (connection.try_clone().expect("a clone"), long.clone());
    let sending = thread::spawn(move || {
        sender.write_all(&sent).expect("sent");
        sender.shutdown(std::net::Shutdown::Write).expect("open");
    });
    let mut received = Vec::new();
    connection.read_to_end(&mut received).expect("received");
    sending.join().expect("sent");
    assert_eq!(received, long);
}

#[test]
fn a_cut_link_closes_and_refuses_until_it_is_healed() {
    let mut link = Link::to(echo()).expect("a link");
    let mut connection = connect(&link);
    round_trip(&mut connection, 1);
    link.cut();
    assert_eq!(connection.read(&mut [0]).unwrap_or(0), 0);
    let refused = TcpStream::connect(link.address()).expect_err("it is cut");
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
    link.stall();
    link.cut();
    link.heal().expect("healed");
    round_trip(&mut connect(&link), 2);
}

#[test]
fn a_stalled_link_keeps_connections_and_what_was_sent() {
    let mut link = Link::to(echo()).expect("a link");
    let mut connection = connect(&link);
    round_trip(&mut connection, 1);
    link.stall();
    connection
        .write_all(&[2])
        .expect("nobody says that it stalls");
    receives_nothing(&mut connection);
    let mut late = connect(&link);
    late.write_all(&[3]).expect("nobody says that it stalls");
    receives_nothing(&mut late);
    link.heal().expect("healed");
    assert_eq!((receive(&mut connection), receive(&mut late)), (2, 3));
}

#[test]
fn a_stalled_link_can_be_cut() {
    let mut link = Link::to(echo()).expect("a link");
    let mut connection = connect(&link);
    link.stall();
    connection.write_all(&[1]).expect("sent");
    link.cut();
    assert_eq!(connection.read(&mut [0]).unwrap_or(0), 0);
}

#[test]
fn a_delay_holds_back_each_way() {
    let link = Link::to(echo()).expect("a link");
    let mut connection = connect(&link);
    let delay = Duration::from_millis(50);
    link.delay(delay);
    let start = Instant::now();
    round_trip(&mut connection, 1);
    assert!(start.elapsed() >= 2 * delay);
    link.delay(Duration::ZERO);
    round_trip(&mut connection, 2);
}

#[test]
fn without_a_server_the_connection_is_closed() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let nobody = listener.local_addr().expect("it is bound");
    drop(listener);
    let link = Link::to(nobody).expect("a link");
    assert_eq!(connect(&link).read(&mut [0]).unwrap_or(0), 0);
}
