use odd_client::inert;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use crate::data::LoadFailure;
use crate::draw::Canvas;
use crate::format;
use crate::keymap::Action;
use crate::state::{Field, JobForm, Phase};

/// Draws below the fields what to write, what is wrong, and what became of the submission.
pub(super) fn draw_messages(canvas: &mut Canvas<'_>, area: Rect, form: &JobForm) {
    let rule = u16::from(area.height >= 3);
    if rule > 0 {
        let text = canvas.symbols().borders.horizontal_top;
        let text = text.repeat(usize::from(area.width));
        canvas.text(area, &text, canvas.theme().border());
    }
    let inner = Rect::new(
        area.x + 2,
        area.y + rule,
        area.width.saturating_sub(3),
        area.height - rule,
    );
    let lines = messages(canvas, form);
    if inner.height > 2 {
        canvas.widget(inner, Paragraph::new(lines).wrap(Wrap { trim: false }));
        return;
    }
    for (row, line) in (inner.y..inner.bottom()).zip(lines) {
        canvas.line(Rect::new(inner.x, row, inner.width, 1), line);
    }
}

fn messages(canvas: &Canvas<'_>, form: &JobForm) -> Vec<Line<'static>> {
    let theme = canvas.theme();
    if form.is_asking {
        let text = "Discard this job? y discards it, n returns to it.";
        return vec![Line::styled(text, theme.warning())];
    }
    match &form.phase {
        Phase::Editing => [Some(of_focus(canvas, form)), of_others(canvas, form)]
            .into_iter()
            .flatten()
            .collect(),
        Phase::Sending { since, .. } => {
            let waited = canvas.state.now.elapsed.saturating_sub(*since);
            let spinner = canvas.symbols().spinner(canvas.frame());
            let text = format!("{spinner} sending, {:.1} s", waited.as_secs_f64());
            vec![Line::styled(text, theme.text())]
        }
        Phase::Accepted { id, is_repeat } => {
            let how = if *is_repeat {
                "was accepted before"
            } else {
                "accepted"
            };
            let symbol = canvas.symbols().status(odd_contracts::JobStatus::Completed);
            vec![
                Line::styled(format!("{symbol} {how} as {id}"), theme.ok()),
                Line::styled(
                    "enter opens it, n prepares another one, esc closes.",
                    theme.dim(),
                ),
            ]
        }
        Phase::Refused(why) => {
            let mut lines = vec![outcome("refused, nothing is stored", why, theme.error())];
            lines.push(of_focus(canvas, form));
            lines
        }
        Phase::Unknown { why, .. } => {
            let key = canvas.state.keymap.key_of(Action::SubmitJob);
            let again = format!("{key} sends it again: with the same key it is stored once.");
            vec![
                outcome("unknown whether it is stored", why, theme.warning()),
                Line::styled(again, theme.text()),
            ]
        }
    }
}

fn outcome(what: &str, why: &LoadFailure, style: Style) -> Line<'static> {
    Line::styled(format!("{what}: {}", why.what), style)
}

/// Renders the problem of the field with the focus, or what to write there.
fn of_focus(canvas: &Canvas<'_>, form: &JobForm) -> Line<'static> {
    let (theme, field) = (canvas.theme(), form.focus);
    match form.problem(field) {
        Some(problem) => {
            let label = format!("{}: ", field.label());
            let text = problem.text.clone();
            Line::from(vec![
                Span::styled(label, theme.heading()),
                Span::styled(text, theme.error()),
            ])
        }
        None => Line::styled(field.help(), theme.dim()),
    }
}

/// Renders which other fields are wrong, or what the job has beyond the fields.
fn of_others(canvas: &Canvas<'_>, form: &JobForm) -> Option<Line<'static>> {
    let theme = canvas.theme();
    let of_job = form.problems.iter().find(|problem| problem.field.is_none());
    if let Some(problem) = of_job {
        return Some(Line::styled(problem.text.clone(), theme.error()));
    }
    let wrong = Field::ALL.into_iter();
    let wrong = wrong.filter(|field| *field != form.focus && form.problem(*field).is_some());
    let names: Vec<&str> = wrong.map(Field::label).collect();
    if !names.is_empty() {
        let text = format!("To correct: {}", names.join(", "));
        return Some(Line::styled(text, theme.error()));
    }
    kept(form).map(|text| Line::styled(text, theme.dim()))
}

/// Tells what a copy keeps although no field shows it.
fn kept(form: &JobForm) -> Option<String> {
    let entries = u64::try_from(form.metadata.len()).unwrap_or(u64::MAX);
    let names: Vec<&str> = form.metadata.keys().map(String::as_str).take(3).collect();
    let metadata = (entries > 0).then(|| {
        let what = odd_contracts::counted(entries, "metadata value");
        format!("{what} ({})", inert(&names.join(", ")))
    });
    let retry = form.retry.is_some().then(|| "its retry delays".to_owned());
    let parts: Vec<String> = metadata.into_iter().chain(retry).collect();
    let text = format!("The copy keeps {}.", parts.join(" and "));
    (!parts.is_empty()).then(|| format::cut(&text, 200, "…").into_owned())
}
