use odd_contracts::JobSubmission;

use crate::data::LoadFailure;
use crate::effect::{Change, Effect};
use crate::message::{Changed, Loaded, Message, Submitted};
use crate::options::Options;
use crate::state::{Field, JobForm, Overlay, Phase};
use crate::trial::{Trial, job};

const SIZE: (u16, u16) = (80, 24);

fn form(trial: &mut Trial) -> &mut JobForm {
    trial.state.form_mut().expect("the form is open")
}

/// Opens the form, which gets the key `key-1`.
fn opened() -> Trial {
    let mut trial = Trial::open(SIZE);
    let effects = trial.press("n");
    assert!(matches!(effects[..], [Effect::CreateKey]));
    trial.send(Message::KeyCreated("key-1".to_owned()));
    trial
}

fn submitted(effects: &[Effect]) -> (JobSubmission, String) {
    match effects {
        [Effect::Change(Change::Submit { submission, key })] => {
            ((**submission).clone(), key.clone())
        }
        other => panic!("{other:?}"),
    }
}

fn answer(trial: &mut Trial, key: &str, outcome: Submitted) {
    let key = key.to_owned();
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

fn accepted() -> Submitted {
    Submitted::Accepted {
        id: job(7).id,
        is_repeat: false,
    }
}

#[test]
fn typed_job_is_submitted_with_its_key() {
    let mut trial = opened();
    trial.write("sleep");
    trial.press("tab");
    assert_eq!(
        form(&mut trial).text(Field::Payload),
        "{\n  \"ms\": 2000\n}"
    );
    trial.press("tab");
    trial.write("slow");
    let (submission, key) = submitted(&trial.press("f2"));
    assert_eq!(submission.job_type.as_str(), "sleep");
    assert_eq!(submission.queue.expect("a queue").as_str(), "slow");
    assert_eq!(key, "key-1");
    assert!(matches!(form(&mut trial).phase, Phase::Sending { .. }));
    assert!(trial.press("f2").is_empty(), "it is sent once");
}

#[test]
fn invalid_job_is_not_sent_and_the_first_error_gets_the_focus() {
    let mut trial = opened();
    trial.write("echo");
    trial.press("tab tab tab");
    trial.write("500");
    assert!(
        form(&mut trial).problem(Field::Priority).is_none(),
        "while it is typed"
    );
    trial.press("tab");
    assert!(form(&mut trial).problem(Field::Priority).is_some());
    assert!(trial.press("f2").is_empty());
    assert_eq!(form(&mut trial).focus, Field::Priority);
}

#[test]
fn syntax_error_of_the_payload_is_known_while_it_is_typed() {
    let mut trial = opened();
    trial.press("tab");
    trial.write("{\n\"a\": 1,");
    let problem = form(&mut trial).problem(Field::Payload).cloned();
    assert_eq!(problem.expect("unfinished").position, Some((2, 9)));
    trial.write("\n\"b\": 2\n}");
    assert_eq!(form(&mut trial).problem(Field::Payload), None);
}

#[test]
fn new_lines_of_the_payload_are_indented() {
    let mut trial = opened();
    trial.press("tab");
    trial.write("{\n\"a\": [\n1");
    assert_eq!(
        form(&mut trial).text(Field::Payload),
        "{\n  \"a\": [\n    1"
    );
}

#[test]
fn unanswered_submission_is_repeated_with_the_same_key() {
    let mut trial = opened();
    trial.write("echo");
    let first = submitted(&trial.press("f2"));
    answer(
        &mut trial,
        "key-1",
        Submitted::Unknown(failure("no answer")),
    );
    assert!(matches!(form(&mut trial).phase, Phase::Unknown { .. }));
    let second = submitted(&trial.press("f2"));
    assert_eq!(first, second);
    let unreachable = Submitted::Refused {
        why: failure("unreachable"),
        fields: Vec::new(),
    };
    answer(&mut trial, "key-1", unreachable);
    let phase = &form(&mut trial).phase;
    assert!(
        matches!(phase, Phase::Unknown { .. }),
        "the first one may be stored"
    );
    answer(&mut trial, "key-1", accepted());
    assert!(
        matches!(form(&mut trial).phase, Phase::Unknown { .. }),
        "nothing is being sent"
    );
}

#[test]
fn another_job_after_an_unanswered_one_gets_another_key() {
    let mut trial = opened();
    trial.write("echo");
    trial.press("f2");
    answer(
        &mut trial,
        "key-1",
        Submitted::Unknown(failure("no answer")),
    );
    let effects = trial.press("x");
    assert!(matches!(effects[..], [Effect::CreateKey]));
    trial.send(Message::KeyCreated("key-2".to_owned()));
    let (submission, key) = submitted(&trial.press("f2"));
    assert_eq!(
        (submission.job_type.as_str(), key.as_str()),
        ("echox", "key-2")
    );
}

#[test]
fn refusal_shows_the_errors_at_their_fields() {
    let mut trial = opened();
    trial.write("echo");
    trial.press("f2");
    let refused = Submitted::Refused {
        why: failure("the job is not valid"),
        fields: vec![
            ("/payload/ms".to_owned(), "must be at most 5".to_owned()),
            ("/uniqueKey".to_owned(), "is taken".to_owned()),
        ],
    };
    answer(&mut trial, "key-1", refused);
    let form = form(&mut trial);
    assert_eq!(form.focus, Field::Payload);
    let text = |field| form.problem(field).map(|problem| problem.text.as_str());
    assert_eq!(text(Field::Payload), Some("/payload/ms must be at most 5"));
    assert_eq!(text(Field::UniqueKey), Some("is taken"));
}

#[test]
fn accepted_job_can_be_opened() {
    let mut trial = opened();
    trial.write("echo");
    trial.press("f2");
    answer(&mut trial, "another key", accepted());
    assert!(matches!(form(&mut trial).phase, Phase::Sending { .. }));
    answer(&mut trial, "key-1", accepted());
    trial.press("enter");
    assert!(matches!(trial.state.overlays[..], [Overlay::Detail]));
    assert_eq!(trial.state.detail.job_id, Some(job(7).id));
}

#[test]
fn outcome_of_a_closed_form_is_a_notice() {
    let mut trial = opened();
    trial.write("echo");
    trial.press("f2 esc y");
    answer(&mut trial, "key-1", accepted());
    let (notice, _) = trial.state.notice.as_ref().expect("a notice");
    assert!(notice.text.starts_with("accepted as "), "{notice:?}");
}

#[test]
fn typed_content_is_discarded_after_a_question_only() {
    let mut trial = opened();
    trial.press("esc");
    assert!(trial.state.overlays.is_empty(), "nothing was typed");
    trial.press("n");
    trial.write("echo");
    trial.press("esc");
    assert!(form(&mut trial).is_asking);
    trial.press("n");
    assert_eq!(form(&mut trial).text(Field::Type), "echo");
    trial.press("esc y");
    assert!(trial.state.overlays.is_empty());
}

#[test]
fn types_of_the_observatory_and_built_in_ones_are_completed() {
    let mut trial = Trial::open(SIZE);
    let list = odd_contracts::JobList {
        stopped_at_bound: false,
        jobs: vec![job(1)],
        next_cursor: None,
    };
    trial.send(Message::Loaded(Box::new(Loaded::DeadLetters(Ok(list)))));
    trial.press("n");
    let texts = |trial: &mut Trial| -> Vec<String> {
        let items = form(trial).choices.items().iter();
        items.map(|choice| choice.text.clone()).collect()
    };
    assert_eq!(texts(&mut trial).len(), 7);
    trial.write("e");
    assert_eq!(texts(&mut trial)[..2], ["email.send", "echo"]);
    trial.press("down down tab");
    assert_eq!(form(&mut trial).text(Field::Type), "echo");
    assert_eq!(form(&mut trial).focus, Field::Payload);
    trial.press("tab");
    trial.write("m");
    trial.press("down enter");
    assert_eq!(form(&mut trial).focus, Field::Priority);
    assert_eq!(form(&mut trial).text(Field::Queue), "mail");
}

#[test]
fn example_never_replaces_a_payload_that_was_written() {
    let mut trial = opened();
    trial.write("sleep");
    trial.press("tab shift-tab ctrl-u");
    trial.write("flaky");
    trial.press("tab");
    assert_eq!(
        form(&mut trial).text(Field::Payload),
        "{\n  \"failures\": 2\n}"
    );
    trial.write(" ");
    trial.press("shift-tab ctrl-u");
    trial.write("echo");
    trial.press("tab");
    assert_eq!(
        form(&mut trial).text(Field::Payload),
        " {\n  \"failures\": 2\n}"
    );
}

#[test]
fn copy_of_a_job_keeps_its_exact_payload_and_what_no_field_shows() {
    let mut trial = Trial::open(SIZE);
    trial
        .state
        .detail
        .show(Some(job(7).id), std::time::Duration::ZERO);
    trial.state.overlays.push(Overlay::Detail);
    let loaded = Loaded::Job(job(7).id, Ok(Box::new(job(7))));
    trial.send(Message::Loaded(Box::new(loaded)));
    trial.press("e");
    trial.send(Message::KeyCreated("key-1".to_owned()));
    assert!(!form(&mut trial).is_changed());
    let (copy, _) = submitted(&trial.press("f2"));
    let json = serde_json::to_string(&copy).expect("serializes");
    assert_eq!(
        json,
        concat!(
            r#"{"type":"email.send","payload":{"#,
            "\n  \"to\": \"a\\u202eb@example.com\",\n  \"amount\": 12345678901234567890.10\n",
            r#"},"queue":"mail","priority":5,"maxAttempts":3,"timeoutMs":90000,"#,
            r#""tags":["nightly","x,y"],"metadata":{"team":"growth"}}"#
        )
    );
}

#[test]
fn payload_is_edited_outside() {
    let mut trial = opened();
    trial.write("echo");
    trial.press("tab");
    let effects = trial.press("ctrl-e");
    let [Effect::Edit { text }] = &effects[..] else {
        panic!("{effects:?}");
    };
    assert_eq!(text, "{\n  \"hello\": \"world\"\n}");
    trial.send(Message::Edited("[1,\n 2]\n".to_owned()));
    assert_eq!(form(&mut trial).text(Field::Payload), "[1,\n 2]");
}

#[test]
fn pasted_text_stays_in_one_line_and_within_its_bounds() {
    let mut trial = opened();
    trial.send(Message::Paste("echo\nx".to_owned()));
    assert_eq!(form(&mut trial).text(Field::Type), "echo x");
    trial.send(Message::Paste("y".repeat(3_000)));
    assert_eq!(form(&mut trial).text(Field::Type), "echo x");
    assert!(trial.state.notice.is_some());
}

#[test]
fn read_only_interface_has_no_form() {
    let options = Options {
        read_only: true,
        ..Options::default()
    };
    let mut trial = Trial::with(&options, SIZE);
    assert!(trial.press("n").is_empty());
    assert!(trial.state.overlays.is_empty());
}

#[test]
fn tab_completes_a_name_that_is_not_known() {
    let mut trial = opened();
    trial.write("ech");
    trial.press("tab");
    assert_eq!(form(&mut trial).text(Field::Type), "echo");
    assert!(form(&mut trial).text(Field::Payload).contains("hello"));
    trial.press("shift-tab ctrl-u");
    trial.write("ech");
    trial.press("enter");
    assert_eq!(form(&mut trial).text(Field::Type), "ech", "as typed");
}

mod safety;
