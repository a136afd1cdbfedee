use odd_client::inert;
use odd_contracts::UiCategory;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use crate::draw::Canvas;
use crate::draw::widgets::{Column, TableRow, draw_empty, draw_table};
use crate::state::Link;

const COLUMNS: [Column; 4] = [
    Column::left("FOR", 11),
    Column::left("STATUS", 11),
    Column::left("NAME", 20),
    Column::flexible("URL", 24),
];

/// Draws the user interfaces, by category, and whether they answer.
pub(crate) fn draw_links(canvas: &mut Canvas<'_>, area: Rect) {
    let links = &canvas.state.links;
    let rows = u16::try_from(links.entries.len()).unwrap_or(u16::MAX);
    let height = rows.saturating_add(8).clamp(10, area.height.max(10));
    let window = Canvas::centred(area, 96, height);
    let inner = canvas.window(window, "User interfaces");
    if links.entries.is_empty() {
        draw_empty(canvas, inner, "Asking the server for its list.");
        return;
    }
    let [note, table, about] = Layout::vertical([
        Constraint::Length(u16::from(links.note.is_some())),
        Constraint::Fill(1),
        Constraint::Length(4),
    ])
    .areas(inner);
    if let Some(text) = &links.note {
        let text = format!(" {} {text}", canvas.symbols().warning);
        canvas.text(note, &text, canvas.theme().warning());
    }
    canvas.hits.page_rows = usize::from(table.height.saturating_sub(1));
    let size = (links.entries.len(), 0);
    let row_of = row_of(canvas);
    draw_table(canvas, table, &COLUMNS, size, Some(links.cursor), row_of);
    draw_selected(canvas, about);
}

fn row_of<'a>(canvas: &Canvas<'a>) -> impl Fn(usize) -> TableRow<'static> + use<'a> {
    let (state, frame) = (canvas.state, canvas.frame());
    move |index| {
        let (theme, entries) = (&state.theme, &state.links.entries);
        let link = &entries[index];
        let is_first = index == 0 || entries[index - 1].category != link.category;
        let category = if is_first { name(link.category) } else { "" };
        let answers = match link.answers {
            None => Span::styled(theme.symbols.spinner(frame), theme.dim()),
            Some(true) => Span::styled(format!("{} answers", theme.symbols.live), theme.ok()),
            Some(false) => Span::styled(format!("{} no answer", theme.symbols.stale), theme.dim()),
        };
        TableRow::of(vec![
            Span::styled(category, theme.dim()),
            answers,
            Span::raw(link.name.clone()),
            Span::styled(inert(&link.url).into_owned(), theme.dim()),
        ])
    }
}

/// Draws what the selected interface is for.
fn draw_selected(canvas: &mut Canvas<'_>, area: Rect) {
    let Some(link) = canvas.state.links.selected() else {
        return;
    };
    let area = Rect::new(
        area.x + 2,
        area.y,
        area.width.saturating_sub(4),
        area.height,
    );
    let lines = vec![
        Line::default(),
        Line::styled(inert(&link.url).into_owned(), canvas.theme().accent()),
        Line::raw(about(link)),
    ];
    canvas.widget(area, Paragraph::new(lines).wrap(Wrap { trim: false }));
}

fn about(link: &Link) -> String {
    match link.answers {
        Some(false) => format!("{} Nothing answers there now.", link.description),
        _ => link.description.clone(),
    }
}

const fn name(category: UiCategory) -> &'static str {
    match category {
        UiCategory::Observatory => "observatory",
        UiCategory::Api => "API",
        UiCategory::Monitoring => "monitoring",
        UiCategory::Storage => "storage",
    }
}
