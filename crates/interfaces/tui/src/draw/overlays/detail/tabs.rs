use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::data::Phase;
use crate::draw::Canvas;
use crate::format;
use crate::state::{Section, Target};

/// Draws the names of the sections; at the right, how old the data is, or where the cursor is.
pub(super) fn draw_tabs(canvas: &mut Canvas<'_>, area: Rect, has_keys: bool) {
    let theme = canvas.theme();
    let open = canvas.state.detail.section;
    let mut x = area.x;
    for section in Section::ALL {
        let title = format!(" {} ", section.title());
        let style = if section == open {
            theme.accent()
        } else {
            theme.dim()
        };
        let width = u16::try_from(title.len()).unwrap_or(0);
        let tab = Rect::new(x, area.y, width, 1).intersection(area);
        canvas.text(tab, &title, style);
        canvas.hits.add(tab, Target::Section(section));
        x += width;
    }
    let room = area.right().saturating_sub(x + 1);
    let (text, style) = match staleness(canvas) {
        Some(text) => (text, theme.warning()),
        None if has_keys => (place(canvas), theme.dim()),
        None => (String::new(), theme.dim()),
    };
    let text = canvas.cut(&text, usize::from(room)).into_owned();
    let rest = Rect::new(x, area.y, room, 1).intersection(area);
    canvas.line(rest, Line::from(Span::styled(text, style)).right_aligned());
}

/// Renders the age of data that could not be loaded again, and why.
fn staleness(canvas: &Canvas<'_>) -> Option<String> {
    let state = canvas.state;
    let Phase::Stale { age, why, .. } = state.detail.job.phase(state.now.elapsed) else {
        return None;
    };
    let (symbol, age) = (canvas.symbols().stale, format::duration(age));
    Some(format!("{symbol} {age} old: {}", why.what))
}

/// Renders the position in what is shown.
fn place(canvas: &Canvas<'_>) -> String {
    let detail = &canvas.state.detail;
    if let Some(tree) = detail.tree() {
        let title = match (detail.section, &detail.open_event) {
            (Section::Events, Some(event)) => format!("{}  ", event.title),
            _ => String::new(),
        };
        return format!(
            "{title}{}/{}",
            tree.cursor.selected() + 1,
            tree.rows().len()
        );
    }
    match (detail.section, detail.events.value()) {
        (Section::Events, Some(events)) if !events.all().is_empty() => {
            let newest = if events.is_cut() { "newest " } else { "" };
            format!(
                "{}/{newest}{}",
                detail.events_cursor.selected() + 1,
                events.all().len()
            )
        }
        (Section::Summary, _) => {
            lines_of(canvas.hits.text_rows, canvas.hits.page_rows, detail.scroll)
        }
        _ => String::new(),
    }
}

/// Renders which lines of a text are visible, if not all of them are.
fn lines_of(lines: usize, height: usize, scroll: usize) -> String {
    if lines <= height {
        return String::new();
    }
    let first = scroll.min(lines - height);
    format!("{}-{} of {lines}", first + 1, first + height)
}
