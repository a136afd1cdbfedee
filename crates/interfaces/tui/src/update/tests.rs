//! What the tests of updates share.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use odd_contracts::Timestamp;

use super::update;
use crate::connection::Endpoint;
use crate::effect::Effect;
use crate::message::Message;
use crate::options::Options;
use crate::state::{Now, State};

pub(crate) fn now() -> Now {
    Now {
        wall: Timestamp::from_micros(1_790_000_000_000_000),
        elapsed: Duration::from_secs(10),
    }
}

pub(crate) fn state() -> State {
    state_with(&Options::default())
}

pub(crate) fn state_with(options: &Options) -> State {
    let endpoint = Endpoint {
        gateway_url: "http://127.0.0.1:3000/".into(),
        read_model_url: "http://127.0.0.1:8080/".into(),
        ..Endpoint::default()
    };
    State::new(options, endpoint, (80, 24), now())
}

pub(crate) fn updated(state: &mut State, message: Message) -> Vec<Effect> {
    update(state, now(), message)
}

/// Presses a key such as `L`, `ctrl-q` or `enter`.
pub(crate) fn pressed(state: &mut State, name: &str) -> Vec<Effect> {
    let (name, modifiers) = match name.strip_prefix("ctrl-") {
        Some(name) => (name, KeyModifiers::CONTROL),
        None => (name, KeyModifiers::NONE),
    };
    let code = match name {
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "down" => KeyCode::Down,
        _ => KeyCode::Char(name.chars().next().expect("a character")),
    };
    updated(state, Message::Key(KeyEvent::new(code, modifiers)))
}

pub(crate) fn typed(state: &mut State, text: &str) {
    for char in text.chars() {
        let key = KeyEvent::new(KeyCode::Char(char), KeyModifiers::NONE);
        updated(state, Message::Key(key));
    }
}
