use odd_contracts::EventEnvelope;

use super::loaded;
use crate::effect::Effect;
use crate::message::StreamUpdate;
use crate::state::{Freeze, State, Stream};

/// Applies an update of the event stream.
pub(super) fn take(state: &mut State, change: StreamUpdate) -> Vec<Effect> {
    match change {
        StreamUpdate::Open { is_complete } => {
            state.stream = Stream::Live;
            if !is_complete {
                state.events.history.reload();
                state.detail.outdate();
                super::schedule::outdate_lists(state);
            }
        }
        StreamUpdate::Events(events) => {
            state.stream = Stream::Live;
            match &mut state.freeze {
                Some(freeze) => freeze.hold(events),
                None => apply(state, &events),
            }
        }
        StreamUpdate::Lost(why) => {
            let since = match &state.stream {
                Stream::Lost { since, .. } => *since,
                _ => state.now.elapsed,
            };
            state.stream = Stream::Lost { why, since };
        }
    }
    Vec::new()
}

/// Resumes after a freeze: applies what has arrived since.
pub(super) fn resume(state: &mut State, freeze: Freeze) -> Vec<Effect> {
    if freeze.has_dropped() {
        state.detail.outdate();
    }
    let (events, answers) = freeze.into_held();
    let mut effects = Vec::new();
    for answer in answers {
        effects.extend(loaded::take(state, answer));
    }
    apply(state, &events);
    effects
}

fn apply(state: &mut State, events: &[EventEnvelope]) {
    let shown = state.detail.job_id;
    for event in events {
        state.events.push(event);
        if let Some(table) = state.jobs.table.value_mut() {
            table.apply(event);
        }
        if shown == Some(event.payload.job_id) {
            state.detail.apply(event);
        }
    }
    if !events.is_empty() {
        super::schedule::outdate_lists(state);
    }
}
