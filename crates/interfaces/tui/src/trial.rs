//! The interface without a terminal and without a server, for tests.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use odd_contracts::{EventEnvelope, Job, Timestamp};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use crate::connection::Endpoint;
use crate::draw::draw;
use crate::effect::Effect;
use crate::keymap::Chord;
use crate::message::Message;
use crate::options::Options;
use crate::state::{Now, State};
use crate::update::update;

/// An interface whose keys and time are in the hands of a test.
pub(crate) struct Trial {
    pub(crate) state: State,
    elapsed: Duration,
}

impl Trial {
    pub(crate) fn open(size: (u16, u16)) -> Self {
        Self::with(&Options::default(), size)
    }

    pub(crate) fn with(options: &Options, size: (u16, u16)) -> Self {
        let elapsed = Duration::ZERO;
        let state = State::new(options, Endpoint::default(), size, now(elapsed));
        Self { state, elapsed }
    }

    /// Sends a message. Returns the effects, except for requests for data.
    pub(crate) fn send(&mut self, message: Message) -> Vec<Effect> {
        let mut effects = update(&mut self.state, now(self.elapsed), message);
        effects.retain(|effect| !matches!(effect, Effect::Load(_)));
        effects
    }

    /// Lets time pass.
    pub(crate) fn wait(&mut self, time: Duration) {
        self.elapsed += time;
        self.send(Message::Tick);
    }

    /// Presses keys, whose names are separated by spaces. Returns their effects.
    pub(crate) fn press(&mut self, keys: &str) -> Vec<Effect> {
        let mut effects = Vec::new();
        for key in keys.split(' ') {
            let chord: Chord = key.parse().expect("a key");
            effects.extend(self.send(Message::Key(chord.event())));
        }
        effects
    }

    /// Types text, character by character.
    pub(crate) fn write(&mut self, text: &str) {
        for char in text.chars() {
            let code = match char {
                '\n' => KeyCode::Enter,
                char => KeyCode::Char(char),
            };
            self.send(Message::Key(KeyEvent::new(code, KeyModifiers::NONE)));
        }
    }

    /// Draws a frame, and returns its characters.
    pub(crate) fn screen(&mut self) -> String {
        let backend = TestBackend::new(self.state.width, self.state.height);
        let mut terminal = Terminal::new(backend).expect("a test terminal");
        let mut drawn = crate::state::Drawn::default();
        terminal
            .draw(|frame| drawn = draw(frame, &self.state))
            .expect("drawing into memory cannot fail");
        self.state.set_drawn(drawn);
        let buffer = terminal.backend().buffer();
        let rows = buffer.content.chunks(usize::from(buffer.area.width));
        let rows = rows.map(|row| {
            let line: String = row.iter().map(|cell| cell.symbol()).collect();
            line.trim_end().to_owned()
        });
        rows.collect::<Vec<_>>().join("\n")
    }
}

fn now(elapsed: Duration) -> Now {
    let micros = i64::try_from(elapsed.as_micros()).expect("it fits");
    Now {
        wall: Timestamp::from_micros(1_796_000_000_000_000 + micros),
        elapsed,
    }
}

/// Returns a job with some of everything.
pub(crate) fn job(number: u32) -> Job {
    let json = serde_json::json!({
        "id": format!("0193a1b2-0000-7000-8000-{number:012}"),
        "type": "email.send",
        "queue": "mail",
        "status": "FAILED",
        "version": 4,
        "priority": 5,
        "attempt": 3,
        "maxAttempts": 3,
        "run": 1,
        "timeoutMs": 90_000,
        "createdAt": "2026-11-29T12:00:00.000000Z",
        "updatedAt": "2026-11-29T12:00:01.000000Z",
        "correlationId": "0193a1b2-0000-4000-8000-000000000002",
        "uniqueKey": "welcome-7",
        "tags": ["nightly", "x,y"],
        "metadata": {"team": "growth"},
        "error": {"reason": "error", "message": "connection refused"},
    });
    let mut job: Job = serde_json::from_value(json).expect("a job");
    let payload = "{\"to\":\"a\u{202e}b@example.com\",\"amount\":12345678901234567890.10}";
    job.payload = serde_json::from_str(payload).ok();
    job
}

/// Returns the last event of job `number`: it has failed if the number is odd, and has completed otherwise.
pub(crate) fn event(number: u32) -> EventEnvelope {
    let (event_type, status, message) = match number % 2 {
        0 => ("job.completed", "COMPLETED", None),
        _ => ("job.failed", "FAILED", Some("connection refused")),
    };
    let job = job(number);
    let mut json = serde_json::json!({
        "contractVersion": odd_contracts::CONTRACT_VERSION,
        "eventType": event_type,
        "eventId": format!("0193a1b2-0000-5000-8000-{number:012}"),
        "occurredAt": now(Duration::from_millis(number.into())).wall.to_string(),
        "producer": {"service": "processor", "instanceId": "0", "version": "1.0.0"},
        "correlationId": job.correlation_id,
        "idempotencyKey": format!("{}:4", job.id),
        "payload": {
            "jobId": job.id,
            "jobType": job.job_type,
            "queue": job.queue,
            "status": status,
            "version": 4,
        },
    });
    if let Some(message) = message {
        json["payload"]["message"] = message.into();
    }
    serde_json::from_value(json).expect("an event")
}
