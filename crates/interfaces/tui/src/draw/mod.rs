//! How the state looks. Nothing here changes the state or does I/O.

mod canvas;
mod overlays;
mod start;
#[cfg(test)]
mod tests;
mod tour;
mod views;
mod widgets;

pub(crate) use canvas::Canvas;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::text::Line;

use crate::state::{Drawn, Hits, Overlay, State};
use crate::view::View;

/// Draws the state, and returns where things are.
pub fn draw(frame: &mut Frame<'_>, state: &State) -> Drawn {
    let area = frame.area();
    let mut hits = Hits::default();
    let mut canvas = Canvas::new(frame.buffer_mut(), state, &mut hits);
    if area.width < 60 || area.height < 16 {
        draw_too_small(&mut canvas, area);
        return Drawn(hits);
    }
    let [header, tabs, figures, content, notice, footer] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Fill(1),
        Constraint::Length(1),
        Constraint::Length(1),
    ])
    .areas(area);
    widgets::draw_header(&mut canvas, header);
    if state.shows_start() {
        let all = Rect::new(tabs.x, tabs.y, tabs.width, notice.y - tabs.y);
        start::draw_start(&mut canvas, all);
    } else {
        widgets::draw_tabs(&mut canvas, tabs);
        widgets::draw_figures(&mut canvas, figures);
        draw_view(&mut canvas, content);
    }
    overlays::draw_overlays(&mut canvas, content);
    tour::draw_tour(&mut canvas, content);
    let cursor = widgets::draw_notice(&mut canvas, notice).or_else(|| input_cursor(state, content));
    widgets::draw_filter_choices(&mut canvas, notice, content);
    widgets::draw_footer(&mut canvas, footer);
    overlays::draw_labels(&mut canvas);
    if let Some(position) = cursor {
        frame.set_cursor_position(position);
    }
    Drawn(hits)
}

/// Returns where the cursor of an input above the view is.
fn input_cursor(state: &State, area: Rect) -> Option<Position> {
    match state.overlays.last() {
        Some(Overlay::Attach(prompt)) => {
            Some(overlays::attach_cursor(area, state.profiles.len(), prompt))
        }
        _ => None,
    }
}

fn draw_view(canvas: &mut Canvas<'_>, area: Rect) {
    match canvas.state.view {
        View::Overview => views::draw_overview(canvas, area),
        View::Jobs => views::draw_jobs(canvas, area),
        View::Events => views::draw_events(canvas, area),
        View::Queues => views::draw_queues(canvas, area),
        View::Services => views::draw_services(canvas, area),
        View::Alerts => views::draw_alerts(canvas, area),
    }
}

fn draw_too_small(canvas: &mut Canvas<'_>, area: Rect) {
    let size = format!("{}x{}", area.width, area.height);
    let quit = canvas.state.keymap.key_of(crate::keymap::Action::Quit);
    let lines = [
        "The terminal is too small.".to_owned(),
        format!("It has {size}; 60x16 is needed."),
        format!("Enlarge it, or press {quit} to quit."),
    ];
    let top = area.height.saturating_sub(3) / 2;
    for (row, text) in (top..).zip(lines) {
        canvas.line(row_of(area, row), Line::raw(text).centered());
    }
}

fn row_of(area: Rect, row: u16) -> Rect {
    Rect::new(area.x, area.y + row, area.width, 1).intersection(area)
}
