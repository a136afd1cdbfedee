use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::offered::{DETAIL, has_effect};
use crate::draw::Canvas;
use crate::format;
use crate::keymap::{Action, BINDINGS, Binding, Scope};
use crate::launch::LaunchTarget;
use crate::state::{LaunchPhase, Overlay, Phase, State};

/// Number of hints at the end that are always drawn: help and quit.
const LAST: usize = 2;

/// Draws the most useful keys, as many as fit, and how to get help and to quit.
pub(crate) fn draw_footer(canvas: &mut Canvas<'_>, area: Rect) {
    let mut hints = match canvas.state.overlays.last() {
        _ if canvas.state.filter_line.is_some() => own(&[
            ("enter", "apply"),
            ("tab", "complete"),
            ("up", "earlier"),
            ("esc", "cancel"),
            ("ctrl-u", "clear"),
        ]),
        Some(Overlay::Confirm(_)) => own(&[("y", "yes"), ("n", "no")]),
        Some(Overlay::Form(form)) if form.is_asking => own(&[("y", "discard"), ("n", "return")]),
        Some(Overlay::Form(form)) if matches!(form.phase, Phase::Accepted { .. }) => own(&[
            ("enter", "open the job"),
            ("n", "another"),
            ("esc", "close"),
        ]),
        Some(Overlay::Form(_)) => bound(canvas, &[Scope::Form]),
        Some(Overlay::Palette(_)) => {
            own(&[("enter", "run"), ("up/down", "choose"), ("esc", "close")])
        }
        Some(Overlay::Jump { .. }) => own(&[("a-z", "jump"), ("esc", "close")]),
        Some(Overlay::Links) => own(&[
            ("enter", "open"),
            ("y", "copy URL"),
            ("r", "refresh"),
            ("esc", "close"),
        ]),
        Some(Overlay::Setup) => {
            let mut hints = own(&[("y", "copy command"), ("r", "refresh"), ("esc", "close")]);
            if canvas.state.setup.command().is_none() {
                hints.remove(0);
            }
            hints
        }
        Some(Overlay::Address { .. }) => own(&[("y", "copy URL"), ("esc", "close")]),
        Some(Overlay::Attach(_)) if canvas.state.profiles.is_empty() => {
            own(&[("enter", "connect"), ("esc", "cancel")])
        }
        Some(Overlay::Attach(_)) => own(&[
            ("enter", "connect"),
            ("down", "next profile"),
            ("esc", "cancel"),
        ]),
        Some(Overlay::Help { .. } | Overlay::Health { .. }) => scrolled(canvas),
        None if canvas.state.shows_start() => start_hints(canvas),
        Some(Overlay::Detail) => of_detail(canvas),
        None => bound(canvas, &canvas.state.scopes()),
    };
    let last = hints.split_off(hints.len().saturating_sub(LAST));
    let reserved: usize = last.iter().map(width).sum();
    let mut room = usize::from(area.width).saturating_sub(reserved);
    hints.retain(|hint| {
        let fits = width(hint) <= room;
        // Once one does not fit, no later one is drawn either.
        room = if fits { room - width(hint) } else { 0 };
        fits
    });
    let mut spans = Vec::new();
    for (key, hint) in hints.into_iter().chain(last) {
        spans.push(Span::styled(format!(" {key} "), canvas.theme().accent()));
        spans.push(Span::styled(format!("{hint}  "), canvas.theme().dim()));
    }
    canvas.line(area, Line::from(spans));
}

fn width((key, hint): &(String, String)) -> usize {
    format::width(key) + format::width(hint) + 4
}

/// Returns the hints of a window with text: how to scroll where there is more of it.
fn scrolled(canvas: &Canvas<'_>) -> Vec<(String, String)> {
    let quit = canvas.state.keymap.key_of(Action::Quit);
    let close = [("esc", "close"), (quit.as_str(), "quit")];
    match canvas.hits.text_rows > canvas.hits.page_rows {
        true => own(&[&[("j/k", "scroll"), ("g/G", "ends")][..], &close].concat()),
        false => own(&close),
    }
}

/// Returns the hints of the start screen: what is possible there.
fn start_hints(canvas: &Canvas<'_>) -> Vec<(String, String)> {
    let state = canvas.state;
    let is_busy = state.launch.is_busy();
    let can_start = state.launch.launcher.is_some() && !is_busy;
    let is_starting = matches!(state.launch.phase, LaunchPhase::Starting { .. });
    let quit = if is_starting {
        "quit, it keeps running"
    } else {
        "quit"
    };
    let hints = [
        (
            Action::Launch(LaunchTarget::Process),
            "start one here",
            can_start,
        ),
        (
            Action::Launch(LaunchTarget::Cluster),
            "Kubernetes",
            can_start,
        ),
        (Action::Attach, "connect", state.can_attach),
        (Action::Refresh, "retry now", !is_busy),
        (Action::StopObservatory, "stop it", is_starting),
        (Action::Setup, "setup", true),
        (Action::Help, "help", true),
        (Action::Quit, quit, true),
    ];
    let possible = hints.into_iter().filter(|(.., is_possible)| *is_possible);
    possible
        .map(|(action, hint, _)| (state.keymap.key_of(action), hint.to_owned()))
        .collect()
}

fn own(hints: &[(&str, &str)]) -> Vec<(String, String)> {
    let hints = hints.iter();
    hints
        .map(|(key, hint)| ((*key).to_owned(), (*hint).to_owned()))
        .collect()
}

/// Returns the hints of the detail: how to leave it, and what can be done there.
fn of_detail(canvas: &Canvas<'_>) -> Vec<(String, String)> {
    let state = canvas.state;
    let mut hints = vec![(state.keymap.key_of(Action::Close), "back".to_owned())];
    let scopes = state.scopes();
    let last = [Action::Help, Action::Quit];
    for action in DETAIL.into_iter().chain(last) {
        let bindings = BINDINGS.iter().enumerate();
        let mut bindings = bindings
            .filter(|(_, binding)| binding.action == action && scopes.contains(&binding.scope));
        if let Some((index, binding)) = bindings.next()
            && is_offered(state, binding)
            && let Some(key) = state.keymap.keys(index).first()
        {
            let opens_event = action == Action::Fold && state.detail.tree().is_none();
            let hint = if opens_event { "JSON" } else { binding.hint };
            hints.push((key.to_string(), hint.to_owned()));
        }
    }
    hints
}

fn is_offered(state: &State, binding: &Binding) -> bool {
    state.offers(binding) && has_effect(state, binding.action)
}

/// Returns the hints of the table of keys, for what is shown.
fn bound(canvas: &Canvas<'_>, scopes: &[Scope]) -> Vec<(String, String)> {
    let state = canvas.state;
    let mut hints: Vec<(String, String)> = Vec::new();
    for scope in scopes {
        for (index, binding) in BINDINGS.iter().enumerate() {
            let is_shown = binding.scope == *scope && !binding.hint.is_empty();
            if !is_shown || !is_offered(state, binding) {
                continue;
            }
            if let Some(key) = state.keymap.keys(index).first() {
                let key = key.to_string();
                if hints.iter().all(|(known, _)| *known != key) {
                    hints.push((key, binding.hint.to_owned()));
                }
            }
        }
    }
    hints
}
