use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};

use serde_json::json;

use crate::program::{Run, program, run};

/// Returns the HTTP response to a request: its method and target, in lower case.
type Answer = dyn Fn(&str) -> String + Send + Sync;

/// A gateway and read-model with prepared answers, which records the requests.
pub(crate) struct FakeServer {
    url: String,
    requests: Receiver<String>,
}

impl FakeServer {
    pub(crate) fn start(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("bound");
        let (sender, requests) = mpsc::channel();
        let answer: Arc<Answer> = Arc::new(answer);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (sender, answer) = (sender.clone(), answer.clone());
                std::thread::spawn(move || {
                    answer_all(stream.expect("a connection"), &sender, &*answer);
                });
            }
        });
        Self {
            url: format!("http://{address}"),
            requests,
        }
    }

    /// The base URL.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Runs a command against this server.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        run(self.program().args(args))
    }

    /// The executable, with the URL of this server.
    pub(crate) fn program(&self) -> Command {
        let mut command = program();
        command
            .env("ODD_GATEWAY_URL", &self.url)
            .env("ODD_READ_MODEL_URL", &self.url);
        command
    }

    /// Returns the requests that it has received since the last call, in order.
    pub(crate) fn received(&self) -> Vec<String> {
        self.requests.try_iter().collect()
    }

    /// Runs a command that succeeds. Returns the requests that it sent, in order.
    pub(crate) fn requests_of(&self, args: &[&str]) -> Vec<String> {
        self.run(args).expect(0);
        self.received()
    }
}

/// Returns a response with this JSON.
pub(crate) fn json_response(body: &serde_json::Value) -> String {
    let body = body.to_string();
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

/// Returns a response with a job.
pub(crate) fn job_response(id: &str, status: &str) -> String {
    let at = "2026-01-31T12:00:00.000000Z";
    json_response(&json!({
        "id": id, "type": "echo", "queue": "default", "status": status, "version": 1, "priority": 0,
        "attempt": 0, "maxAttempts": 5, "run": 1, "timeoutMs": 1000, "createdAt": at, "updatedAt": at,
        "correlationId": "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11"
    }))
}

/// Answers the requests of one connection until the client closes it.
fn answer_all(stream: TcpStream, requests: &Sender<String>, answer: &Answer) {
    let mut reader = BufReader::new(stream);
    while let Some(request) = read_request(&mut reader) {
        let response = answer(&request);
        // Fails once the test has ended.
        let _ = requests.send(request);
        let is_last = response.contains("\r\nConnection: close\r\n");
        if reader.get_mut().write_all(response.as_bytes()).is_err() || is_last {
            return;
        }
    }
}

/// Reads a request; returns its method and target, or `None` at the end of the connection.
fn read_request(reader: &mut BufReader<TcpStream>) -> Option<String> {
    let mut head = Vec::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end().to_lowercase();
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().expect("a length");
        }
        if line.is_empty() {
            break;
        }
        head.push(line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let request = head.first()?.strip_suffix(" http/1.1")?;
    Some(request.to_owned())
}
