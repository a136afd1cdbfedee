use std::io;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crossterm::event::{Event, EventStream};
use futures_util::StreamExt;
use odd_contracts::Timestamp;
use tokio::sync::mpsc;

use crate::effect::Effect;
use crate::message::Message;
use crate::options::{Connection, Options};
use crate::runner::{Runner, follow_events};
use crate::state::{Endpoint, Now, State};
use crate::terminal::{Screen, Session};
use crate::update::update;

/// Messages that wait to be handled. When there are as many, the event stream is read no further.
const QUEUED_MESSAGES: usize = 256;

/// Shortest time between two frames that no key has caused.
const FRAME_TIME: Duration = Duration::from_millis(33);

/// Time between two ticks while something is animated, and otherwise.
const FAST_TICK: Duration = Duration::from_millis(100);
const SLOW_TICK: Duration = Duration::from_secs(1);

/// How the interface ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The user quit.
    Quit,
    /// Ctrl+C was pressed.
    Interrupted,
    /// The process was asked to end.
    Terminated,
}

/// The interface could not run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The terminal could not be used.
    #[error("cannot use the terminal")]
    Terminal(#[from] io::Error),
}

/// Shows the observatory until the user quits, or `terminated` completes. Has to run on a Tokio runtime. The terminal is restored in every case.
///
/// # Errors
/// When the terminal cannot be used, or is lost.
pub async fn run(
    connection: Connection,
    options: Options,
    terminated: impl Future<Output = ()>,
) -> Result<End, RunError> {
    let (sender, receiver) = mpsc::channel(QUEUED_MESSAGES);
    let submit_timeout = (!options.read_only).then_some(options.submit_timeout);
    let runner = Runner::new(connection.client.clone(), submit_timeout, sender.clone());
    let follower = tokio::spawn(follow_events(connection.client.clone(), sender));
    let session = Session::start(options.mouse)?;
    let ui = Interface::open(&connection, &options, runner, receiver)?;
    let ended = ui.run(&session, terminated).await;
    follower.abort();
    let (end, last_screen) = ended?;
    session.end_with(last_screen.as_deref())?;
    Ok(end)
}

struct Interface {
    screen: Screen,
    state: State,
    runner: Runner,
    messages: mpsc::Receiver<Message>,
    started: Instant,
    /// The end that the user has asked for.
    end: Option<(End, bool)>,
}

impl Interface {
    fn open(
        connection: &Connection,
        options: &Options,
        runner: Runner,
        messages: mpsc::Receiver<Message>,
    ) -> io::Result<Self> {
        let screen = Screen::open()?;
        let started = Instant::now();
        let endpoint = Endpoint {
            read_model_url: connection.read_model_url.clone(),
            web_url: connection.web_url.clone(),
        };
        let state = State::new(options, endpoint, screen.size()?, now(started));
        Ok(Self {
            screen,
            state,
            runner,
            messages,
            started,
            end: None,
        })
    }

    /// Handles messages and draws. A key is drawn at once; what else changes, at most thirty times a second.
    async fn run(
        mut self,
        session: &Session,
        terminated: impl Future<Output = ()>,
    ) -> io::Result<(End, Option<String>)> {
        let mut terminated = std::pin::pin!(terminated);
        let mut input = EventStream::new();
        self.handle(Message::Tick, session)?;
        self.screen.draw(&mut self.state)?;
        let mut drawn_at = Instant::now();
        let mut is_outdated = false;
        loop {
            let wait = match is_outdated {
                true => FRAME_TIME.saturating_sub(drawn_at.elapsed()),
                false => self.tick(),
            };
            let mut is_urgent = false;
            tokio::select! {
                biased;
                () = &mut terminated => return Ok((End::Terminated, None)),
                event = input.next() => {
                    let event = event.unwrap_or_else(|| Err(io::ErrorKind::UnexpectedEof.into()))?;
                    is_urgent = self.handle_input(event, session)?;
                }
                Some(message) = self.messages.recv() => {
                    self.handle(message, session)?;
                    self.drain(session)?;
                    is_outdated = true;
                }
                () = tokio::time::sleep(wait) => {
                    if !is_outdated {
                        self.handle(Message::Tick, session)?;
                    }
                    is_urgent = true;
                }
            }
            if let Some((end, keeps_screen)) = self.end {
                return self.ended(end, keeps_screen);
            }
            if is_urgent || (is_outdated && drawn_at.elapsed() >= FRAME_TIME) {
                self.screen.draw(&mut self.state)?;
                drawn_at = Instant::now();
                is_outdated = false;
            }
        }
    }
}

impl Interface {
    /// Handles the messages that have arrived meanwhile, but not so many that a key would wait.
    fn drain(&mut self, session: &Session) -> io::Result<()> {
        for _ in 0..16 {
            match self.messages.try_recv() {
                Ok(message) => self.handle(message, session)?,
                Err(_) => break,
            }
        }
        Ok(())
    }

    /// Handles an event of the terminal. Returns whether it changes what is shown.
    fn handle_input(&mut self, event: Event, session: &Session) -> io::Result<bool> {
        let message = match event {
            Event::Key(key) => Message::Key(key),
            Event::Paste(text) => Message::Paste(text),
            Event::Mouse(event) => Message::Mouse(event),
            Event::Resize(width, height) => Message::Resized { width, height },
            Event::FocusGained | Event::FocusLost => return Ok(false),
        };
        self.handle(message, session)?;
        Ok(true)
    }

    fn handle(&mut self, message: Message, session: &Session) -> io::Result<()> {
        for effect in update(&mut self.state, now(self.started), message) {
            self.start(effect, session)?;
        }
        Ok(())
    }

    fn start(&mut self, effect: Effect, session: &Session) -> io::Result<()> {
        match effect {
            Effect::Load(query) => self.runner.load(query),
            Effect::Change(change) => self.runner.change(change),
            Effect::RunCommand { name, argv, wait } => self.runner.run_command(name, argv, wait),
            Effect::CreateKey => {
                let key = Message::KeyCreated(uuid::Uuid::new_v4().to_string());
                self.handle(key, session)?;
            }
            Effect::CaptureMouse(is_captured) => session.capture_mouse(is_captured)?,
            Effect::Quit { keep_screen } => self.end = Some((End::Quit, keep_screen)),
            Effect::Interrupt => self.end = Some((End::Interrupted, false)),
            Effect::Copy { .. }
            | Effect::Browse(_)
            | Effect::Page(_)
            | Effect::Edit { .. }
            | Effect::Screenshot => {}
        }
        Ok(())
    }

    /// Returns the time until the next tick.
    fn tick(&self) -> Duration {
        match self.state.is_animated() {
            true => FAST_TICK,
            false => SLOW_TICK,
        }
    }

    fn ended(mut self, end: End, keeps_screen: bool) -> io::Result<(End, Option<String>)> {
        let last_screen = match keeps_screen {
            true => Some(as_text(&self.screen.draw(&mut self.state)?)),
            false => None,
        };
        Ok((end, last_screen))
    }
}

/// Returns the characters of a screen.
fn as_text(buffer: &ratatui::buffer::Buffer) -> String {
    let width = usize::from(buffer.area.width.max(1));
    let mut text = String::new();
    for row in buffer.content.chunks(width) {
        let line: String = row.iter().map(|cell| cell.symbol()).collect();
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn now(started: Instant) -> Now {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    let micros = since_epoch.map_or(0, |since| since.as_micros());
    Now {
        wall: Timestamp::from_micros(i64::try_from(micros).unwrap_or(i64::MAX)),
        elapsed: started.elapsed(),
    }
}
