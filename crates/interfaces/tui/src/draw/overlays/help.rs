use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::scrolled::draw_scrolled;
use crate::draw::Canvas;
use crate::keymap::{BINDINGS, Scope};
use crate::{format, wrap};

/// Largest width of keys that have their description on the same line.
const KEYS: usize = 18;

/// Columns before the keys, and between the two halves of a wide window.
const INDENT: usize = 2;
const GAP: usize = 2;

/// Columns from which there is room for two columns of keys.
const WIDE: u16 = 150;

/// Largest number of lines of a description.
const LINES: usize = 8;

/// Draws every key, from the table that also drives what the keys do.
pub(crate) fn draw_help(canvas: &mut Canvas<'_>, area: Rect, scroll: u16) {
    let columns = if area.width >= WIDE { 2 } else { 1 };
    let width = u16::min(90 * columns, area.width);
    let column = (usize::from(width) - 2 - GAP * usize::from(columns - 1)) / usize::from(columns);
    let groups = groups(canvas, column);
    let lines = match columns {
        1 => joined(&groups),
        _ => side_by_side(&groups, column),
    };
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
    let window = Canvas::centred(area, width, height);
    draw_scrolled(canvas, window, "Keys", lines, scroll);
}

/// Renders the keys of each scope below its heading.
fn groups(canvas: &Canvas<'_>, width: usize) -> Vec<Vec<Line<'static>>> {
    let state = canvas.state;
    let offered = |scope: Scope| {
        let bindings = BINDINGS.iter().enumerate();
        let bindings =
            bindings.filter(move |(_, binding)| binding.scope == scope && state.offers(binding));
        bindings.map(|(index, binding)| {
            let keys = state.keymap.keys(index).iter().map(ToString::to_string);
            (keys.collect::<Vec<_>>().join(" "), binding.help)
        })
    };
    let keys = Scope::ALL.into_iter().flat_map(offered);
    let widths = keys.map(|(keys, _)| format::width(&keys));
    let longest = widths.filter(|width| *width <= KEYS).max();
    let column = longest.unwrap_or(0) + 2;
    let groups = Scope::ALL.into_iter().map(|scope| {
        let heading = Span::styled(scope.title(), canvas.theme().heading());
        let mut lines = vec![Line::from(heading)];
        for (keys, help) in offered(scope) {
            lines.extend(entry(canvas, keys, help, (column, width)));
        }
        lines
    });
    groups.filter(|lines| lines.len() > 1).collect()
}

/// Renders keys and what they do; the lines of a long description begin below each other.
fn entry(
    canvas: &Canvas<'_>,
    keys: String,
    help: &'static str,
    (column, width): (usize, usize),
) -> Vec<Line<'static>> {
    let room = width.saturating_sub(INDENT + column + 1);
    let mut parts = wrap::lines(help, room, LINES).into_iter();
    // Keys that do not fit have a line of their own.
    let first = match format::width(&keys) + 2 <= column {
        true => parts.next().unwrap_or_default(),
        false => "",
    };
    let gap = column.saturating_sub(format::width(&keys));
    let mut lines = vec![Line::from(vec![
        Span::raw(" ".repeat(INDENT)),
        Span::styled(keys, canvas.theme().accent()),
        Span::raw(" ".repeat(gap)),
        Span::raw(first),
    ])];
    lines.extend(parts.map(|part| Line::raw(format!("{}{part}", " ".repeat(INDENT + column)))));
    lines
}

fn joined(groups: &[Vec<Line<'static>>]) -> Vec<Line<'static>> {
    groups.join(&Line::default())
}

/// Renders the first groups on the left, and as much on the right.
fn side_by_side(groups: &[Vec<Line<'static>>], column: usize) -> Vec<Line<'static>> {
    let height = |split: usize| {
        let (left, right) = groups.split_at(split);
        joined(left).len().max(joined(right).len())
    };
    let split = (0..=groups.len()).min_by_key(|split| height(*split));
    let (left, right) = groups.split_at(split.unwrap_or(0));
    let (left, right) = (joined(left), joined(right));
    let rows = 0..left.len().max(right.len());
    let rows = rows.map(|row| {
        let mut line = left.get(row).cloned().unwrap_or_default();
        let gap = (column + GAP).saturating_sub(line.width());
        if let Some(right) = right.get(row).cloned() {
            line.spans.push(Span::raw(" ".repeat(gap)));
            line.spans.extend(right.spans);
        }
        line
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use crate::trial::Trial;

    #[test]
    fn end_of_the_help_is_reached_and_left_at_once() {
        for size in [(60, 16), (80, 24), (200, 50)] {
            let mut trial = Trial::open(size);
            trial.press("?");
            let top = trial.screen();
            trial.press("G");
            let end = trial.screen();
            assert!(end.contains("Look for the observatory again"), "{end}");
            trial.press("k");
            assert_ne!(trial.screen(), end);
            trial.press("j");
            assert_eq!(trial.screen(), end);
            trial.press("g");
            assert_eq!(trial.screen(), top);
        }
    }
}
