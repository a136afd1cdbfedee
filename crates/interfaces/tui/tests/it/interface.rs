use std::collections::VecDeque;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use odd_contracts::Timestamp;
use odd_tui::{Effect, Endpoint, Message, Now, Options, Query, State, StreamUpdate, draw, update};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;

use crate::server::{Server, refused, unreachable_server};
use crate::wire::opened_at;

/// An interface whose time and server are in the hands of the test.
pub(crate) struct Interface {
    pub(crate) state: State,
    size: (u16, u16),
    elapsed: Duration,
    server: Server,
    /// Requests that the server has not answered.
    requests: VecDeque<Query>,
    /// Effects other than requests for data, in order.
    pub(crate) effects: Vec<Effect>,
}

impl Interface {
    /// Opens the interface, and lets the server answer everything that it asks for.
    pub(crate) fn open(options: &Options, size: (u16, u16), server: Server) -> Self {
        let mut ui = Self::open_unanswered(options, size, server);
        ui.answer_all();
        // The detail of a job that was just selected is not loaded at once.
        ui.elapsed += Duration::from_millis(150);
        ui.send(Message::Tick);
        ui.answer_all();
        ui
    }

    /// Opens the interface; the server answers later.
    pub(crate) fn open_unanswered(options: &Options, size: (u16, u16), server: Server) -> Self {
        let endpoint = Endpoint {
            gateway_url: "http://127.0.0.1:3000/".to_owned(),
            read_model_url: "http://127.0.0.1:8080/".to_owned(),
            web_url: Some("http://127.0.0.1:8081".to_owned()),
            ..Endpoint::default()
        };
        let now = Now {
            wall: opened_at(),
            elapsed: Duration::ZERO,
        };
        let mut ui = Self {
            state: State::new(options, endpoint, size, now),
            size,
            elapsed: Duration::ZERO,
            server,
            requests: VecDeque::new(),
            effects: Vec::new(),
        };
        ui.send(Message::Tick);
        ui.draw();
        let opened = match server {
            Server::Silent => return ui,
            Server::Empty | Server::Busy | Server::Full => StreamUpdate::Open { is_complete: true },
            Server::Unreachable => StreamUpdate::Lost(unreachable_server()),
            Server::Refusing(refusal) => StreamUpdate::Lost(refused(refusal)),
        };
        ui.send(Message::Stream(opened));
        ui
    }

    /// Sends a message. Its effects are kept.
    pub(crate) fn send(&mut self, message: Message) {
        if let Message::Resized { width, height } = message {
            self.size = (width, height);
        }
        let micros = i64::try_from(self.elapsed.as_micros()).expect("it fits");
        let now = Now {
            wall: Timestamp::from_micros(opened_at().as_micros() + micros),
            elapsed: self.elapsed,
        };
        for effect in update(&mut self.state, now, message) {
            match effect {
                Effect::Load(query) => self.requests.push_back(query),
                other => self.effects.push(other),
            }
        }
    }

    /// Lets the server answer one request. Returns `false` when there is none.
    pub(crate) fn answer_one(&mut self) -> bool {
        let Some(query) = self.requests.pop_front() else {
            return false;
        };
        if let Some(answer) = self.server.answer(query) {
            self.send(Message::Loaded(Box::new(answer)));
        }
        true
    }

    fn answer_all(&mut self) {
        let answers = (0..1_000).take_while(|_| self.answer_one()).count();
        assert!(answers < 1_000, "each answer causes another request");
    }

    /// Returns the number of requests that have no answer yet.
    pub(crate) fn open_requests(&self) -> usize {
        self.requests.len()
    }

    /// Lets time pass, with a tick every second that the server answers.
    pub(crate) fn wait(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.elapsed += Duration::from_secs(1);
            self.send(Message::Tick);
            self.answer_all();
        }
    }

    /// Lets time pass without anything happening.
    pub(crate) fn pass(&mut self, time: Duration) {
        self.elapsed += time;
    }

    /// Replaces the server by one that answers differently.
    pub(crate) fn serve(&mut self, server: Server) {
        self.server = server;
    }

    /// Presses keys, separated by spaces: `g`, `G`, `ctrl-c`, `enter`. Text in quotation marks is typed. The server answers
    /// what each key asks for.
    pub(crate) fn press(&mut self, keys: &str) {
        for name in keys.split(' ') {
            let text = name
                .strip_prefix('"')
                .and_then(|rest| rest.strip_suffix('"'));
            for letter in text.unwrap_or_default().chars() {
                self.send(Message::Key(KeyCode::Char(letter).into()));
            }
            if text.is_none() {
                self.send(Message::Key(key(name)));
            }
            self.answer_all();
            self.draw();
        }
    }

    /// Draws the frame, and returns it.
    pub(crate) fn draw(&mut self) -> Buffer {
        let backend = TestBackend::new(self.size.0, self.size.1);
        let mut terminal = Terminal::new(backend).expect("it cannot fail");
        let mut drawn = None;
        let frame = terminal.draw(|frame| drawn = Some(draw(frame, &self.state)));
        let buffer = frame.expect("it cannot fail").buffer.clone();
        self.state.set_drawn(drawn.expect("it was drawn"));
        buffer
    }
}

/// Returns the event of a key by its name.
pub(crate) fn key(name: &str) -> KeyEvent {
    let (modifiers, rest) = match name.split_once('-') {
        Some(("ctrl", rest)) => (KeyModifiers::CONTROL, rest),
        Some(("shift", rest)) => (KeyModifiers::SHIFT, rest),
        Some(("alt", rest)) => (KeyModifiers::ALT, rest),
        _ => (KeyModifiers::NONE, name),
    };
    let code = match rest {
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" => KeyCode::Tab,
        "space" => KeyCode::Char(' '),
        "backspace" => KeyCode::Backspace,
        "delete" => KeyCode::Delete,
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "pageup" => KeyCode::PageUp,
        "pagedown" => KeyCode::PageDown,
        letter => KeyCode::Char(letter.chars().next().expect("a key has a name")),
    };
    KeyEvent::new(code, modifiers)
}
