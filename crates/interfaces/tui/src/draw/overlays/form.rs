use odd_client::inert;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::form_messages::draw_messages;
use crate::draw::Canvas;
use crate::draw::widgets::draw_choices;
use crate::format;
use crate::state::{Field, JobForm};

/// Columns of a label, with the mark before it.
const LABEL: u16 = 13;

/// Draws the form of a new job: type and payload on the left, options on the right, messages below.
pub(crate) fn draw_form(canvas: &mut Canvas<'_>, area: Rect, form: &JobForm) {
    let window = Canvas::centred(area, 104, 32);
    let inner = canvas.window(window, "New job");
    let messages = if inner.height >= 12 { 4 } else { 2 };
    let [body, messages] =
        Layout::vertical([Constraint::Fill(1), Constraint::Length(messages)]).areas(inner);
    let options = (body.width * 2 / 5 + 2).clamp(29, 38);
    let [left, _, right] = Layout::horizontal([
        Constraint::Fill(1),
        Constraint::Length(2),
        Constraint::Length(options),
    ])
    .areas(body);
    draw_options(canvas, right, form);
    draw_work(canvas, left, form);
    draw_messages(canvas, messages, form);
    let (field, place) = match form.focus {
        Field::Queue => (Field::Queue, row(right, 0)),
        _ => (Field::Type, row(left, 0)),
    };
    if form.focus == field {
        let corner = (place.x + LABEL - 2, place.y + 1);
        draw_choices(canvas, corner, false, body, &form.choices);
    }
}

/// Draws the type and the payload.
fn draw_work(canvas: &mut Canvas<'_>, area: Rect, form: &JobForm) {
    draw_field(canvas, row(area, 0), form, Field::Type);
    let gap = u16::from(area.height >= 10);
    let heading = row(area, 1 + gap);
    draw_label(canvas, heading, form, Field::Payload);
    draw_payload_state(canvas, heading, form);
    let top = 2 + gap;
    let editor = Rect::new(
        area.x + 2,
        area.y + top,
        area.width.saturating_sub(2),
        area.height.saturating_sub(top),
    );
    canvas.widget(editor.intersection(area), form.input(Field::Payload));
}

/// Draws at the right end of the heading whether the payload is JSON.
fn draw_payload_state(canvas: &mut Canvas<'_>, heading: Rect, form: &JobForm) {
    let theme = canvas.theme();
    let is_empty = form.text(Field::Payload).trim().is_empty();
    let state = match form.problem(Field::Payload) {
        Some(problem) => {
            let at = problem.position;
            let text = at.map_or("not valid".to_owned(), |(line, column)| {
                format!("line {line}, column {column}")
            });
            Span::styled(
                format!("{} {text}", canvas.symbols().warning),
                theme.error(),
            )
        }
        None if is_empty => Span::styled("none", theme.dim()),
        None => Span::styled("JSON", theme.ok()),
    };
    canvas.line(heading, Line::from(state).right_aligned());
}

fn draw_options(canvas: &mut Canvas<'_>, area: Rect, form: &JobForm) {
    let step = if area.height >= 14 { 2 } else { 1 };
    for (index, field) in (0..).zip(Field::OPTIONS) {
        draw_field(canvas, row(area, index * step), form, field);
    }
}

fn draw_field(canvas: &mut Canvas<'_>, line: Rect, form: &JobForm, field: Field) {
    if line.is_empty() {
        return;
    }
    draw_label(canvas, line, form, field);
    let place = Rect::new(line.x + LABEL, line.y, line.width.saturating_sub(LABEL), 1);
    let place = place.intersection(line);
    let is_focused = form.focus == field;
    match is_focused {
        true => canvas.widget(place, form.input(field)),
        // From its start, however far the input was scrolled.
        false => canvas.text(place, &inert(&form.text(field)), canvas.theme().text()),
    }
    if form.input(field).is_empty() {
        let start = place.x + u16::from(is_focused);
        let hint = Rect::new(
            start,
            place.y,
            place.width.saturating_sub(u16::from(is_focused)),
            1,
        );
        canvas.text(
            hint.intersection(place),
            field.default_text(),
            canvas.theme().dim(),
        );
    }
}

/// Draws the name of a field, with a mark when it has the focus or a problem.
fn draw_label(canvas: &mut Canvas<'_>, line: Rect, form: &JobForm, field: Field) {
    let (theme, symbols) = (canvas.theme(), canvas.symbols());
    let is_focused = form.focus == field;
    let (mark, style) = match (form.problem(field).is_some(), is_focused) {
        (true, _) => (symbols.warning, theme.error()),
        (false, true) => (symbols.cursor, theme.accent()),
        (false, false) => ("", theme.dim()),
    };
    let label = if is_focused {
        style.patch(theme.heading())
    } else {
        style
    };
    let gap = 2_usize.saturating_sub(format::width(mark));
    let spans = vec![
        Span::styled(mark, style),
        Span::raw(" ".repeat(gap)),
        Span::styled(field.label(), label),
    ];
    canvas.line(line, Line::from(spans));
}

fn row(area: Rect, index: u16) -> Rect {
    Rect::new(area.x, area.y.saturating_add(index), area.width, 1).intersection(area)
}

#[cfg(test)]
mod tests;
