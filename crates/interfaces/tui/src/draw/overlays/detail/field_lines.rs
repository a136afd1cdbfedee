use odd_contracts::Job;
use ratatui::text::{Line, Span};

use crate::data::{fields, times};
use crate::draw::Canvas;
use crate::{format, wrap};

/// Columns of a label with the space after it.
const LABEL: usize = 10;

/// Largest number of lines of a value.
const LINES: usize = 3;

/// Renders the properties of a job, two in a line where both are short.
pub(super) fn field_lines(canvas: &Canvas<'_>, job: &Job, width: usize) -> Vec<Line<'static>> {
    let theme = canvas.theme();
    let half = width / 2;
    let is_short = |label: &str, value: &str| {
        format::width(value) + LABEL.max(format::width(label) + 2) + 2 <= half
    };
    let mut lines: Vec<Line<'static>> = Vec::new();
    let mut has_room = false;
    for field in fields(job) {
        let column = LABEL.max(format::width(field.label) + 2);
        let label = Span::styled(format!("{:<column$}", field.label), theme.dim());
        if !is_short(field.label, &field.value) {
            let parts = wrap::lines(&field.value, width.saturating_sub(column), LINES);
            for (index, part) in parts.into_iter().enumerate() {
                let label = if index == 0 {
                    label.clone()
                } else {
                    Span::raw(" ".repeat(column))
                };
                lines.push(Line::from(vec![label, Span::raw(part.to_owned())]));
            }
            has_room = false;
            continue;
        }
        match lines.last_mut().filter(|_| has_room) {
            Some(line) => {
                let gap = half.saturating_sub(line.width());
                line.spans
                    .extend([Span::raw(" ".repeat(gap)), label, Span::raw(field.value)]);
                has_room = false;
            }
            None => {
                lines.push(Line::from(vec![label, Span::raw(field.value)]));
                has_room = true;
            }
        }
    }
    lines
}

/// Renders the times of a job with their distance from now.
pub(super) fn time_lines(canvas: &Canvas<'_>, job: &Job) -> Vec<Line<'static>> {
    let (state, theme) = (canvas.state, canvas.theme());
    let times = times(job).into_iter();
    times
        .map(|(label, at)| {
            let distance = format::relative(at, state.now.wall);
            Line::from(vec![
                Span::styled(format!("{label:<LABEL$}"), theme.dim()),
                Span::raw(format::date_time(at, &state.zone)),
                Span::styled(format!("  {distance}"), theme.dim()),
            ])
        })
        .collect()
}
