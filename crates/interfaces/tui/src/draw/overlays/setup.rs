use odd_client::inert;
use odd_contracts::{JobStatus, counted};
use odd_doctor::{Check, CheckStatus};
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use crate::draw::Canvas;
use crate::draw::widgets::{Column, TableRow, draw_empty, draw_table};
use crate::theme::Theme;

const COLUMNS: [Column; 4] = [
    Column::left("PART", 14),
    Column::left("RESULT", 8),
    Column::left("CHECK", 14),
    Column::flexible("FOUND", 12),
];

/// Rows for what was found and what to do about it.
const FIX_ROWS: u16 = 5;

/// Draws the checks of the prerequisites as they finish, and what to do about the selected one.
pub(crate) fn draw_setup(canvas: &mut Canvas<'_>, area: Rect) {
    let window = Canvas::centred(area, 110, area.height.min(40));
    let inner = canvas.window(window, "Setup");
    let setup = &canvas.state.setup;
    if !setup.is_available {
        draw_empty(
            canvas,
            inner,
            "This program has no checks; `odd-dashboard doctor` has.",
        );
        return;
    }
    let [summary, table, fix] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Fill(1),
        Constraint::Length(FIX_ROWS),
    ])
    .areas(inner);
    draw_summary(canvas, summary);
    canvas.hits.page_rows = usize::from(table.height.saturating_sub(1));
    let size = (setup.rows.len(), 0);
    let row_of = row_of(canvas);
    draw_table(canvas, table, &COLUMNS, size, Some(setup.cursor), row_of);
    if let Some(check) = setup.selected() {
        draw_fix(canvas, fix, check);
    }
}

fn draw_summary(canvas: &mut Canvas<'_>, area: Rect) {
    let (setup, theme) = (&canvas.state.setup, canvas.theme());
    let count = |status| counted(setup.count(status) as u64, word(status));
    let mut spans = vec![Span::styled(
        format!(" {} ok", setup.count(CheckStatus::Ok)),
        theme.ok(),
    )];
    for status in [CheckStatus::Warn, CheckStatus::Fail] {
        if setup.count(status) > 0 {
            let style = style(theme, status);
            spans.push(Span::styled(format!("   {}", count(status)), style));
        }
    }
    if setup.is_running {
        let spinner = canvas.symbols().spinner(canvas.frame());
        let text = format!("   {spinner} {} running", setup.waiting());
        spans.push(Span::styled(text, theme.dim()));
    }
    canvas.line(area, Line::from(spans));
}

const fn word(status: CheckStatus) -> &'static str {
    match status {
        CheckStatus::Warn => "warning",
        _ => "failure",
    }
}

fn row_of<'a>(canvas: &Canvas<'a>) -> impl Fn(usize) -> TableRow<'static> + use<'a> {
    let (state, frame) = (canvas.state, canvas.frame());
    move |index| {
        let (theme, rows) = (&state.theme, &state.setup.rows);
        let row = &rows[index];
        let is_first = index == 0 || rows[index - 1].group != row.group;
        let group = if is_first { row.group.title() } else { "" };
        let (result, found) = match &row.check {
            None => {
                let spinner = theme.symbols.spinner(frame);
                (Span::styled(spinner, theme.dim()), String::new())
            }
            Some(check) => {
                let word = check.status.label().trim_matches(['[', ']']);
                let text = format!("{} {}", symbol(theme, check.status), word.to_lowercase());
                let result = Span::styled(text, style(theme, check.status));
                (result, inert(&check.detail).into_owned())
            }
        };
        TableRow::of(vec![
            Span::styled(group, theme.dim()),
            result,
            Span::raw(inert(&row.title).into_owned()),
            Span::raw(found),
        ])
    }
}

/// Draws everything that was found, and what to do about it.
fn draw_fix(canvas: &mut Canvas<'_>, area: Rect, check: &Check) {
    let theme = canvas.theme();
    let area = Rect::new(
        area.x + 2,
        area.y,
        area.width.saturating_sub(4),
        area.height,
    );
    let mut lines = vec![
        Line::default(),
        labelled(canvas, "what ", inert(&check.detail).into_owned()),
    ];
    if let Some(fix) = &check.fix {
        lines.push(labelled(canvas, "fix  ", inert(&fix.text).into_owned()));
        lines.extend(fix.command.as_ref().map(|command| {
            Line::from(vec![
                Span::styled("run  ", theme.dim()),
                Span::styled(inert(command).into_owned(), theme.accent()),
            ])
        }));
    }
    canvas.widget(area, Paragraph::new(lines).wrap(Wrap { trim: false }));
}

fn labelled(canvas: &Canvas<'_>, label: &'static str, text: String) -> Line<'static> {
    Line::from(vec![
        Span::styled(label, canvas.theme().dim()),
        Span::raw(text),
    ])
}

fn symbol(theme: &Theme, status: CheckStatus) -> String {
    match status {
        CheckStatus::Ok => theme.symbols.status(JobStatus::Completed).to_string(),
        CheckStatus::Warn => theme.symbols.warning.to_owned(),
        CheckStatus::Fail => theme.symbols.status(JobStatus::Failed).to_string(),
        CheckStatus::Skipped => theme.symbols.status(JobStatus::Cancelled).to_string(),
    }
}

fn style(theme: &Theme, status: CheckStatus) -> ratatui::style::Style {
    match status {
        CheckStatus::Ok => theme.ok(),
        CheckStatus::Warn => theme.warning(),
        CheckStatus::Fail => theme.error(),
        CheckStatus::Skipped => theme.dim(),
    }
}
