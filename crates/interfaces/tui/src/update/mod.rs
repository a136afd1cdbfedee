//! How messages change the state. Nothing here does I/O: what has to be done outside is returned as effects.

mod actions;
mod answer;
mod attach;
mod changes;
mod command_list;
mod desktop;
mod detail;
mod detail_cursor;
mod detail_search;
mod detail_text;
mod filter_line;
mod form;
mod form_outcome;
mod input;
mod launch;
mod link;
mod links;
mod loaded;
mod marks;
mod movement;
mod navigation;
mod palette;
mod pointer;
#[cfg(test)]
mod restricted_tests;
mod schedule;
mod setup;
mod stream;
#[cfg(test)]
pub(crate) mod tests;
mod tour;
mod user_command;

pub(crate) use launch::cannot_start;

use std::time::Duration;

use crate::effect::Effect;
use crate::message::{Changed, Message};
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
        Message::Loaded(answer) => watch_selection(state, |state| loaded::take(state, *answer)),
        Message::Stream(change) => watch_selection(state, |state| stream::take(state, change)),
        Message::Changed(outcome) => {
            if let Changed::Submitted { key, outcome } = &outcome {
                tour::submitted(state, key, outcome);
            }
            changes::finish(state, outcome)
        }
        other => take_local(state, other),
    };
    expire_notice(state);
    detail::arrange(state);
    tour::observe(state);
    effects.extend(tour::offer(state));
    effects.extend(schedule::due_loads(state));
    changes::count(state, &effects);
    effects
}

/// Applies what has happened on this machine.
fn take_local(state: &mut State, message: Message) -> Vec<Effect> {
    match message {
        Message::KeyCreated(key) => form::take_key(state, key),
        Message::Edited(text) => return form::take_edited(state, &text),
        Message::CommandEnded { name, wait, end } => {
            return user_command::end(state, &name, wait, end);
        }
        Message::Copied { what, outcome } => return desktop::copied(state, what, outcome),
        Message::NotOpened { url, why } => desktop::not_opened(state, &url, &why),
        Message::LinkChecked { url, answers } => state.links.check(&url, answers),
        Message::Setup(run, update) => state.setup.take(run, update),
        Message::Launch(update) => return launch::take(state, update),
        Message::Attached(to, result) => attach::finish(state, &to, result),
        Message::Notice(notice) => state.notify(notice),
        _ => {}
    }
    Vec::new()
}

/// Applies new data. The cursor stays on its rows, and it is noted when another one is under it nevertheless.
fn watch_selection(
    state: &mut State,
    apply: impl FnOnce(&mut State) -> Vec<Effect>,
) -> Vec<Effect> {
    let (selected, anchors) = (state.selected_id(), state.anchors());
    let effects = apply(state);
    state.keep_at(&anchors);
    movement::follow_selection(state);
    if selected.is_some() && selected != state.selected_id() {
        state.selection_moved_at = Some(state.now.elapsed);
    }
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
