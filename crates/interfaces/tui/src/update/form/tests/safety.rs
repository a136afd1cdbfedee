//! What was typed is neither lost nor replaced.

use super::*;

#[test]
fn cleared_example_stays_cleared_and_is_sent_again_unchanged() {
    let mut trial = opened();
    trial.write("echo");
    trial.press("tab");
    assert!(form(&mut trial).replace(Field::Payload, ""));
    let first = submitted(&trial.press("f2"));
    assert!(first.0.payload.is_none());
    answer(
        &mut trial,
        "key-1",
        Submitted::Unknown(failure("no answer")),
    );
    trial.press("shift-tab tab");
    assert_eq!(form(&mut trial).text(Field::Payload), "");
    let second = submitted(&trial.press("f2"));
    assert_eq!(second.1, first.1);
}

#[test]
fn outcome_reaches_a_form_below_another_window() {
    let mut trial = opened();
    trial.write("echo");
    trial.press("f2");
    trial.send(Message::NotOpened {
        url: "http://x/".to_owned(),
        why: "no display".to_owned(),
    });
    answer(&mut trial, "key-1", accepted());
    trial.press("esc");
    assert!(matches!(form(&mut trial).phase, Phase::Accepted { .. }));
}

#[test]
fn clicks_outside_do_not_discard_the_form() {
    use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
    let mut trial = opened();
    trial.write("echo");
    trial.screen();
    for row in 0..24 {
        for column in 0..80 {
            trial.send(Message::Mouse(MouseEvent {
                kind: MouseEventKind::Down(MouseButton::Left),
                column,
                row,
                modifiers: KeyModifiers::NONE,
            }));
        }
    }
    assert_eq!(form(&mut trial).text(Field::Type), "echo");
}

#[test]
fn edited_payload_that_is_too_long_leaves_the_one_before() {
    let mut trial = opened();
    trial.send(Message::Edited("1".to_owned()));
    trial.send(Message::Edited("x".repeat(1024 * 1024 + 1)));
    assert_eq!(form(&mut trial).text(Field::Payload), "1");
    let (notice, _) = trial.state.notice.as_ref().expect("a notice");
    assert!(notice.text.contains("more than 1 MiB"));
    trial.send(Message::Edited("[\n".repeat(70_000)));
    trial.send(Message::Edited("2".to_owned()));
    assert_eq!(form(&mut trial).text(Field::Payload), "2");
}
