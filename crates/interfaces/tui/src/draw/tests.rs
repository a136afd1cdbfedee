//! Snapshots of what is drawn without an observatory, and of the windows of this machine.

mod cluster;
mod launcher;
mod links;
mod setup;
mod tour;

use odd_contracts::Timestamp;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::draw;
use crate::connection::Endpoint;
use crate::data::LoadFailure;
use crate::message::{Loaded, Message};
use crate::options::Options;
use crate::screenshot::to_text;
use crate::state::{Now, State};
use crate::update::update;

const SIZES: [(u16, u16); 3] = [(80, 24), (200, 50), (60, 16)];

/// A state at a fixed time, to which messages are sent.
struct Story {
    state: State,
    seconds: u64,
}

impl Story {
    fn begin(options: &Options) -> Self {
        let endpoint = Endpoint {
            gateway_url: "http://127.0.0.1:3000/".into(),
            read_model_url: "http://127.0.0.1:8080/".into(),
            web_url: Some("http://127.0.0.1:8081".into()),
            profile: None,
        };
        let state = State::new(options, endpoint, (80, 24), at(10));
        Self { state, seconds: 10 }
    }

    /// A state in which nothing can be reached.
    fn unreachable(options: &Options) -> Self {
        let mut story = Self::begin(options);
        let failure = LoadFailure {
            what: "cannot reach the read-model at http://127.0.0.1:8080/".into(),
            cause: "Connection refused (os error 111)".into(),
            hint: "start it with `odd-dashboard up`, or check the URLs",
            is_unreachable: true,
        };
        story.send(Message::Loaded(Box::new(Loaded::Overview(Err(failure)))));
        story
    }

    fn send(&mut self, message: Message) {
        update(&mut self.state, at(self.seconds), message);
    }

    fn press(&mut self, key: char) {
        use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
        let key = KeyEvent::new(KeyCode::Char(key), KeyModifiers::NONE);
        self.send(Message::Key(key));
    }

    /// Lets time pass.
    fn wait(&mut self, seconds: u64) {
        self.seconds += seconds;
        self.send(Message::Tick);
    }

    /// Draws the state at one size.
    fn screen(&mut self, (width, height): (u16, u16)) -> String {
        self.send(Message::Resized { width, height });
        let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a terminal");
        let frame = terminal.draw(|frame| {
            draw(frame, &self.state);
        });
        to_text(frame.expect("drawn").buffer)
    }

    /// Draws the state at every size.
    fn screens(&mut self) -> String {
        let screens = SIZES.map(|size| format!("{} x {}\n{}", size.0, size.1, self.screen(size)));
        screens.join("\n")
    }
}

fn at(seconds: u64) -> Now {
    let micros = 1_790_000_000_000_000 + i64::try_from(seconds).expect("few") * 1_000_000;
    Now {
        wall: Timestamp::from_micros(micros),
        elapsed: std::time::Duration::from_secs(seconds),
    }
}
