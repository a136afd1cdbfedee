use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender};

use serde_json::json;

use crate::program::{program, run};

const ID: &str = "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11";

/// A gateway and read-model that answers each request with the same job, or the same counts, and records the requests.
struct RecordingServer {
    url: String,
    requests: Receiver<String>,
}

impl RecordingServer {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("bound");
        let (sender, requests) = mpsc::channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let sender = sender.clone();
                std::thread::spawn(move || answer_all(stream.expect("a connection"), &sender));
            }
        });
        Self {
            url: format!("http://{address}"),
            requests,
        }
    }

    /// Runs a command against this server. Returns the requests that it sent, in order.
    fn requests_of(&self, args: &[&str]) -> Vec<String> {
        let mut command = program();
        command
            .env("ODD_GATEWAY_URL", &self.url)
            .env("ODD_READ_MODEL_URL", &self.url)
            .args(args);
        run(&mut command).expect(0);
        self.requests.try_iter().collect()
    }
}

/// Answers the requests of one connection until the client closes it.
fn answer_all(stream: TcpStream, requests: &Sender<String>) {
    let mut reader = BufReader::new(stream);
    while let Some(request) = read_request(&mut reader) {
        let body = answer(&request).to_string();
        let length = body.len();
        // Fails once the test has ended.
        let _ = requests.send(request);
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        if reader.get_mut().write_all(answer.as_bytes()).is_err() {
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

fn answer(request: &str) -> serde_json::Value {
    let at = "2026-01-31T12:00:00.000000Z";
    if request.starts_with("get /stats") {
        return json!({
            "totalJobs": 1, "pendingJobs": 1, "executingJobs": 0, "completedJobs": 0, "failedJobs": 0,
            "cancelledJobs": 0, "lastEventTime": at, "asOf": at
        });
    }
    json!({
        "id": ID, "type": "echo", "queue": "default", "status": "PENDING", "version": 1, "priority": 0,
        "attempt": 0, "maxAttempts": 5, "run": 1, "timeoutMs": 1000, "createdAt": at, "updatedAt": at,
        "correlationId": ID
    })
}

#[test]
fn commands_that_change_jobs_wait_until_the_views_include_the_change() {
    let server = RecordingServer::start();
    let jobs = |action: &str| format!("post /jobs/{ID}/{action}");
    let dead_letter = format!("/dead-letters/{ID}");
    for (args, change) in [
        (&["submit", "echo"][..], "post /jobs".to_owned()),
        (&["jobs", "cancel", ID], jobs("cancel")),
        (&["jobs", "retry", ID], jobs("retry")),
        (&["dlq", "replay", ID], format!("post {dead_letter}/replay")),
        (
            &["dlq", "drop", "--yes", ID],
            format!("delete {dead_letter}"),
        ),
    ] {
        let requests = server.requests_of(args);
        assert_eq!(
            requests,
            [change, "get /stats?waitms=2000".to_owned()],
            "{args:?}"
        );
    }
}
