use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde_json::Value;

/// Notifications that are kept until they are read; Alertmanager waits while there are more.
const CAPACITY: usize = 100;
/// The longest time until a client has sent its request.
const LIMIT: Duration = Duration::from_secs(10);

/// A receiver of the notifications of Alertmanager on a free loopback port. It accepts connections until this process ends.
pub(super) struct Webhook {
    address: SocketAddr,
    notifications: Receiver<Notification>,
}

/// A message of Alertmanager.
pub(super) struct Notification {
    /// The path that it was sent to.
    pub(super) path: String,
    /// When it arrived.
    pub(super) at: Instant,
    /// The message: <https://prometheus.io/docs/alerting/latest/configuration/#webhook_config>.
    pub(super) message: Value,
}

impl Webhook {
    pub(super) fn open() -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).context("no port is free")?;
        let address = listener.local_addr()?;
        let (sender, notifications) = sync_channel(CAPACITY);
        thread::spawn(move || serve(&listener, &sender));
        Ok(Self {
            address,
            notifications,
        })
    }

    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the first notification that was not returned yet, or `None` if there is none.
    pub(super) fn try_next(&self) -> Option<Notification> {
        self.notifications.try_recv().ok()
    }
}

impl Notification {
    /// Returns `true` if it is about an alert with this name and status.
    pub(super) fn is_about(&self, name: &str, status: &str) -> bool {
        let alerts = self.message["alerts"].as_array();
        let mut alerts = alerts.into_iter().flatten();
        alerts.any(|alert| alert["labels"]["alertname"] == name && alert["status"] == status)
    }
}

/// Receives one request for each connection, until the [`Webhook`] is dropped.
fn serve(listener: &TcpListener, sender: &SyncSender<Notification>) {
    for connection in listener.incoming().flatten() {
        match receive(connection) {
            Ok(notification) => {
                if sender.send(notification).is_err() {
                    return;
                }
            }
            Err(error) => eprintln!("warning: cannot receive a notification: {error:#}"),
        }
    }
}

fn receive(connection: TcpStream) -> anyhow::Result<Notification> {
    connection.set_read_timeout(Some(LIMIT))?;
    let mut reader = BufReader::new(connection);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let path = line.split(' ').nth(1).context("no path")?.to_owned();
    let mut length = None;
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            bail!("the request ends in its headers");
        }
        match line.trim_end().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = Some(value.trim().parse()?);
            }
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length.context("a request without Content-Length")?];
    reader.read_exact(&mut body)?;
    let at = Instant::now();
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    reader.get_mut().write_all(answer.as_bytes())?;
    Ok(Notification {
        path,
        at,
        message: serde_json::from_slice(&body)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notification_is_received_with_its_path_and_its_alerts() {
        let webhook = Webhook::open().expect("a free port");
        let mut connection = TcpStream::connect(webhook.address()).expect("it listens");
        let body = r#"{"alerts":[{"status":"firing","labels":{"alertname":"ServiceDown"}}]}"#;
        write!(
            connection,
            "POST /page HTTP/1.1\r\nHost: localhost\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .expect("accepted");
        let mut answer = String::new();
        connection.read_to_string(&mut answer).expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        let notification = webhook.notifications.recv_timeout(LIMIT);
        let notification = notification.expect("it was accepted");
        assert_eq!(notification.path, "/page");
        assert!(notification.is_about("ServiceDown", "firing"));
        assert!(!notification.is_about("ServiceDown", "resolved"));
        assert!(!notification.is_about("OutboxStuck", "firing"));
    }
}
