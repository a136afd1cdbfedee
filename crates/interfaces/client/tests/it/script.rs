use std::time::Duration;

use odd_client::{Client, ClientConfig, Token, Url};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// A server that answers consecutive connections with prepared bytes, and records the requests.
pub(crate) struct Script {
    url: Url,
    requests: mpsc::Receiver<String>,
}

/// What the server does after it has sent the bytes.
#[derive(Clone, Copy)]
pub(crate) enum Then {
    Close,
    Hang,
}

impl Script {
    pub(crate) async fn start(answers: Vec<(String, Then)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let (sender, requests) = mpsc::channel(16);
        tokio::spawn(async move {
            let mut hanging = Vec::new();
            for (answer, then) in answers {
                let (mut stream, _) = listener.accept().await.expect("a connection");
                let head = read_head(&mut stream).await;
                sender.send(head).await.expect("the receiver is open");
                stream.write_all(answer.as_bytes()).await.expect("written");
                match then {
                    Then::Close => stream.shutdown().await.expect("closed"),
                    Then::Hang => hanging.push(stream),
                }
            }
            // Keeps the hanging connections open until the test ends.
            std::future::pending::<()>().await;
        });
        Self {
            url: Url::parse(&format!("http://{address}")).expect("a URL"),
            requests,
        }
    }

    /// Returns the head of the next request.
    pub(crate) async fn request(&mut self) -> String {
        self.requests.recv().await.expect("a request was made")
    }

    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    pub(crate) fn client(&self) -> Client {
        client(self.url.clone())
    }
}

pub(crate) fn client(url: Url) -> Client {
    Client::new(ClientConfig {
        gateway_url: url.clone(),
        read_model_url: url,
        token: Some(Token::new("s3cret".to_owned())),
        connect_timeout: Duration::from_secs(5),
        request_timeout: Duration::from_millis(500),
    })
    .expect("a client")
}

pub(crate) fn answer(status: &str, content_type: &str, body: &str) -> (String, Then) {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    (format!("{head}{body}"), Then::Close)
}

async fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        let mut piece = [0; 1024];
        let read = stream.read(&mut piece).await.expect("a request");
        assert!(read > 0, "the request ended early");
        head.extend_from_slice(&piece[..read]);
    }
    String::from_utf8(head).expect("text")
}
