use odd_contracts::JobStatus;

use super::*;
use crate::state::FilterTarget;
use crate::trial::event;

fn filter(text: &str) -> RowFilter {
    let now = event(0).occurred_at;
    RowFilter::parse(text, FilterTarget::Events, now).expect("valid")
}

fn statuses(events: &Events) -> Vec<JobStatus> {
    let rows = (0..events.len()).filter_map(|index| events.row(index));
    rows.map(|row| row.status).collect()
}

#[test]
fn filter_selects_events_of_history_and_stream() {
    let mut events = Events::default();
    events.push(&event(10));
    events.set_filter(filter("status:FAILED"));
    assert_eq!(events.len(), 0);
    events.add_history(&[event(9), event(8), event(7)]);
    events.push(&event(11));
    events.push(&event(12));
    assert_eq!(statuses(&events), [JobStatus::Failed; 3]);
    assert_eq!((events.len(), events.all_len()), (3, 6));
    let newest = events.row(0).map(|row| row.job_id);
    assert_eq!(newest, Some(event(11).payload.job_id));
    events.set_filter(filter(""));
    assert_eq!(events.len(), 6);
}

#[test]
fn selected_events_are_dropped_with_the_oldest() {
    let mut events = Events::default();
    events.set_filter(filter("status:FAILED queue:mail"));
    for number in 0..12_000 {
        events.push(&event(number));
    }
    assert_eq!(
        (events.len(), events.all_len()),
        (EVENT_LIMIT / 2, EVENT_LIMIT)
    );
    assert!(
        statuses(&events)
            .iter()
            .all(|status| *status == JobStatus::Failed)
    );
}

#[test]
fn what_is_read_stays_when_other_events_arrive() {
    let mut events = Events::default();
    for number in 0..10 {
        events.push(&event(number));
    }
    events.set_filter(filter("status:FAILED"));
    events.cursor.select(2, events.len(), 5);
    let before = events.selected().map(|row| row.job_id);
    for number in 10..20 {
        events.push(&event(number));
    }
    assert_eq!(events.selected().map(|row| row.job_id), before);
}

#[test]
fn text_is_searched_in_what_the_row_shows() {
    let mut events = Events::default();
    events.push(&event(3));
    for (text, len) in [
        ("JOB.FAILED", 1),
        ("refused", 1),
        ("0193a1b2", 1),
        ("type:email.send !queue:slow", 1),
        ("since:1h", 1),
        ("until:1h", 0),
        ("!refused", 0),
    ] {
        events.set_filter(filter(text));
        assert_eq!(events.len(), len, "{text}");
    }
}

#[test]
fn what_is_read_stays_when_the_history_is_loaded_again() {
    let mut events = Events::default();
    let history = |numbers: std::ops::Range<u32>| -> Vec<_> { numbers.rev().map(event).collect() };
    events.add_history(&history(0..10));
    events.cursor.select(2, events.len(), 5);
    let before = events.selected().map(|row| row.job_id);
    events.add_history(&history(5..20));
    assert_eq!(events.selected().map(|row| row.job_id), before);
    assert_eq!(events.cursor.selected(), 12);
    events.cursor.select(0, events.len(), 5);
    events.add_history(&history(15..25));
    assert_eq!(events.cursor.selected(), 0, "the top follows the newest");
}
