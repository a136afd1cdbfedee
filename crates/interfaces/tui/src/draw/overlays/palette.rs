use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use crate::draw::Canvas;
use crate::draw::widgets::draw_empty;
use crate::format;
use crate::state::{Command, Found, Palette};

/// Columns of the name, of the key, and between them.
const NAME: usize = 16;
const KEY: usize = 11;
const GAP: usize = 2;

/// Draws the list of commands, and the input above it.
pub(crate) fn draw_palette(canvas: &mut Canvas<'_>, area: Rect, palette: &Palette) {
    let window = Canvas::centred(area, 92, 22);
    let inner = canvas.window(window, "Commands");
    let [input, rule, list] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Fill(1),
    ])
    .areas(inner);
    draw_input(canvas, input, palette);
    let line = canvas
        .symbols()
        .borders
        .horizontal_top
        .repeat(usize::from(rule.width));
    canvas.text(rule, &line, canvas.theme().border());
    canvas.hits.page_rows = usize::from(list.height);
    if palette.found().is_empty() {
        draw_empty(
            canvas,
            list,
            "No command matches. Press esc to close the list.",
        );
        return;
    }
    let (len, height) = (palette.found().len(), usize::from(list.height));
    let first = palette.cursor.first_visible(len, height);
    for (row, index) in (list.y..list.bottom()).zip(first..len) {
        let line = Rect::new(list.x, row, list.width, 1);
        let found = &palette.found()[index];
        draw_command(canvas, line, palette.command(found), found);
        if palette.cursor.selected() == index {
            canvas.text(line, canvas.symbols().cursor, canvas.theme().accent());
            canvas.buffer.set_style(line, canvas.theme().selected());
        }
    }
}

fn draw_input(canvas: &mut Canvas<'_>, line: Rect, palette: &Palette) {
    canvas.text(line, ":", canvas.theme().accent());
    let place = Rect::new(line.x + 2, line.y, line.width.saturating_sub(2), 1);
    let place = place.intersection(line);
    canvas.widget(place, &palette.input);
    if palette.input.is_empty() {
        let hint = Rect::new(place.x + 1, place.y, place.width.saturating_sub(1), 1);
        let text = "type a few letters of a command";
        canvas.text(hint.intersection(line), text, canvas.theme().dim());
    }
}

fn draw_command(canvas: &mut Canvas<'_>, line: Rect, command: &Command, found: &Found) {
    let theme = canvas.theme();
    let room = usize::from(line.width).saturating_sub(3 + NAME + 2 * GAP + KEY);
    let name_length = u32::try_from(command.name.chars().count()).unwrap_or(0);
    let in_help = found.matched.iter();
    let in_help = in_help.filter_map(|index| index.checked_sub(name_length + 1));
    let in_help: Vec<u32> = in_help.collect();
    let mut spans = vec![Span::raw("  ")];
    spans.extend(highlighted(canvas, &command.name, NAME, &found.matched));
    spans.push(Span::raw(" ".repeat(GAP)));
    spans.extend(highlighted(canvas, &command.help, room, &in_help));
    spans.push(Span::raw(" ".repeat(GAP)));
    spans.push(Span::styled(format!("{:>KEY$}", command.key), theme.dim()));
    canvas.line(line, Line::from(spans));
}

/// Renders text in exactly `width` columns, with the matched characters in the accent style.
fn highlighted(
    canvas: &Canvas<'_>,
    text: &str,
    width: usize,
    matched: &[u32],
) -> Vec<Span<'static>> {
    let cut = canvas.cut(text, width);
    let chars = (0..).zip(cut.chars());
    let mut spans: Vec<Span<'static>> = chars
        .map(|(index, char)| match matched.contains(&index) {
            true => Span::styled(char.to_string(), canvas.theme().accent()),
            false => Span::raw(char.to_string()),
        })
        .collect();
    let rest = width.saturating_sub(format::width(&cut));
    spans.push(Span::raw(" ".repeat(rest)));
    spans
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use crate::trial::Trial;

    #[test]
    fn palette_lists_commands_with_their_keys() {
        let mut screens = String::new();
        for (width, height) in [(80, 24), (60, 16), (120, 40)] {
            for typed in ["", "cop", "zzzz"] {
                let mut trial = Trial::open((width, height));
                trial.press("2 :");
                trial.write(typed);
                let screen = trial.screen();
                writeln!(screens, "== {typed:?} at {width}x{height}\n{screen}")
                    .expect("it is a String");
            }
        }
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!("palette", screens);
        });
    }
}
