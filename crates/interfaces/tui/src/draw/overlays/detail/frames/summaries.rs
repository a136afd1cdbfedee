use crossterm::event::KeyCode;
use odd_contracts::{AttemptOutcome, JobStatus, Progress};
use ratatui::layout::Rect;

use super::samples::{explanation, failed_job, failed_screen, failure};
use super::screen::Screen;
use crate::draw::overlays::detail::draw_detail;
use crate::fixtures::{attempt, job, second};
use crate::message::{Loaded, Message};
use crate::options::Options;
use crate::theme::Colours;

#[test]
fn loading_and_missing_jobs_are_explained() {
    let mut screen = Screen::of(80, 24);
    insta::assert_snapshot!("loading", screen.text());
    let id = job(JobStatus::Pending).id;
    screen.take(Loaded::Job(id, Err(failure("the job was not found"))));
    insta::assert_snapshot!("missing", screen.text());
}

#[test]
fn failed_job_shows_its_attempts_to_scale() {
    insta::assert_snapshot!(
        "failed_80x24",
        failed_screen(80, 24, Options::default()).text()
    );
    insta::assert_snapshot!(
        "failed_60x16",
        failed_screen(60, 16, Options::default()).text()
    );
    let ascii = Options {
        ascii: true,
        colours: Colours::None,
        ..Options::default()
    };
    insta::assert_snapshot!("failed_ascii", failed_screen(80, 40, ascii).text());
    let mut large = failed_screen(200, 50, Options::default());
    large.state.overlays.clear();
    large.send(Message::Tick);
    let panel = Rect::new(0, 0, 78, 43);
    insta::assert_snapshot!("failed_beside_the_table", large.drawn(panel, draw_detail));
}

#[test]
fn waiting_job_answers_why_first() {
    let mut screen = Screen::of(80, 24);
    let mut job = job(JobStatus::Retrying);
    job.run_at = Some(second(50));
    job.attempts = Some(vec![attempt(1, AttemptOutcome::Failed, 1, Some(2))]);
    screen.take_job(&job);
    let causes = format!(
        r#"{{"code": "backoff", "detail": "Attempt 1 failed; the job waits before the next one.", "since": "{}", "until": "{}"}}, {{"code": "no_worker_for_type", "detail": "No live worker handles the type email.send.", "hint": "start a worker with this type: ODD_WORKER_TYPES=email.send odd-dashboard serve processor"}}"#,
        second(2),
        second(50)
    );
    screen.take(Loaded::Explanation(
        job.id,
        Ok(explanation("RETRYING", &causes)),
    ));
    insta::assert_snapshot!("waiting", screen.text());
}

#[test]
fn running_job_shows_its_progress_and_grows() {
    let mut screen = Screen::of(80, 24);
    let mut job = job(JobStatus::Executing);
    job.started_at = Some(second(10));
    job.progress = Some(Progress {
        fraction: 0.4,
        message: Some("sending 40 of 100".to_owned()),
    });
    job.attempts = Some(vec![attempt(1, AttemptOutcome::Running, 10, None)]);
    screen.take_job(&job);
    let before = screen.text();
    insta::assert_snapshot!("running", before);
    screen.second = 60;
    screen.send(Message::Tick);
    assert_ne!(screen.text(), before);
}

#[test]
fn stale_job_stays_and_shows_its_age() {
    let mut screen = failed_screen(80, 24, Options::default());
    screen.second = 65;
    screen.take(Loaded::Job(
        failed_job().id,
        Err(failure("cannot reach the read-model")),
    ));
    let text = screen.text();
    assert!(text.contains("45 s old: cannot reach"), "{text}");
    assert!(text.contains("email.send"), "{text}");
}

#[test]
fn summary_scrolls_to_its_end_and_back_at_once() {
    let mut screen = failed_screen(60, 16, Options::default());
    screen.press(KeyCode::Char('G'));
    let end = screen.text();
    assert!(end.contains("finished"), "{end}");
    screen.press(KeyCode::Down);
    assert_eq!(screen.text(), end);
    screen.press(KeyCode::Up);
    assert_ne!(screen.text(), end);
}

#[test]
fn hundred_attempts_scroll_below_the_fields() {
    let mut job = failed_job();
    let attempts = (0..100).map(|number| {
        let start = i64::from(number) * 10;
        attempt(number + 51, AttemptOutcome::Lost, start, Some(start + 1))
    });
    job.attempts = Some(attempts.collect());
    let mut screen = failed_screen(80, 24, Options::default());
    screen.take_job(&job);
    assert!(screen.text().contains("newsletter:4711"));
    screen.press(KeyCode::Char('G'));
    insta::assert_snapshot!("hundred_attempts", screen.text());
}

#[test]
fn job_that_was_cancelled_before_its_start_has_not_run() {
    let mut screen = Screen::of(80, 24);
    let mut job = job(JobStatus::Cancelled);
    job.attempt = 0;
    job.finished_at = Some(second(8));
    screen.take_job(&job);
    let text = screen.text();
    assert!(text.contains("not run   ░░░"), "{text}");
    assert!(text.contains("Why is it CANCELLED?"), "{text}");
}
