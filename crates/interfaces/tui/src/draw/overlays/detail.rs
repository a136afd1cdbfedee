use odd_client::inert;
use odd_contracts::Job;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use crate::draw::Canvas;
use crate::draw::widgets::{content, draw_empty, status_span};
use crate::format;
use crate::state::Section;

/// Draws the detail of a job above the view.
pub(crate) fn draw_detail_window(canvas: &mut Canvas<'_>, area: Rect) {
    let inner = canvas.window(area, "Job");
    canvas.hits.page_rows = usize::from(inner.height.saturating_sub(2));
    draw_detail(canvas, inner);
}

/// Draws the sections of the detail and the one that is open.
pub(crate) fn draw_detail(canvas: &mut Canvas<'_>, area: Rect) {
    let state = canvas.state;
    if state.detail.job_id.is_none() {
        draw_empty(canvas, area, "Select a job to see its detail.");
        return;
    }
    let [tabs, body] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(area);
    draw_sections(canvas, tabs);
    let Some(job) = content(canvas, body, &state.detail.job, "the job") else {
        return;
    };
    let lines = match state.detail.section {
        Section::Summary => summary(canvas, job),
        Section::Payload => json(job.payload.as_ref().map(|json| json.get())),
        Section::Result => json(job.result.as_ref().map(|json| json.get())),
        Section::Log => log(canvas),
        Section::Events => events(canvas),
    };
    let last = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let scroll = state.detail.scroll.min(last.saturating_sub(1));
    let text = Paragraph::new(lines).wrap(Wrap { trim: false });
    canvas.widget(body, text.scroll((scroll, 0)));
}

fn draw_sections(canvas: &mut Canvas<'_>, area: Rect) {
    let theme = canvas.theme();
    let open = canvas.state.detail.section;
    let spans = Section::ALL.map(|section| {
        let style = if section == open {
            theme.accent()
        } else {
            theme.dim()
        };
        Span::styled(format!(" {} ", section.title()), style)
    });
    canvas.line(area, Line::from(spans.to_vec()));
}

fn summary(canvas: &Canvas<'_>, job: &Job) -> Vec<Line<'static>> {
    let (state, theme) = (canvas.state, canvas.theme());
    let mut lines = vec![
        Line::from(vec![
            status_span(theme, job.status),
            Span::raw(format!("  {}", inert(job.job_type.as_str()))),
        ]),
        pair(canvas, "id", job.id.to_string()),
        pair(canvas, "queue", inert(job.queue.as_str()).into_owned()),
        pair(
            canvas,
            "attempt",
            format!("{} of {}", job.attempt, job.max_attempts),
        ),
        pair(
            canvas,
            "created",
            format::date_time(job.created_at, &state.zone),
        ),
    ];
    if let Some(error) = &job.error {
        lines.push(pair(canvas, "error", inert(&error.message).into_owned()));
    }
    if let Some(explanation) = state.detail.explanation.value() {
        lines.push(Line::default());
        lines.push(Line::raw(inert(&explanation.summary).into_owned()));
        for cause in &explanation.causes {
            lines.push(pair(canvas, "why", inert(&cause.detail).into_owned()));
        }
    }
    lines
}

fn pair(canvas: &Canvas<'_>, label: &str, text: String) -> Line<'static> {
    Line::from(vec![
        Span::styled(format!("{label:<9}"), canvas.theme().dim()),
        Span::raw(text),
    ])
}

fn json(text: Option<&str>) -> Vec<Line<'static>> {
    let text = text.unwrap_or("none");
    let lines = text.lines();
    lines
        .map(|line| Line::raw(inert(line).into_owned()))
        .collect()
}

fn log(canvas: &Canvas<'_>) -> Vec<Line<'static>> {
    let Some(log) = canvas.state.detail.log.value() else {
        return vec![Line::raw("no log")];
    };
    let lines = log.lines.iter().rev();
    lines
        .map(|line| {
            let at = format::clock(line.at, &canvas.state.zone);
            Line::raw(format!("{at} {}", inert(&line.line)))
        })
        .collect()
}

fn events(canvas: &Canvas<'_>) -> Vec<Line<'static>> {
    let Some(events) = canvas.state.detail.events.value() else {
        return Vec::new();
    };
    let events = events.iter();
    events
        .map(|event| {
            let at = format::clock(event.occurred_at, &canvas.state.zone);
            Line::raw(format!("{at} {}", event.event_type.as_str()))
        })
        .collect()
}
