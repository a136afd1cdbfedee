use odd_client::{inert, short_id};
use odd_contracts::EventEnvelope;

use super::cell::short_time;
use super::cut::{cut, display_width};
use super::duration::took;
use super::table::colour_statuses;
use crate::output::{Layout, status_cell};

/// Renders one line for an event: with a short id and time, and cut at the end, where the whole line does not fit.
pub(crate) fn event_line(event: &EventEnvelope, layout: Layout) -> String {
    let (time, id) = (event.occurred_at.to_string(), event.payload.job_id);
    let mut line = event_text(event, &time, &id.to_string());
    if let Some(width) = layout.width
        && display_width(&line) > width
    {
        let short = event_text(event, &short_time(&time), &short_id(id));
        line = cut(&short, width).into_owned();
    }
    colour_statuses(line, layout.colour)
}

fn event_text(event: &EventEnvelope, time: &str, id: &str) -> String {
    let payload = &event.payload;
    let mut line = format!(
        "{time}  {:<14} {id}  {}  {}",
        event.event_type.as_str(),
        payload.job_type,
        status_cell(payload.status, false),
    );
    if let Some(attempt) = payload.attempt {
        line.push_str(&format!("  attempt {attempt}"));
    }
    if let Some(fraction) = payload.fraction {
        line.push_str(&format!("  {:.0} %", fraction * 100.0));
    }
    if let Some(duration) = payload.duration_ms {
        line.push_str(&format!("  {}", took(duration)));
    }
    if let Some(message) = &payload.message {
        line.push_str(&format!("  {}", inert(message)));
    }
    if let Some(run_at) = payload.run_at {
        line.push_str(&format!("  not before {run_at}"));
    }
    line
}
