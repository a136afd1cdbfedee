use std::fmt::Write;
use std::time::Duration;

use crate::data::LoadFailure;
use crate::message::{Changed, Loaded, Message, Submitted};
use crate::options::Options;
use crate::state::Overlay;
use crate::theme::Colours;
use crate::trial::{Trial, job};

const SIZES: [(u16, u16); 3] = [(80, 24), (60, 16), (120, 40)];

/// Compares what each size shows after `act` with a file.
fn assert_screens(name: &str, act: impl Fn(&mut Trial)) {
    let mut screens = String::new();
    for size in SIZES {
        let mut trial = Trial::open(size);
        act(&mut trial);
        let (width, height) = size;
        writeln!(screens, "== {width}x{height}\n{}", trial.screen()).expect("it is a String");
    }
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, screens);
    });
}

fn open(trial: &mut Trial) {
    trial.press("n");
    trial.send(Message::KeyCreated("key".to_owned()));
}

fn fill(trial: &mut Trial) {
    open(trial);
    trial.write("http.request");
    trial.press("tab tab");
    trial.write("slow");
    trial.press("tab tab");
    trial.write("10m");
    trial.press("tab tab tab");
    trial.write("nightly, two words");
}

fn answer(trial: &mut Trial, outcome: Submitted) {
    trial.press("f2");
    let key = "key".to_owned();
    trial.send(Message::Changed(Changed::Submitted { key, outcome }));
}

fn failure(what: &str) -> LoadFailure {
    LoadFailure {
        what: what.to_owned(),
        cause: String::new(),
        hint: "",
        is_unreachable: false,
    }
}

#[test]
fn empty_form_offers_types() {
    assert_screens("form_empty", open);
}

#[test]
fn filled_form_shows_every_field() {
    assert_screens("form_filled", fill);
}

#[test]
fn errors_are_shown_at_their_fields() {
    assert_screens("form_errors", |trial| {
        open(trial);
        trial.write("echo");
        trial.press("tab ctrl-end");
        trial.write(",\n");
        trial.press("tab tab");
        trial.write("500");
        trial.press("tab tab shift-tab");
        trial.write("tomorrow");
        trial.press("f2");
    });
}

#[test]
fn sending_shows_how_long_it_has_taken() {
    assert_screens("form_sending", |trial| {
        fill(trial);
        trial.press("f2");
        trial.wait(Duration::from_millis(1_300));
    });
}

#[test]
fn accepted_job_is_named() {
    assert_screens("form_accepted", |trial| {
        fill(trial);
        let id = job(7).id;
        answer(
            trial,
            Submitted::Accepted {
                id,
                is_repeat: false,
            },
        );
    });
}

#[test]
fn refusal_names_the_fields() {
    assert_screens("form_refused", |trial| {
        fill(trial);
        let fields = [
            ("/payload/url", "must be an http or https URL"),
            ("/tags/0", "is too long"),
        ];
        let fields = fields.map(|(pointer, message)| (pointer.to_owned(), message.to_owned()));
        let why = failure("the job does not follow the contract");
        answer(
            trial,
            Submitted::Refused {
                why,
                fields: fields.to_vec(),
            },
        );
    });
}

#[test]
fn unknown_outcome_tells_how_to_try_again() {
    assert_screens("form_unknown", |trial| {
        fill(trial);
        answer(
            trial,
            Submitted::Unknown(failure("the gateway did not answer within 2s")),
        );
    });
}

#[test]
fn question_is_asked_before_content_is_discarded() {
    assert_screens("form_discard", |trial| {
        fill(trial);
        trial.press("esc");
    });
}

#[test]
fn copy_shows_what_it_keeps() {
    assert_screens("form_copy", |trial| {
        trial
            .state
            .detail
            .show(Some(job(7).id), std::time::Duration::ZERO);
        trial.state.overlays.push(Overlay::Detail);
        let loaded = Loaded::Job(job(7).id, Ok(Box::new(job(7))));
        trial.send(Message::Loaded(Box::new(loaded)));
        trial.press("e");
    });
}

#[test]
fn ascii_form_has_no_other_characters() {
    let options = Options {
        ascii: true,
        colours: Colours::None,
        ..Options::default()
    };
    let mut trial = Trial::with(&options, (80, 24));
    fill(&mut trial);
    trial.press("f2");
    let screen = trial.screen();
    assert!(screen.is_ascii(), "{screen}");
}
