use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use super::Canvas;
use crate::keymap::Action;
use crate::state::{Tour, TourStep};

/// The size of the card.
const WIDTH: u16 = 50;
const HEIGHT: u16 = 7;

/// Draws the card of the tour in the lower right corner, so that most of the screen stays visible.
pub(super) fn draw_tour(canvas: &mut Canvas<'_>, area: Rect) {
    let state = canvas.state;
    let Some(tour) = state.tour.as_ref().filter(|_| !state.shows_start()) else {
        return;
    };
    let (width, height) = (WIDTH.min(area.width - 1), HEIGHT.min(area.height - 1));
    let corner = (area.right() - width - 1, area.bottom() - height - 1);
    let card = Rect::new(corner.0, corner.1, width, height);
    let title = match tour.step.number() {
        Some(number) => format!("Tour, step {number} of 5"),
        None => "Tour".to_owned(),
    };
    let inner = canvas.window(card, &title);
    let inner = Rect::new(
        inner.x + 1,
        inner.y,
        inner.width.saturating_sub(2),
        inner.height,
    );
    let last = Rect::new(inner.x, inner.bottom().saturating_sub(1), inner.width, 1);
    let lines = vec![
        Line::styled(task(canvas, tour), canvas.theme().heading()),
        Line::raw(note(tour)),
    ];
    canvas.widget(inner, Paragraph::new(lines).wrap(Wrap { trim: false }));
    let keys = keys(canvas, tour);
    canvas.line(last, keys);
}

/// Renders what is to be done, or that it is.
fn task(canvas: &Canvas<'_>, tour: &Tour) -> String {
    let key = |action| canvas.state.keymap.key_of(action);
    let text = match tour.step {
        TourStep::Welcome => return "Five short steps on real jobs.".to_owned(),
        TourStep::Submit => format!("Submit a job: press {}.", key(Action::NewJob)),
        TourStep::Watch => "Watch it complete.".to_owned(),
        TourStep::Open => "Select the job and open it.".to_owned(),
        TourStep::Explain => "See why a job waits.".to_owned(),
        TourStep::Filter => format!("Find failures: {} status:FAILED", key(Action::EditFilter)),
        TourStep::Done => return "That was the tour.".to_owned(),
    };
    match tour.is_done {
        true => format!(
            "{} {text}",
            canvas.symbols().status(odd_contracts::JobStatus::Completed)
        ),
        false => text,
    }
}

fn note(tour: &Tour) -> &'static str {
    match tour.step {
        TourStep::Welcome => {
            "It submits three small jobs with the tag tour to this observatory; one fails on purpose."
        }
        TourStep::Submit if tour.is_sending => "Sending it.",
        TourStep::Submit => "The form checks it before it is sent.",
        TourStep::Watch => "Its row changes as events arrive; nothing has to be loaded again.",
        TourStep::Open => "Its attempts, payload, result, log and events are in one place.",
        TourStep::Explain if tour.is_done => "The detail says what it waits for, and until when.",
        TourStep::Explain => {
            "A job that is due in ten minutes shows it. It is cancelled at the end."
        }
        TourStep::Filter => "Filters combine: type:echo since:1h !tag:x",
        TourStep::Done => "Press ? for every key, and T for this tour.",
    }
}

fn keys(canvas: &Canvas<'_>, tour: &Tour) -> Line<'static> {
    let theme = canvas.theme();
    let enter = match (tour.step, tour.is_done) {
        (TourStep::Welcome, _) => "begin",
        (TourStep::Done, _) => "close",
        (_, true) => "next step",
        (TourStep::Watch, false) => "do not wait",
        (_, false) => "do it for me",
    };
    let mut spans = vec![
        Span::styled("enter ", theme.accent()),
        Span::styled(format!("{enter}   "), theme.dim()),
    ];
    if tour.step != TourStep::Done {
        spans.push(Span::styled("esc ", theme.accent()));
        spans.push(Span::styled("skip the tour", theme.dim()));
    }
    Line::from(spans)
}
