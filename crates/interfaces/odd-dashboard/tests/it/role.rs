use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const LIMIT: Duration = Duration::from_secs(60);

/// A running `serve ROLE`. Dropping it kills the process.
pub(crate) struct Role {
    child: Child,
    /// Its output to both streams.
    output: Arc<Mutex<String>>,
}

impl Role {
    /// Starts the process, and waits until it listens.
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the executable starts");
        let output = Arc::default();
        follow(child.stdout.take().expect("piped"), &output);
        follow(child.stderr.take().expect("piped"), &output);
        let role = Self { child, output };
        role.await_output(r#""event":"listening""#);
        role
    }

    pub(crate) fn output(&self) -> String {
        self.output.lock().expect("not poisoned").clone()
    }

    pub(crate) fn await_ready(&self) {
        self.await_output(r#"{"event":"ready"}"#);
    }

    pub(crate) fn await_output(&self, text: &str) {
        let deadline = Instant::now() + LIMIT;
        while !self.output().contains(text) {
            assert!(Instant::now() < deadline, "no {text} in {}", self.output());
            std::thread::yield_now();
        }
    }

    pub(crate) fn url(&self) -> String {
        let output = self.output();
        let lines = output.lines();
        let mut lines = lines.filter_map(|line| serde_json::from_str(line).ok());
        let line = lines.find(|line: &serde_json::Value| line["event"] == "listening");
        let line = line.expect("it listens");
        line["url"].as_str().expect("a string").to_owned()
    }

    /// Sends a request. Returns the status and the whole answer.
    pub(crate) fn request(&self, method: &str, path: &str) -> (u16, String) {
        let url = self.url();
        let address = url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).expect("it listens");
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        let status = answer
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        (status.expect("a status"), answer)
    }

    /// Returns the command line, which every user of the machine can see.
    pub(crate) fn command_line(&self) -> String {
        let path = format!("/proc/{}/cmdline", self.child.id());
        std::fs::read_to_string(path).unwrap_or_default()
    }

    /// Asks the process to stop, and waits until it has ended.
    pub(crate) fn stop(&mut self) -> ExitStatus {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("it runs");
        self.child.wait().expect("it ends")
    }
}

fn follow(stream: impl Read + Send + 'static, output: &Arc<Mutex<String>>) {
    let output = output.clone();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let mut output = output.lock().expect("not poisoned");
            output.push_str(&line);
            output.push('\n');
        }
    });
}

impl Drop for Role {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
