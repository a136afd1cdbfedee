use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use odd_contracts::{Job, JobStatus};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Rect;

use crate::connection::Endpoint;
use crate::draw::Canvas;
use crate::draw::overlays::detail::draw_detail_window;
use crate::effect::Effect;
use crate::fixtures::{job, second};
use crate::message::{Loaded, Message};
use crate::options::Options;
use crate::state::{Drawn, Hits, Now, State};
use crate::update::update;
use crate::view::View;

/// A terminal with the detail of one job.
pub(super) struct Screen {
    pub(super) state: State,
    pub(super) second: i64,
}

impl Screen {
    pub(super) fn of(width: u16, height: u16) -> Self {
        Self::with(width, height, Options::default())
    }

    /// Opens the detail of the job at second 20.
    pub(super) fn with(width: u16, height: u16, options: Options) -> Self {
        let options = Options {
            job: Some(job(JobStatus::Pending).id),
            view: View::Jobs,
            ..options
        };
        let state = State::new(&options, Endpoint::default(), (width, height), now(20));
        let mut screen = Self { state, second: 20 };
        screen.send(Message::Tick);
        screen
    }

    pub(super) fn send(&mut self, message: Message) -> Vec<Effect> {
        let effects = update(&mut self.state, now(self.second), message);
        self.text();
        effects
    }

    pub(super) fn take(&mut self, loaded: Loaded) -> Vec<Effect> {
        self.send(Message::Loaded(Box::new(loaded)))
    }

    pub(super) fn take_job(&mut self, job: &Job) {
        self.take(Loaded::Job(job.id, Ok(Box::new(job.clone()))));
    }

    pub(super) fn press(&mut self, code: KeyCode) -> Vec<Effect> {
        self.send(Message::Key(KeyEvent::new(code, KeyModifiers::NONE)))
    }

    pub(super) fn type_text(&mut self, text: &str) {
        for char in text.chars() {
            self.press(KeyCode::Char(char));
        }
    }

    /// Draws the window in the area that a view has on this terminal, and returns its characters.
    pub(super) fn text(&mut self) -> String {
        let area = Rect::new(0, 0, self.state.width, self.state.height - 5);
        self.drawn(area, draw_detail_window)
    }

    pub(super) fn drawn(&mut self, area: Rect, draw: fn(&mut Canvas<'_>, Rect)) -> String {
        let mut terminal =
            Terminal::new(TestBackend::new(area.width, area.height)).expect("in memory");
        let mut hits = Hits::default();
        let state = &self.state;
        let drawn = terminal.draw(|frame| {
            draw(&mut Canvas::new(frame.buffer_mut(), state, &mut hits), area);
        });
        drawn.expect("in memory");
        self.state.set_drawn(Drawn(hits));
        let buffer = terminal.backend().buffer();
        let rows = buffer.content.chunks(area.width.into());
        let lines = rows.map(|row| {
            let text: String = row.iter().map(|cell| cell.symbol()).collect();
            text.trim_end().to_owned() + "\n"
        });
        lines.collect()
    }
}

fn now(seconds: i64) -> Now {
    Now {
        wall: second(seconds),
        elapsed: Duration::from_secs(u64::try_from(seconds).expect("not negative")),
    }
}
