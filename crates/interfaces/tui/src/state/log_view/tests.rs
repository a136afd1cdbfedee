use std::time::Duration;

use odd_contracts::JobStatus;

use super::*;
use crate::fixtures::{job, second};

fn page(cursor: Option<&str>) -> LogPage {
    LogPage {
        job_id: job(JobStatus::Executing).id,
        attempt: 1,
        cursor: cursor.map(str::to_owned),
    }
}

/// Takes a page of the lines `from..to`, which end with the newest.
fn take(view: &mut LogView, cursor: Option<&str>, lines: std::ops::Range<i64>) {
    let older = (lines.start > 0).then(|| lines.start.to_string());
    let lines = lines.rev().map(|number| LogLine {
        at: second(number),
        stream: LogStream::Log,
        line: format!("line {number}"),
    });
    let log = AttemptLog {
        lines: lines.collect(),
        next_cursor: older,
    };
    view.take(&page(cursor), Ok(log), Duration::ZERO, 10);
}

fn numbers(view: &LogView) -> Vec<i64> {
    let since = second(0).as_micros();
    let lines = view.lines().iter();
    lines
        .map(|line| (line.at.as_micros() - since) / 1_000_000)
        .collect()
}

fn view() -> LogView {
    let mut view = LogView::default();
    view.fit(80, 10);
    take(&mut view, None, 100..120);
    view
}

#[test]
fn new_lines_are_added_once_and_the_end_is_followed() {
    let mut view = view();
    assert_eq!(view.cursor.selected(), 19);
    take(&mut view, None, 105..125);
    assert_eq!(numbers(&view), (100..125).collect::<Vec<_>>());
    assert_eq!(view.cursor.selected(), 24);
    view.move_by(-3, 10);
    take(&mut view, None, 106..126);
    assert_eq!(
        view.cursor.selected(),
        21,
        "a line that is read does not move"
    );
}

#[test]
fn lines_after_a_gap_replace_the_known_ones() {
    let mut view = view();
    take(&mut view, None, 300..320);
    assert_eq!(numbers(&view), (300..320).collect::<Vec<_>>());
}

#[test]
fn older_lines_are_requested_near_the_beginning_and_only_once() {
    let mut view = view();
    let id = page(None).job_id;
    assert_eq!(
        view.begin_older(id, 1, Duration::ZERO),
        Some(page(Some("100")))
    );
    assert_eq!(view.begin_older(id, 1, Duration::ZERO), None);
    view.move_by(-10, 10);
    take(&mut view, Some("100"), 40..100);
    assert_eq!(numbers(&view), (40..120).collect::<Vec<_>>());
    assert_eq!(
        view.selected().map(|line| line.text.as_str()),
        Some("line 109")
    );
    assert_eq!(
        view.begin_older(id, 1, Duration::ZERO),
        None,
        "the beginning is far"
    );
}

#[test]
fn top_is_the_first_line_even_if_it_is_loaded_later() {
    let mut view = view();
    view.move_by(isize::MIN, 10);
    for (cursor, lines) in [("100", 50..100), ("50", 0..50)] {
        assert!(
            view.begin_older(page(None).job_id, 1, Duration::ZERO)
                .is_some()
        );
        take(&mut view, Some(cursor), lines);
    }
    assert_eq!(
        view.selected().map(|line| line.text.as_str()),
        Some("line 0")
    );
    assert!(!view.has_older());
}

#[test]
fn number_of_lines_is_bounded() {
    let mut view = view();
    for start in 101..5_000 {
        take(&mut view, None, start..start + 20);
    }
    assert!(view.lines().len() <= LINES);
    assert_eq!(numbers(&view).last(), Some(&5_018));
}
