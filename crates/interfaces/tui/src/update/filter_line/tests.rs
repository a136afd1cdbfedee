use crate::data::Resource;
use crate::message::{Loaded, Message};
use crate::state::FilterLine;
use crate::trial::{Trial, job};
use crate::view::View;

const SIZE: (u16, u16) = (80, 24);

fn line(trial: &Trial) -> &FilterLine {
    trial
        .state
        .filter_line
        .as_ref()
        .expect("a filter is being edited")
}

fn texts(trial: &Trial) -> Vec<&str> {
    let items = line(trial).choices.items().iter();
    items.map(|choice| choice.text.as_str()).collect()
}

fn with_dead_letters() -> Trial {
    let mut trial = Trial::open(SIZE);
    let list = odd_contracts::JobList {
        stopped_at_bound: false,
        jobs: (1..=5).map(job).collect(),
        next_cursor: None,
    };
    trial.send(Message::Loaded(Box::new(Loaded::DeadLetters(Ok(list)))));
    trial
}

#[test]
fn keys_and_their_values_are_completed() {
    let mut trial = with_dead_letters();
    trial.press("2 /");
    assert!(texts(&trial).is_empty(), "nothing is typed");
    trial.write("st");
    assert_eq!(texts(&trial), ["status:"]);
    trial.press("tab");
    assert_eq!(line(&trial).text(), "status:");
    assert_eq!(texts(&trial).len(), 8);
    trial.write("f");
    trial.press("tab");
    assert_eq!(line(&trial).text(), "status:FAILED");
    assert!(texts(&trial).is_empty());
    trial.write(" type:");
    assert_eq!(texts(&trial), ["email.send"]);
    trial.press("down enter");
    assert_eq!(line(&trial).text(), "status:FAILED type:email.send");
    trial.press("enter");
    assert_eq!(
        trial.state.jobs.filter_text,
        "status:FAILED type:email.send"
    );
    assert!(trial.state.filter_line.is_none());
}

#[test]
fn tab_corrects_a_spelling() {
    let mut trial = Trial::open(SIZE);
    trial.press("2 /");
    trial.write("stauts:FAILED");
    trial.press("tab");
    assert_eq!(line(&trial).text(), "status:FAILED");
    assert_eq!(line(&trial).error, None);
    trial.write(",PENDING");
    assert_eq!(line(&trial).text(), "status:FAILED,PENDING");
}

#[test]
fn pasted_text_closes_the_suggestions() {
    let mut trial = Trial::open(SIZE);
    trial.press("2 /");
    trial.write("é s");
    trial.send(Message::Paste("\nü".to_owned()));
    assert_eq!(line(&trial).text(), "é s ü");
    assert!(texts(&trial).is_empty());
    trial.press("tab home tab");
    assert!(line(&trial).text().ends_with(" s ü"));
}

#[test]
fn esc_closes_the_suggestions_first() {
    let mut trial = Trial::open(SIZE);
    trial.press("2 /");
    trial.write("s");
    trial.press("esc");
    assert!(texts(&trial).is_empty());
    trial.press("esc");
    assert!(trial.state.filter_line.is_none());
}

#[test]
fn earlier_filters_are_shown_again() {
    let mut trial = Trial::open(SIZE);
    for text in ["type:a", "type:b"] {
        trial.press("2 / ctrl-u");
        trial.write(text);
        trial.press("enter");
    }
    trial.press("/ ctrl-u");
    trial.write("x");
    trial.press("up");
    assert_eq!(line(&trial).text(), "type:b");
    trial.press("up up");
    assert_eq!(line(&trial).text(), "type:a");
    trial.press("down");
    assert_eq!(line(&trial).text(), "type:b");
    trial.press("down");
    assert_eq!(line(&trial).text(), "x");
    trial.press("down");
    assert_eq!(line(&trial).text(), "x");
}

#[test]
fn invalid_filter_stays_open() {
    let mut trial = Trial::open(SIZE);
    trial.press("3 /");
    trial.write("tag:a");
    trial.press("enter");
    let error = line(&trial).error.as_ref().expect("events have no tags");
    assert_eq!(error.what, "events have no tags");
}

#[test]
fn filter_of_dead_letters_selects_their_rows() {
    let mut trial = with_dead_letters();
    trial.state.queues = Resource::default();
    trial.press("4 /");
    trial.write("id:0193a1b2~0003");
    trial.press("enter");
    assert_eq!(trial.state.view, View::Queues);
    assert_eq!(trial.state.shown_dead_letters().count(), 1);
    assert_eq!(trial.state.selected_job(), Some(job(3).id));
    trial.press("esc");
    assert_eq!(trial.state.shown_dead_letters().count(), 5);
}

#[test]
fn suggestions_are_drawn_above_the_line() {
    use std::fmt::Write;
    let mut screens = String::new();
    for (width, height) in [(80, 24), (60, 16)] {
        for typed in ["s", "status:FAILED type:", "staus:FAILED", "tag:"] {
            let mut trial = with_dead_letters();
            trial.state.width = width;
            trial.state.height = height;
            trial.press("2 /");
            trial.write(typed);
            trial.press("down");
            let screen = trial.screen();
            writeln!(screens, "== {typed:?} at {width}x{height}\n{screen}")
                .expect("it is a String");
        }
    }
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("filter_completion", screens);
    });
}
