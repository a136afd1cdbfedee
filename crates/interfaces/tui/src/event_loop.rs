use std::io;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crossterm::event::{Event, EventStream, MouseEventKind};
use futures_util::StreamExt;
use odd_contracts::Timestamp;
use tokio::sync::mpsc;

use crate::connection::{Connection, Endpoint};
use crate::launch::LeftRunning;
use crate::message::Message;
use crate::options::Options;
use crate::outcome::{End, Outcome};
use crate::perform::Performer;
use crate::screenshot::to_text;
use crate::state::{Now, State};
use crate::terminal::Session;
use crate::update::update;

/// Messages of this machine that wait to be handled.
const QUEUED_MESSAGES: usize = 64;

/// Shortest time between two frames that no key has caused.
const FRAME_TIME: Duration = Duration::from_millis(33);

/// Time between two ticks while something is animated, and otherwise.
const FAST_TICK: Duration = Duration::from_millis(100);
const SLOW_TICK: Duration = Duration::from_secs(1);

/// Passes input and messages to the state, draws it, and lets the performer do what it asks for.
pub(crate) struct EventLoop<'a> {
    performer: Performer<'a>,
    state: State,
    /// Messages of this machine. Those of the observatory come from the performer.
    local: mpsc::Receiver<Message>,
    started: Instant,
}

/// What wakes the loop.
enum Wake {
    Terminated,
    Input(io::Result<Event>),
    Message(Message),
    Time,
}

impl<'a> EventLoop<'a> {
    pub(crate) fn open(
        connection: Connection,
        options: Options,
        session: &'a Session,
    ) -> io::Result<Self> {
        let (sender, local) = mpsc::channel(QUEUED_MESSAGES);
        let started = Instant::now();
        let endpoint = Endpoint::from(&connection);
        let mut state = State::new(&options, endpoint, (0, 0), now(started));
        let performer = Performer::open(connection, options, session, sender)?;
        (state.width, state.height) = performer.screen.size()?;
        Ok(Self {
            performer,
            state,
            local,
            started,
        })
    }

    /// Handles messages and draws. A key is drawn at once; what else changes, at most thirty times a second. Returns the text
    /// of the last screen if the user wants to keep it.
    pub(crate) async fn run(
        mut self,
        terminated: impl Future<Output = ()>,
    ) -> io::Result<(Outcome, Option<String>)> {
        let mut terminated = std::pin::pin!(terminated);
        self.handle(Message::Tick)?;
        self.performer.screen.draw(&mut self.state)?;
        let mut drawn_at = Instant::now();
        let mut is_outdated = false;
        loop {
            let wait = match is_outdated {
                true => FRAME_TIME.saturating_sub(drawn_at.elapsed()),
                false => self.tick(),
            };
            let wake = tokio::select! {
                biased;
                () = &mut terminated => Wake::Terminated,
                event = next_input(&mut self.performer.input) => Wake::Input(event),
                Some(message) = self.local.recv() => Wake::Message(message),
                Some(message) = self.performer.messages.recv() => Wake::Message(message),
                () = tokio::time::sleep(wait) => Wake::Time,
            };
            let is_urgent = match wake {
                Wake::Terminated => return self.ended(End::Terminated, false),
                Wake::Input(event) => self.handle_input(event?)?,
                Wake::Message(message) => {
                    self.handle(message)?;
                    self.drain()?;
                    is_outdated = true;
                    false
                }
                Wake::Time => {
                    if !is_outdated {
                        self.handle(Message::Tick)?;
                    }
                    true
                }
            };
            if let Some((end, keeps_screen)) = self.performer.end {
                return self.ended(end, keeps_screen);
            }
            if is_urgent || (is_outdated && drawn_at.elapsed() >= FRAME_TIME) {
                self.performer.screen.draw(&mut self.state)?;
                drawn_at = Instant::now();
                is_outdated = false;
            }
        }
    }

    /// Handles the messages that have arrived meanwhile, but not so many that a key would wait.
    fn drain(&mut self) -> io::Result<()> {
        for _ in 0..16 {
            match self.performer.messages.try_recv() {
                Ok(message) => self.handle(message)?,
                Err(_) => break,
            }
        }
        Ok(())
    }

    /// Handles an event of the terminal. Returns whether it changes what is shown.
    fn handle_input(&mut self, event: Event) -> io::Result<bool> {
        let message = match event {
            Event::Key(key) => Message::Key(key),
            Event::Paste(text) => Message::Paste(text),
            Event::Mouse(event) if event.kind == MouseEventKind::Moved => return Ok(false),
            Event::Mouse(event) => Message::Mouse(event),
            Event::Resize(width, height) => Message::Resized { width, height },
            Event::FocusGained | Event::FocusLost => return Ok(false),
        };
        self.handle(message)?;
        Ok(true)
    }

    /// Updates the state, and then with the messages that its effects answer at once.
    fn handle(&mut self, message: Message) -> io::Result<()> {
        let mut messages = vec![message];
        while let Some(message) = messages.pop() {
            for effect in update(&mut self.state, now(self.started), message) {
                messages.extend(self.performer.perform(effect, &mut self.state)?);
            }
        }
        Ok(())
    }

    /// Returns the time until the next tick.
    fn tick(&self) -> Duration {
        match self.state.needs_fast_ticks() {
            true => FAST_TICK,
            false => SLOW_TICK,
        }
    }

    fn ended(mut self, end: End, keeps_screen: bool) -> io::Result<(Outcome, Option<String>)> {
        let last_screen = match keeps_screen {
            true => Some(to_text(&self.performer.screen.draw(&mut self.state)?)),
            false => None,
        };
        let launch = &self.state.launch;
        let running = launch.pid.filter(|_| launch.is_alive());
        let left_running = running
            .zip(launch.launcher.as_ref())
            .map(|(pid, launcher)| LeftRunning {
                target: launch.target,
                pid,
                data_dir: launcher.data_dir.clone(),
                started: launch.started(),
            });
        Ok((Outcome { end, left_running }, last_screen))
    }
}

async fn next_input(input: &mut Option<EventStream>) -> io::Result<Event> {
    let event = match input {
        Some(input) => input.next().await,
        None => std::future::pending().await,
    };
    event.unwrap_or_else(|| Err(io::ErrorKind::UnexpectedEof.into()))
}

fn now(started: Instant) -> Now {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    let micros = since_epoch.map_or(0, |since| since.as_micros());
    Now {
        wall: Timestamp::from_micros(i64::try_from(micros).unwrap_or(i64::MAX)),
        elapsed: started.elapsed(),
    }
}
