//! The search in a section of the detail.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::detail_cursor;
use crate::data::{EventRow, JobEvents};
use crate::effect::Effect;
use crate::message::Notice;
use crate::state::{Overlay, Search, Section, State};

/// Largest number of places that a search finds.
const LIMIT: usize = 10_000;

/// Whether keys go to the input of the search.
pub(super) fn is_typing(state: &State) -> bool {
    let is_open = matches!(state.overlays.last(), Some(Overlay::Detail));
    let search = state.detail.search.as_ref();
    is_open && search.is_some_and(|search| search.is_typing)
}

/// Opens the input.
pub(super) fn open(state: &mut State) {
    if state.detail.section == Section::Summary {
        state.notify(Notice::hint(
            "the summary has no search; press v to read it in $PAGER",
        ));
        return;
    }
    let last = state.detail.search.as_ref().map_or("", Search::needle);
    state.detail.search = Some(Search::of(last));
}

/// Handles a key while the text to find is typed.
pub(super) fn press(state: &mut State, key: &KeyEvent) -> Vec<Effect> {
    let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
    let Some(search) = &mut state.detail.search else {
        return Vec::new();
    };
    match key.code {
        KeyCode::Esc => state.detail.search = None,
        KeyCode::Enter if search.needle().is_empty() => state.detail.search = None,
        KeyCode::Enter => search.is_typing = false,
        KeyCode::Char('n') if is_control => step(state, 1),
        KeyCode::Char('p') if is_control => step(state, -1),
        KeyCode::Char('u') if is_control => state.detail.search = Some(Search::of("")),
        _ => {
            if search.input.input(*key) {
                step(state, 0);
            }
        }
    }
    Vec::new()
}

/// Adds pasted text to the text to find.
pub(super) fn paste(state: &mut State, text: &str) {
    let line = text.lines().next().unwrap_or_default();
    if let Some(search) = &mut state.detail.search {
        search.input.insert_str(line);
        step(state, 0);
    }
}

/// Moves the cursor to the next place that was found, or the one before; with a `step` of 0, to the first one from the cursor.
pub(super) fn step(state: &mut State, step: isize) {
    let found = find(state);
    let place = place(state);
    let at = match step {
        0 => found.partition_point(|candidate| *candidate < place) % found.len().max(1),
        1 => found.partition_point(|candidate| *candidate <= place) % found.len().max(1),
        _ => {
            let before = found.partition_point(|candidate| *candidate < place);
            before
                .checked_sub(1)
                .unwrap_or(found.len().saturating_sub(1))
        }
    };
    let Some(search) = &mut state.detail.search else {
        return;
    };
    (search.found, search.at) = (found.len(), at);
    if let Some(place) = found.get(at) {
        go_to(state, *place);
    }
}

/// Returns what contains the text, in ascending order: values of a tree, lines of a log, or events.
fn find(state: &State) -> Vec<usize> {
    let detail = &state.detail;
    let needle = detail.search.as_ref().map_or("", Search::needle);
    if let Some(tree) = detail.tree() {
        let found = tree.document().find(needle, LIMIT).into_iter();
        return found.map(|node| node as usize).collect();
    }
    let needle = needle.to_lowercase();
    if needle.is_empty() {
        return Vec::new();
    }
    let matching = |texts: &mut dyn Iterator<Item = String>| -> Vec<usize> {
        let texts = texts.enumerate();
        let found = texts.filter(|(_, text)| text.to_lowercase().contains(&needle));
        found.map(|(index, _)| index).take(LIMIT).collect()
    };
    match detail.section {
        Section::Log => matching(&mut detail.log.lines().iter().map(|line| line.text.clone())),
        Section::Events => {
            let events = detail.events.value().map_or(&[][..], JobEvents::all);
            matching(&mut events.iter().map(|event| {
                let row = EventRow::from(event);
                format!("{} {} {}", row.event_type, row.status, row.note)
            }))
        }
        Section::Summary | Section::Payload | Section::Result => Vec::new(),
    }
}

/// Returns where the cursor is, as [`find`] counts.
fn place(state: &State) -> usize {
    let detail = &state.detail;
    match (detail.tree(), detail.section) {
        (Some(tree), _) => tree.selected() as usize,
        (None, Section::Log) => {
            let row = detail.log.rows().get(detail.log.cursor.selected());
            row.map_or(0, |row| row.line)
        }
        (None, _) => detail.events_cursor.selected(),
    }
}

fn go_to(state: &mut State, place: usize) {
    let height = state.page_rows();
    let detail = &mut state.detail;
    if let Some(tree) = detail.tree_mut() {
        tree.reveal(u32::try_from(place).unwrap_or(0), height);
        return;
    }
    match detail.section {
        Section::Log => detail.log.reveal(place, height),
        _ => detail_cursor::select_row(state, place, height),
    }
}
