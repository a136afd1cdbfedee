use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use odd_private_servers::FaultProxy;

/// Longer than any step that must happen.
const STEP_LIMIT: Duration = Duration::from_secs(30);
/// Long enough for a byte to arrive that must not.
const QUIET_TIME: Duration = Duration::from_millis(200);

/// Starts a server that sends every byte back.
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

fn connect(proxy: &FaultProxy) -> TcpStream {
    let connection = TcpStream::connect(proxy.address()).expect("it listens");
    connection
        .set_read_timeout(Some(STEP_LIMIT))
        .expect("a limit");
    connection
}

/// Sends one byte and waits for its echo.
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
    connection
        .set_read_timeout(Some(QUIET_TIME))
        .expect("a limit");
    let error = connection.read_exact(&mut [0]).expect_err("it is stalled");
    assert!(
        matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
        "{error}"
    );
    connection
        .set_read_timeout(Some(STEP_LIMIT))
        .expect("a limit");
}

#[test]
fn open_proxy_forwards_bytes_and_end_of_stream() {
    let proxy = FaultProxy::to(echo()).expect("a free port");
    let mut connection = connect(&proxy);
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
fn cut_proxy_refuses_connections_until_it_is_healed() {
    let mut proxy = FaultProxy::to(echo()).expect("a free port");
    let mut connection = connect(&proxy);
    round_trip(&mut connection, 1);
    proxy.cut();
    assert_eq!(connection.read(&mut [0]).unwrap_or(0), 0);
    let refused = TcpStream::connect(proxy.address()).expect_err("it is cut");
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
    proxy.stall();
    proxy.cut();
    proxy.heal().expect("healed");
    round_trip(&mut connect(&proxy), 2);
}

#[test]
fn stalled_proxy_keeps_connections_and_bytes() {
    let mut proxy = FaultProxy::to(echo()).expect("a free port");
    let mut connection = connect(&proxy);
    round_trip(&mut connection, 1);
    proxy.stall();
    connection.write_all(&[2]).expect("the proxy accepts it");
    receives_nothing(&mut connection);
    let mut late = connect(&proxy);
    late.write_all(&[3]).expect("the proxy accepts it");
    receives_nothing(&mut late);
    proxy.heal().expect("healed");
    assert_eq!((receive(&mut connection), receive(&mut late)), (2, 3));
}

#[test]
fn stalled_proxy_can_be_cut() {
    let mut proxy = FaultProxy::to(echo()).expect("a free port");
    let mut connection = connect(&proxy);
    proxy.stall();
    connection.write_all(&[1]).expect("sent");
    proxy.cut();
    assert_eq!(connection.read(&mut [0]).unwrap_or(0), 0);
}

#[test]
fn delay_applies_to_both_directions() {
    let proxy = FaultProxy::to(echo()).expect("a free port");
    let mut connection = connect(&proxy);
    let delay = Duration::from_millis(50);
    proxy.delay(delay);
    let start = Instant::now();
    round_trip(&mut connection, 1);
    assert!(start.elapsed() >= 2 * delay);
    proxy.delay(Duration::ZERO);
    round_trip(&mut connection, 2);
}

#[test]
fn connection_is_closed_without_a_server() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let unused = listener.local_addr().expect("it is bound");
    drop(listener);
    let proxy = FaultProxy::to(unused).expect("a free port");
    assert_eq!(connect(&proxy).read(&mut [0]).unwrap_or(0), 0);
}
