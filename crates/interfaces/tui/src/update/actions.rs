use super::link::link;
use super::{
    attach, changes, command_list, detail, detail_text, filter_line, form, launch, links, marks,
    movement, navigation, setup, stream, tour,
};
use odd_client::BulkAction;

use crate::connection::NO_WEB_URL;
use crate::effect::Effect;
use crate::keymap::Action;
use crate::message::Notice;
use crate::state::{FilterTarget, Freeze, Overlay, State};
use crate::view::View;

/// Performs the action of a key.
pub(super) fn run(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Show(view) => navigation::show(state, view),
        Action::NextView => navigation::show(state, state.view.moved_by(1)),
        Action::PreviousView => navigation::show(state, state.view.moved_by(-1)),
        Action::GoBack => navigation::go_back(state),
        Action::GoForward => navigation::go_forward(state),
        Action::LastView => {
            if let Some(view) = state.history.last_view() {
                navigation::show(state, view);
            }
        }
        Action::MoveUp
        | Action::MoveDown
        | Action::PageUp
        | Action::PageDown
        | Action::MoveTop
        | Action::MoveBottom => movement::move_by(state, action),
        Action::Open => return open(state),
        Action::Close => close(state),
        Action::Jump => state.open(Overlay::Jump {
            typed: String::new(),
        }),
        Action::EditFilter if state.overlays.is_empty() => filter_line::open(state),
        Action::ClearFilter => filter_line::clear(state),
        Action::Palette => command_list::open(state),
        Action::Help => state.open(Overlay::Help { scroll: 0 }),
        Action::Health => state.open(Overlay::Health { scroll: 0 }),
        Action::NextWindow => state.overview.next_window(),
        Action::Refresh => return refresh(state),
        Action::Links => links::open(state),
        Action::Setup => return setup::open(state),
        Action::Launch(target) => return launch::start(state, target),
        Action::Attach => attach::open(state),
        Action::Tour => tour::open(state),
        Action::Freeze => return toggle_freeze(state),
        Action::Mark => marks::toggle(state),
        Action::MarkRange => marks::range(state),
        _ if detail::run(state, action) => {}
        _ => return run_on_selection(state, action),
    }
    Vec::new()
}

/// Does what applies to the selected or marked jobs, or to the interface as a whole.
fn run_on_selection(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Retry if state.view == View::Queues => changes::request(state, BulkAction::Replay),
        Action::Retry => changes::request(state, BulkAction::Retry),
        Action::Cancel => changes::request(state, BulkAction::Cancel),
        Action::Drop => changes::request(state, BulkAction::Drop),
        Action::Silence => changes::toggle_silence(state),
        Action::Acknowledge => changes::acknowledge(state),
        Action::NewJob => form::open(state),
        Action::EditCopy => form::open_copy(state),
        Action::MarkAll => marks::all(state),
        Action::Sort => sort(state, state.jobs.sort.next(), false),
        Action::ReverseSort => sort(state, state.jobs.sort, !state.jobs.is_reversed),
        Action::WideColumns => {
            state.jobs.is_wide = !state.jobs.is_wide;
            Vec::new()
        }
        Action::StopObservatory => launch::request_stop(state),
        Action::CopyId => copy(state),
        Action::CopyValue => detail_text::copy(state),
        Action::ShowInPager => detail_text::page(state),
        Action::CopyLink => with_link(state, |text| Effect::Copy { what: "link", text }),
        Action::OpenInBrowser => browse(state),
        Action::Screenshot => vec![Effect::Screenshot],
        Action::ToggleMouse => {
            state.has_mouse = !state.has_mouse;
            vec![Effect::CaptureMouse(state.has_mouse)]
        }
        Action::Quit => changes::quit(state, false),
        Action::QuitKeepingScreen => changes::quit(state, true),
        Action::QuitAtOnce => vec![Effect::Interrupt],
        _ => Vec::new(),
    }
}

fn open(state: &mut State) -> Vec<Effect> {
    match state.overlays.last() {
        Some(Overlay::Links) => return links::browse(state),
        Some(_) => return Vec::new(),
        None => {}
    }
    if let Some(id) = state.selected_job() {
        navigation::open_job(state, id);
    } else if state.view == View::Queues
        && let Some(queue) = state.selected_queue()
    {
        let filter = format!("queue:{}", queue.queue);
        filter_line::apply(state, FilterTarget::Jobs, &filter);
    }
    Vec::new()
}

/// Closes what is open; then clears the marks, then the filter.
fn close(state: &mut State) {
    let is_detail = matches!(state.overlays.last(), Some(Overlay::Detail));
    if is_detail && detail::close_inner(state) {
        return;
    }
    if state.overlays.pop().is_some() {
        movement::follow_selection(state);
    } else if !state.jobs.marks.is_empty() {
        state.jobs.clear_marks();
    } else if matches!(state.view, View::Jobs | View::Events | View::Queues) {
        filter_line::clear(state);
    }
}

fn refresh(state: &mut State) -> Vec<Effect> {
    match state.overlays.last() {
        Some(Overlay::Setup) => return setup::check(state),
        Some(Overlay::Links) => {
            state.links.reload();
            return Vec::new();
        }
        _ => {}
    }
    super::schedule::reload_all(state);
    state.jobs.unseen = 0;
    if state.view == View::Jobs {
        state.jobs.show_newest();
    }
    let text = match state.shows_start() {
        true => "looking again",
        false => "loading everything again",
    };
    state.notify(Notice::hint(text));
    Vec::new()
}

fn toggle_freeze(state: &mut State) -> Vec<Effect> {
    match state.freeze.take() {
        None => {
            state.freeze = Some(Freeze::at(state.now.elapsed));
            Vec::new()
        }
        Some(freeze) => stream::resume(state, freeze),
    }
}

fn sort(state: &mut State, key: crate::state::SortKey, is_reversed: bool) -> Vec<Effect> {
    state.jobs.sort = key;
    state.jobs.is_reversed = is_reversed;
    state.jobs.resort(state.page_rows());
    Vec::new()
}

/// Uses the URL of the web page that shows the same, if it is known.
fn with_link(state: &mut State, effect: impl FnOnce(String) -> Effect) -> Vec<Effect> {
    match link(state) {
        Some(url) => vec![effect(url)],
        None => {
            state.notify(Notice::hint(NO_WEB_URL));
            Vec::new()
        }
    }
}

fn browse(state: &mut State) -> Vec<Effect> {
    match state.overlays.last() {
        Some(Overlay::Links) => links::browse(state),
        _ => with_link(state, Effect::Browse),
    }
}

/// Copies the id of what is selected, or what an open window offers to copy.
fn copy(state: &mut State) -> Vec<Effect> {
    match state.overlays.last() {
        Some(Overlay::Links) => return links::copy(state),
        Some(Overlay::Setup) => return setup::copy(state),
        Some(Overlay::Address { url, .. }) => {
            return vec![Effect::Copy {
                what: "URL",
                text: url.clone(),
            }];
        }
        _ => {}
    }
    match state.selected_job() {
        Some(id) => vec![Effect::Copy {
            what: "job id",
            text: id.to_string(),
        }],
        None => {
            state.notify(Notice::hint("nothing is selected"));
            Vec::new()
        }
    }
}
