use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde_json::{Value, json};

use crate::observatory::Observatory;

/// Time between two writes of events.
const TICK: Duration = Duration::from_millis(20);

/// Longest time in which all events are read.
const LIMIT: Duration = Duration::from_secs(120);

/// How fast events are sent.
#[derive(Clone, Copy)]
pub(super) enum Rate {
    PerSecond(u32),
    /// So many, as fast as they are read.
    Unlimited(u64),
}

/// A read-model that sends made-up events, and answers everything else as a real one.
pub(super) struct EventSource {
    url: String,
    sent: Arc<AtomicU64>,
}

/// What each connection needs.
struct Source {
    /// The address of the real read-model.
    origin: String,
    event: Value,
    rate: Rate,
    sent: Arc<AtomicU64>,
}

impl EventSource {
    /// Starts one in front of a real read-model.
    pub(super) fn start(observatory: &Observatory, rate: Rate) -> anyhow::Result<Self> {
        let sent = Arc::new(AtomicU64::new(0));
        let source = Arc::new(Source {
            origin: observatory.url().trim_start_matches("http://").to_owned(),
            event: observatory.event()?,
            rate,
            sent: Arc::clone(&sent),
        });
        let url = listen(move |stream| {
            // Fails when the interface closes the connection.
            let _ = source.serve(stream);
        })?;
        Ok(Self { url, sent })
    }

    /// Starts one that accepts connections and never answers.
    pub(super) fn start_silent() -> anyhow::Result<Self> {
        let url = listen(|mut stream| {
            let _ = stream.read_to_end(&mut Vec::new());
        })?;
        let sent = Arc::default();
        Ok(Self { url, sent })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Waits until so many events were written.
    pub(super) fn wait_until_sent(&self, count: u64) -> anyhow::Result<()> {
        let deadline = Instant::now() + LIMIT;
        while self.sent.load(Ordering::Relaxed) < count {
            if Instant::now() >= deadline {
                bail!(
                    "the interface has read {} of {count} events",
                    self.sent.load(Ordering::Relaxed)
                );
            }
            thread::sleep(TICK);
        }
        Ok(())
    }
}

/// Accepts connections, each in a thread, until this process ends. Returns the URL.
fn listen(serve: impl Fn(TcpStream) + Clone + Send + 'static) -> anyhow::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}", listener.local_addr()?);
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let serve = serve.clone();
            thread::spawn(move || serve(stream));
        }
    });
    Ok(url)
}

impl Source {
    fn serve(&self, mut stream: TcpStream) -> anyhow::Result<()> {
        stream.set_nodelay(true)?;
        let target = read_target(&mut BufReader::new(stream.try_clone()?))?;
        match target.starts_with("/events/stream") {
            true => self.send_events(&mut stream),
            false => self.forward(&target, &mut stream),
        }
    }

    /// Answers as the real read-model does.
    fn forward(&self, target: &str, stream: &mut TcpStream) -> anyhow::Result<()> {
        let mut origin = TcpStream::connect(&self.origin)?;
        // With HTTP 1.0, the end of the connection is the end of the answer.
        write!(
            origin,
            "GET {target} HTTP/1.0\r\nHost: {}\r\n\r\n",
            self.origin
        )?;
        let mut answer = Vec::new();
        origin.read_to_end(&mut answer)?;
        Ok(stream.write_all(&answer)?)
    }

    fn send_events(&self, stream: &mut TcpStream) -> anyhow::Result<()> {
        write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
        )?;
        let started = Instant::now();
        let mut number = 0;
        loop {
            let due = match self.rate {
                Rate::PerSecond(rate) => (started.elapsed().as_secs_f64() * f64::from(rate)) as u64,
                Rate::Unlimited(count) => (number + 500).min(count),
            };
            let mut lines = String::new();
            for number in number..due {
                lines.push_str(&self.event_lines(number));
            }
            stream.write_all(lines.as_bytes())?;
            self.sent.fetch_add(due - number, Ordering::Relaxed);
            let is_idle = due == number || matches!(self.rate, Rate::PerSecond(_));
            number = due;
            if is_idle {
                thread::sleep(TICK);
            }
        }
    }

    /// Returns an event of a new job every time, on one of a hundred workers.
    fn event_lines(&self, number: u64) -> String {
        let mut event = self.event.clone();
        let kinds = [("job.started", "EXECUTING"), ("job.completed", "COMPLETED")];
        let (kind, status) = kinds[usize::from(number % 2 == 1)];
        event["eventType"] = json!(kind);
        event["eventId"] = json!(format!("7d1f9bd4-5c5e-5b0a-9d4e-{number:012x}"));
        let payload = &mut event["payload"];
        payload["jobId"] = json!(format!("0192f0c1-2f3b-7a51-b6a1-{:012x}", number / 2));
        payload["status"] = json!(status);
        payload["version"] = json!(3 + number % 2);
        payload["workerId"] = json!(format!("worker-{}", number / 2 % 100));
        format!("id: {number}\ndata: {event}\n\n")
    }
}

/// Reads the head of a GET request; returns its target.
fn read_target(reader: &mut impl BufRead) -> anyhow::Result<String> {
    let mut first = String::new();
    reader.read_line(&mut first)?;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? <= 2 {
            break;
        }
    }
    let target = first.split(' ').nth(1);
    Ok(target.context("no target")?.to_owned())
}
