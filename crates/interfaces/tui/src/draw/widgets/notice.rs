use odd_contracts::{AlertState, counted};
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::text::{Line, Span};

use super::filter_line::draw_filter_line;
use crate::data::Phase;
use crate::draw::Canvas;
use crate::keymap::Action;
use crate::message::NoticeKind;
use crate::state::{SortKey, Stream};
use crate::view::View;

/// Draws the line above the footer: the filter that is edited; a notice, new jobs and the filter; or the worst alert. Returns
/// where the cursor of an input is.
pub(crate) fn draw_notice(canvas: &mut Canvas<'_>, area: Rect) -> Option<Position> {
    if let Some(line) = &canvas.state.filter_line {
        return Some(draw_filter_line(canvas, area, line));
    }
    let news = quitting(canvas)
        .or_else(|| notice(canvas))
        .or_else(|| staleness(canvas));
    match (news, table(canvas)) {
        (Some(news), Some(table)) => draw_both(canvas, area, news, table),
        (Some(line), None) | (None, Some(line)) => canvas.line(area, line),
        (None, None) => canvas.line(area, alert(canvas).unwrap_or_default()),
    }
    None
}

/// Draws what has happened on the left, and what is special about the table on the right.
fn draw_both(canvas: &mut Canvas<'_>, area: Rect, news: Line<'static>, table: Line<'static>) {
    let width = u16::try_from(table.width()).unwrap_or(u16::MAX);
    let [left, right] = Layout::horizontal([
        Constraint::Fill(1),
        Constraint::Length(width.min(area.width / 2)),
    ])
    .spacing(1)
    .areas(area);
    canvas.line(left, news);
    canvas.line(right, table);
}

/// Renders that the interface ends soon.
fn quitting(canvas: &Canvas<'_>) -> Option<Line<'static>> {
    let state = canvas.state;
    state.quits_after_changes?;
    let count = counted(state.pending_changes as u64, "change");
    let key = state.keymap.key_of(Action::Quit);
    let text = format!(" quitting after {count}: {key} quits now, another key stays");
    Some(Line::styled(text, canvas.theme().warning()))
}

fn notice(canvas: &Canvas<'_>) -> Option<Line<'static>> {
    let (notice, _) = canvas.state.notice.as_ref()?;
    let style = match notice.kind {
        NoticeKind::Done => canvas.theme().ok(),
        NoticeKind::Hint => canvas.theme().text(),
        NoticeKind::Failed => canvas.theme().error(),
    };
    Some(Line::styled(format!(" {}", notice.text), style))
}

/// Renders why the figures are old, or come at intervals.
fn staleness(canvas: &Canvas<'_>) -> Option<Line<'static>> {
    let state = canvas.state;
    if state.shows_start() {
        return None;
    }
    let why = match (
        state.overview.figures.phase(state.now.elapsed),
        &state.stream,
    ) {
        (Phase::Stale { why, .. } | Phase::Failed { why, .. }, _) => why,
        (_, Stream::Lost { why, .. }) => why,
        _ => return None,
    };
    let text = match why.cause.is_empty() {
        true => format!(" {}", why.what),
        false => format!(" {}: {}", why.what, why.cause),
    };
    Some(Line::styled(text, canvas.theme().warning()))
}

/// Renders what is special about the table of jobs: marks, new jobs, the order, the filter.
fn table(canvas: &Canvas<'_>) -> Option<Line<'static>> {
    let (theme, jobs) = (canvas.theme(), &canvas.state.jobs);
    if canvas.state.view != View::Jobs {
        return filter(canvas);
    }
    let mut spans = Vec::new();
    if !jobs.marks.is_empty() {
        let text = format!(" {} marked ", jobs.marks.len());
        spans.push(Span::styled(text, theme.marked()));
    }
    if jobs.unseen > 0 {
        let text = format!(" {} {} new: press g ", canvas.symbols().up, jobs.unseen);
        spans.push(Span::styled(text, theme.accent()));
    }
    if jobs.sort != SortKey::default() || jobs.is_reversed {
        let direction = if jobs.is_reversed { ", reversed" } else { "" };
        let text = format!(" by {}{direction} ", jobs.sort.title());
        spans.push(Span::styled(text, theme.dim()));
    }
    if !jobs.filter_text.is_empty() {
        spans.push(Span::styled(
            format!(" / {}", jobs.filter_text),
            theme.dim(),
        ));
    }
    (!spans.is_empty()).then(|| Line::from(spans))
}

/// Renders the filter of a view other than that of the jobs, and how much it selects.
fn filter(canvas: &Canvas<'_>) -> Option<Line<'static>> {
    let state = canvas.state;
    let (filter, selected, all) = match state.view {
        View::Events => (
            state.events.filter(),
            state.events.len(),
            state.events.all_len(),
        ),
        View::Queues => {
            let all = state.dead_letters.value().map_or(0, |list| list.jobs.len());
            (
                &state.dead_letters_filter,
                state.shown_dead_letters().count(),
                all,
            )
        }
        _ => return None,
    };
    let text = format!(" / {}   {selected} of {all} loaded", filter.text());
    (!filter.is_empty()).then(|| Line::styled(text, canvas.theme().dim()))
}

fn alert(canvas: &Canvas<'_>) -> Option<Line<'static>> {
    let alerts = &canvas.state.alerts.value()?.alerts;
    let firing = alerts
        .iter()
        .filter(|alert| alert.state == AlertState::Firing && alert.silenced_until.is_none());
    // An acknowledged one matters less.
    let worst = firing.max_by_key(|alert| (alert.severity, alert.acknowledgement.is_none()))?;
    let summary = odd_client::inert(&worst.summary).into_owned();
    let name = odd_client::inert(&worst.name);
    let text = format!(" {} {name}: {summary}", canvas.symbols().warning);
    Some(Line::styled(text, canvas.theme().severity(worst.severity)))
}
