use std::io;
use std::time::Duration;

use crossterm::event::EventStream;
use odd_desktop::{Tool, ToolError};
use tokio::sync::mpsc;

use crate::attach::{AttachTo, Connector};
use crate::connection::{Connection, Endpoint};
use crate::effect::Effect;
use crate::format;
use crate::message::{Message, Notice};
use crate::options::Options;
use crate::outcome::End;
use crate::runner::{Desktop, Server, Workbench};
use crate::screenshot::Background;
use crate::state::State;
use crate::terminal::{Screen, Session, restarted_input};
use crate::theme::Colours;

/// Messages of the observatory that wait to be handled. When there are as many, the event stream is read no further.
const QUEUED_MESSAGES: usize = 256;

/// Performs the effects that the state asks for: at once what concerns the terminal, in the background everything else.
pub(crate) struct Performer<'a> {
    pub(crate) screen: Screen,
    /// `None` only while another program has the terminal.
    pub(crate) input: Option<EventStream>,
    /// The messages of the observatory.
    pub(crate) messages: mpsc::Receiver<Message>,
    /// The end that the user has asked for, and whether the last screen is kept.
    pub(crate) end: Option<(End, bool)>,
    session: &'a Session,
    server: Server,
    /// Longest wait for the answer to a submission; `None` in read-only mode.
    submit_timeout: Option<Duration>,
    connector: Option<Connector>,
    desktop: Desktop,
    workbench: Workbench,
    background: Background,
    /// Whether nothing outside of the terminal may be used.
    is_restricted: bool,
}

impl<'a> Performer<'a> {
    pub(crate) fn open(
        connection: Connection,
        options: Options,
        session: &'a Session,
        local: mpsc::Sender<Message>,
    ) -> io::Result<Self> {
        let submit_timeout = (!options.read_only).then_some(options.submit_timeout);
        let (sender, messages) = mpsc::channel(QUEUED_MESSAGES);
        Ok(Self {
            screen: Screen::open()?,
            input: Some(EventStream::new()),
            messages,
            end: None,
            session,
            server: Server::connect(connection.client, submit_timeout, sender),
            submit_timeout,
            connector: options.connector,
            desktop: Desktop::new(options.restricted, local.clone()),
            workbench: Workbench {
                launcher: options.launcher.filter(|_| !options.read_only),
                setup: options.setup,
                tour_marker: options.tour_marker,
                observatory: None,
                messages: local,
            },
            is_restricted: options.restricted,
            background: match options.colours {
                Colours::Light => Background::Light,
                Colours::Dark | Colours::Sixteen | Colours::None => Background::Dark,
            },
        })
    }

    /// Performs an effect. Returns its answer where that is known at once.
    pub(crate) fn perform(
        &mut self,
        effect: Effect,
        state: &mut State,
    ) -> io::Result<Option<Message>> {
        if self.is_restricted && effect.leaves_terminal() {
            return Ok(not_permitted(effect));
        }
        match effect {
            Effect::Load(query) => self.server.load(query),
            Effect::Change(change) => self.server.change(change),
            // A read-only interface starts no programs, also if the state asks for one.
            Effect::RunCommand { .. } if self.submit_timeout.is_none() => {}
            Effect::RunCommand { name, argv, wait } => self.workbench.run_command(name, argv, wait),
            Effect::CreateKey => {
                let key = uuid::Uuid::new_v4().to_string();
                return Ok(Some(Message::KeyCreated(key)));
            }
            Effect::Copy { what, text } => self.desktop.copy(what, text),
            Effect::Browse(url) => self.desktop.browse(url),
            Effect::SendToTerminal(bytes) => self.session.write(&bytes)?,
            Effect::Page(text) => return self.page(&text, state),
            Effect::Edit { text } => return self.edit(&text, state),
            Effect::Screenshot => self.save_screenshot(state)?,
            Effect::CaptureMouse(is_captured) => self.session.capture_mouse(is_captured)?,
            Effect::CheckLinks(urls) => self.workbench.check_links(urls),
            Effect::CheckSetup(run) => self.workbench.check_setup(run),
            Effect::Launch(target) => self.workbench.launch(target),
            Effect::StopObservatory => self.workbench.stop_observatory(),
            Effect::Attach(to) => {
                let result = self.attach(&to);
                return Ok(Some(Message::Attached(Box::new(to), result)));
            }
            Effect::RememberTour => self.workbench.remember_tour(),
            Effect::Quit { keep_screen } => self.end = Some((End::Quit, keep_screen)),
            Effect::Interrupt => self.end = Some((End::Interrupted, false)),
        }
        Ok(None)
    }

    fn page(&mut self, text: &str, state: &mut State) -> io::Result<Option<Message>> {
        let shown = Tool::pager(self.desktop.environment());
        let shown = self.without_screen(state, || shown.and_then(|pager| pager.show(text)))?;
        Ok(shown.err().map(|error| not_run(&error)))
    }

    fn edit(&mut self, text: &str, state: &mut State) -> io::Result<Option<Message>> {
        let editor = Tool::editor(self.desktop.environment());
        let edited = self.without_screen(state, || {
            editor.and_then(|editor| editor.edit(text, ".json"))
        })?;
        Ok(Some(match edited {
            Ok(text) => Message::Edited(text),
            Err(error) => not_run(&error),
        }))
    }

    /// Gives the terminal to another program, and takes it back when that has ended.
    fn without_screen<T>(&mut self, state: &mut State, run: impl FnOnce() -> T) -> io::Result<T> {
        // The stream reads the terminal on a thread of its own until it is dropped.
        self.input = None;
        self.session.suspend()?;
        let result = run();
        self.session.resume(state.has_mouse)?;
        self.input = Some(restarted_input());
        self.screen.forget()?;
        (state.width, state.height) = self.screen.size()?;
        Ok(result)
    }

    fn save_screenshot(&mut self, state: &mut State) -> io::Result<()> {
        let frame = self.screen.draw(state)?;
        let stem = format!(
            "odd-dashboard-{}",
            format::file_time(state.now.wall, &state.zone)
        );
        self.workbench.save_screenshot(stem, frame, self.background);
        Ok(())
    }

    /// Connects to another observatory. What the one before still sends goes nowhere.
    fn attach(&mut self, to: &AttachTo) -> Result<Endpoint, String> {
        let Some(connector) = &self.connector else {
            return Err("this program cannot change the connection".to_owned());
        };
        let connection = connector.connect(to)?;
        let endpoint = Endpoint::from(&connection);
        let (sender, messages) = mpsc::channel(QUEUED_MESSAGES);
        self.messages = messages;
        self.server = Server::connect(connection.client, self.submit_timeout, sender);
        Ok(endpoint)
    }
}

/// Says that a restricted interface does not do something; shows a URL instead of opening it.
fn not_permitted(effect: Effect) -> Option<Message> {
    match effect {
        Effect::Browse(url) => Some(Message::NotOpened {
            url,
            why: "this terminal cannot open a browser".to_owned(),
        }),
        Effect::RememberTour => None,
        _ => Some(Message::Notice(Notice::failed(
            "this terminal cannot use other programs or files".to_owned(),
        ))),
    }
}

fn not_run(error: &ToolError) -> Message {
    Message::Notice(Notice::failed(format!("{error}: {}", error.hint())))
}
