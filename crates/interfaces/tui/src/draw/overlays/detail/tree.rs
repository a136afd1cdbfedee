use odd_contracts::{Job, JobStatus};
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::found::with_found;
use crate::data::{Kind, Node};
use crate::draw::Canvas;
use crate::draw::widgets::draw_empty;
use crate::keymap::Action;
use crate::state::{JsonPart, JsonRow, JsonView, Section, Target};
use crate::{format, wrap};

/// Draws the payload or the result of a job.
pub(super) fn draw_part(
    canvas: &mut Canvas<'_>,
    area: Rect,
    part: &JsonPart,
    job: &Job,
    has_keys: bool,
) {
    let section = canvas.state.detail.section;
    match part {
        JsonPart::Unread => {}
        JsonPart::Absent => draw_empty(canvas, area, &absent(canvas, section, job.status)),
        JsonPart::TooLarge => {
            let key = canvas.state.keymap.key_of(Action::ShowInPager);
            let what = section.title().to_lowercase();
            let text = format!(
                "The {what} has too many values to show here: press {key} to read it in $PAGER."
            );
            draw_empty(canvas, area, &text);
        }
        JsonPart::Tree(view) => draw_tree(canvas, area, view, has_keys),
    }
}

/// Tells why there is no payload or no result.
fn absent(canvas: &Canvas<'_>, section: Section, status: JobStatus) -> String {
    let key = canvas.state.keymap.key_of(Action::NextSection);
    match (section, status) {
        (Section::Payload, _) => "No payload: the job was submitted without one.".to_owned(),
        (_, JobStatus::Failed) => {
            format!("No result: the job failed. Its error is in the summary: press {key}.")
        }
        (_, JobStatus::Cancelled) => "No result: the job was cancelled.".to_owned(),
        (_, JobStatus::Completed) => "No result: its handler returned none.".to_owned(),
        _ => "No result yet: the job has not completed.".to_owned(),
    }
}

/// Draws the visible lines of a tree.
pub(super) fn draw_tree(canvas: &mut Canvas<'_>, area: Rect, view: &JsonView, has_keys: bool) {
    let rows = view.rows();
    let first = view
        .cursor
        .first_visible(rows.len(), usize::from(area.height));
    for (y, (index, row)) in (area.y..area.bottom()).zip(rows.iter().enumerate().skip(first)) {
        let line = Rect::new(area.x, y, area.width, 1);
        let is_selected = has_keys && index == view.cursor.selected();
        let margin = if is_selected {
            canvas.symbols().cursor
        } else {
            " "
        };
        let mut spans = vec![Span::styled(format!("{margin} "), canvas.theme().accent())];
        let room = usize::from(area.width).saturating_sub(2);
        spans.extend(row_spans(canvas, view, *row, room));
        canvas.line(line, Line::from(spans));
        if is_selected {
            canvas.buffer.set_style(line, canvas.theme().selected());
        }
        canvas.hits.add(line, Target::Row(index));
    }
}

fn row_spans(
    canvas: &Canvas<'_>,
    view: &JsonView,
    row: JsonRow,
    room: usize,
) -> Vec<Span<'static>> {
    let (state, theme, symbols) = (canvas.state, canvas.theme(), canvas.symbols());
    let node = view.node(row.node);
    let indent = " ".repeat(view.indent(node));
    if !row.part.is_empty() {
        let mut spans = vec![Span::raw(format!("{indent}  "))];
        let part = row.part.of(view.document().value(node));
        spans.extend(with_found(state, part, theme.string()));
        return spans;
    }
    let is_folded = view.is_folded(row.node);
    let mark = match (node.children > 0, is_folded) {
        (true, true) => symbols.folded,
        (true, false) => symbols.unfolded,
        (false, _) if view.is_unfolded_string(row.node) => symbols.unfolded,
        (false, _) if view.is_long(row.node) => symbols.folded,
        (false, _) => " ",
    };
    let mut spans = vec![
        Span::raw(indent),
        Span::styled(format!("{mark} "), theme.dim()),
    ];
    spans.extend(label(canvas, view, node, room));
    let used: usize = spans.iter().map(Span::width).sum();
    spans.extend(value(canvas, view, row.node, room.saturating_sub(used)));
    spans
}

/// Renders the name of a field, or the position of an item.
fn label(canvas: &Canvas<'_>, view: &JsonView, node: &Node, room: usize) -> Vec<Span<'static>> {
    let theme = canvas.theme();
    let key = view.document().key(node);
    if key.is_empty() && node.depth == 0 {
        return Vec::new();
    }
    if key.is_empty() {
        return vec![Span::styled(format!("{} ", node.position), theme.dim())];
    }
    let shown = cut(canvas, key, room / 2);
    let mut spans = with_found(canvas.state, &shown, theme.key());
    spans.push(Span::styled(": ", theme.dim()));
    spans
}

fn value(canvas: &Canvas<'_>, view: &JsonView, index: u32, room: usize) -> Vec<Span<'static>> {
    let theme = canvas.theme();
    let node = view.node(index);
    let text = view.document().value(node);
    let style = match node.kind {
        Kind::Object | Kind::Array => {
            return vec![Span::styled(container(node), theme.dim())];
        }
        Kind::String if view.is_unfolded_string(index) => {
            let size = format::count(text.len().saturating_sub(2) as u64);
            return vec![Span::styled(format!("{size} bytes"), theme.dim())];
        }
        Kind::String => theme.string(),
        Kind::Number | Kind::Literal => theme.number(),
    };
    with_found(canvas.state, &cut(canvas, text, room), style)
}

/// Renders how much a container contains.
fn container(node: &Node) -> String {
    let (open, close, noun) = match node.kind {
        Kind::Object => ('{', '}', "field"),
        _ => ('[', ']', "item"),
    };
    let plural = if node.children == 1 { "" } else { "s" };
    match node.children {
        0 => format!("{open}{close}"),
        count => format!(
            "{open} {} {noun}{plural} {close}",
            format::count(count.into())
        ),
    }
}

/// Cuts text that is too wide; the work does not depend on its length.
fn cut(canvas: &Canvas<'_>, text: &str, room: usize) -> String {
    let head = wrap::head(text, room);
    if head.len() == text.len() {
        return head.to_owned();
    }
    let mark = canvas.symbols().cut;
    let shorter = wrap::head(head, room.saturating_sub(format::width(mark)));
    format!("{shorter}{mark}")
}
