//! How messages change the state. Nothing here does I/O: what has to be done outside is returned as effects.

mod actions;
mod answer;
mod changes;
mod command_list;
mod detail;
mod detail_cursor;
mod detail_search;
mod detail_text;
mod filter_line;
mod form;
mod form_outcome;
mod input;
mod link;
mod loaded;
mod movement;
mod navigation;
mod palette;
mod pointer;
mod schedule;
mod stream;
mod user_command;

use std::time::Duration;

use crate::effect::Effect;
use crate::message::Message;
use crate::state::{Now, State};

/// Time after which a notice disappears.
const NOTICE_TIME: Duration = Duration::from_secs(6);

/// Changes the state after a message, and returns what has to be done.
pub fn update(state: &mut State, now: Now, message: Message) -> Vec<Effect> {
    state.now = now;
    let mut effects = match message {
        Message::Key(key) => input::press(state, &key),
        Message::Paste(text) => input::paste(state, &text),
        Message::Mouse(event) => pointer::use_mouse(state, event),
        Message::Resized { width, height } => {
            (state.width, state.height) = (width, height);
            Vec::new()
        }
        Message::Tick => Vec::new(),
        Message::Loaded(answer) => loaded::take(state, *answer),
        Message::Stream(change) => stream::take(state, change),
        Message::Changed(outcome) => changes::finish(state, outcome),
        Message::KeyCreated(key) => {
            form::take_key(state, key);
            Vec::new()
        }
        Message::Edited(text) => form::take_edited(state, &text),
        Message::CommandEnded { name, wait, end } => user_command::end(state, &name, wait, end),
        Message::Notice(notice) => {
            state.notify(notice);
            Vec::new()
        }
    };
    expire_notice(state);
    detail::arrange(state);
    effects.extend(schedule::due_loads(state));
    effects
}

fn expire_notice(state: &mut State) {
    let now = state.now.elapsed;
    if let Some((_, at)) = &state.notice
        && now.saturating_sub(*at) >= NOTICE_TIME
    {
        state.notice = None;
    }
}
