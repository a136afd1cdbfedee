use odd_contracts::{FailureFingerprint, JobStatus, Timestamp};
use proptest::prelude::*;

use super::{Completion, Condition, FilterError, JobFilter, KnownValues, Term, When, completions};
use crate::{JobRef, JobsQuery};

const NOW: Timestamp = Timestamp::from_micros(1_700_000_000_000_000);

fn parsed(text: &str) -> JobFilter {
    text.parse()
        .unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

fn query(text: &str) -> JobsQuery {
    parsed(text).to_query(NOW)
}

fn error(text: &str) -> FilterError {
    text.parse::<JobFilter>().expect_err(text)
}

/// Returns the part of a filter that is wrong, and what to write instead.
fn fault(text: &str) -> (&str, Option<String>) {
    let error = error(text);
    (&text[error.span], error.replacement)
}

#[test]
fn every_key_becomes_a_parameter() {
    let query = query(
        "status:FAILED,CANCELLED type:email queue:slow tag:nightly tag:\"a b\" since:1h \
         until:2026-11-30T00:00:00Z id:0192f0c1~7c11 fingerprint:9c2f1e0b7a4d3c55 word \"two words\"",
    );
    assert_eq!(query.statuses, [JobStatus::Failed, JobStatus::Cancelled]);
    assert_eq!(query.job_type.as_deref(), Some("email"));
    assert_eq!(query.queue.as_deref(), Some("slow"));
    assert_eq!(query.tags, ["nightly", "a b"]);
    assert_eq!(query.since, Some(NOW.minus_millis(3_600_000)));
    assert_eq!(
        query.until.expect("a time").to_string(),
        "2026-11-30T00:00:00.000000Z"
    );
    assert_eq!(query.id_prefix.expect("digits").as_str(), "0192f0c1");
    assert_eq!(query.id_suffix.expect("digits").as_str(), "7c11");
    let fingerprint = query.fingerprint.expect("a fingerprint");
    assert_eq!(fingerprint.to_string(), "9c2f1e0b7a4d3c55");
    assert_eq!(query.texts, ["word", "two words"]);
}

#[test]
fn negated_terms_exclude() {
    let query = query("!type:a !type:b !queue:slow !tag:x !word !\"some text\"");
    assert_eq!(query.not_types, ["a", "b"]);
    assert_eq!(query.not_queues, ["slow"]);
    assert_eq!(query.not_tags, ["x"]);
    assert_eq!(query.not_texts, ["word", "some text"]);
    assert!(query.statuses.is_empty() && query.texts.is_empty());
}

#[test]
fn negated_statuses_are_the_other_ones() {
    let statuses = |text: &str| query(text).statuses;
    assert_eq!(statuses("!status:COMPLETED").len(), 7);
    assert_eq!(statuses("!status:COMPLETED,FAILED").len(), 6);
    assert_eq!(
        statuses("status:failed,Cancelled !status:FAILED"),
        [JobStatus::Cancelled]
    );
    assert!(statuses("").is_empty());
}

#[test]
fn whole_id_is_a_prefix_of_all_its_digits() {
    let query = query("id:0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11");
    let digits = query.id_prefix.expect("digits");
    assert_eq!(digits.as_str(), "0192f0c12f3b7a51b6a13f1f5a0c7c11");
}

#[test]
fn quotes_keep_spaces_colons_and_quotes() {
    for (text, expected) in [
        (r#""a b""#, "a b"),
        (r#""http://x""#, "http://x"),
        (r#""say \"hi\" \\ \n""#, r#"say "hi" \ n"#),
        (r#""!x""#, "!x"),
        (r"back\slash", r"back\slash"),
    ] {
        assert_eq!(query(text).texts, [expected]);
    }
}

#[test]
fn misspelt_keys_and_statuses_are_suggested() {
    for (text, span, replacement) in [
        ("staus:FAILED", "staus", "status"),
        ("type:a state:FAILED", "state", "status"),
        ("!Tag:x", "Tag", "tag"),
        ("before:1h", "before", "until"),
        ("status:FAILD", "FAILD", "FAILED"),
        ("status:FAILED,canceled", "canceled", "CANCELLED"),
        ("!status:running", "running", "EXECUTING"),
        ("status:comp", "comp", "COMPLETED"),
    ] {
        assert_eq!(fault(text), (span, Some(replacement.to_owned())), "{text}");
    }
    assert_eq!(fault("status:zzz"), ("zzz", None));
    let colon = error("http://x");
    assert!(colon.hint.expect("a hint").ends_with("\"http://x\""));
}

#[test]
fn errors_name_the_wrong_bytes() {
    for (text, span) in [
        ("type:a type:b", "type:b"),
        ("queue:é", "é"),
        ("é since:soon", "soon"),
        ("id:123", "123"),
        ("tag:", "tag:"),
        ("tag:\"\"", "tag:\"\""),
        ("a \"b c", "\"b c"),
        ("a\"b", "\""),
        ("\"a\"b", "b"),
        ("a !", "!"),
        ("!!x", "!!x"),
        ("\"\"", "\"\""),
        ("type:a,b", "a,b"),
        ("status:FAILED status:PENDING", "status:PENDING"),
        ("status:FAILED !status:FAILED", "!status:FAILED"),
        ("since:1h until:2h", "until:2h"),
        ("type:a tag:x !type:a", "!type:a"),
        ("!queue:a queue:a", "queue:a"),
        ("tag:x tag:y !tag:x", "!tag:x"),
        ("word !Word", "!Word"),
        ("!since:1h", "!since:1h"),
        ("!until:1h", "!until:1h"),
        ("!id:0192f0c1", "!id:0192f0c1"),
    ] {
        assert_eq!(fault(text), (span, None), "{text}");
    }
    for text in [
        "!since:1h",
        "!until:1h",
        "!id:0192f0c1",
        "type:a,b",
        "a !",
        "a !a",
    ] {
        assert!(error(text).hint.is_some(), "{text}");
    }
    for text in [
        "type:a !type:A",
        "tag:x !tag:X",
        "tag:x !type:x !x",
        "word !words",
    ] {
        parsed(text);
    }
}

#[test]
fn what_the_server_would_refuse_is_refused() {
    let repeated = |term: &str, count: usize| vec![term; count].join(" ");
    for (accepted, refused) in [
        (repeated("!type:a", 20), repeated("!type:a", 21)),
        (repeated("word", 5), repeated("word", 6)),
        (repeated("tag:a", 5), repeated("tag:a", 6)),
        ("é".repeat(200), "é".repeat(201)),
        (
            format!("tag:{}", "x".repeat(50)),
            format!("tag:{}", "x".repeat(51)),
        ),
    ] {
        parsed(&accepted);
        error(&refused);
    }
    error("a\0b");
    error(&"x ".repeat(5_000));
}

fn texts(filter: &str, known: &KnownValues) -> Vec<String> {
    let found = completions(filter, filter.len(), known);
    let texts = found.into_iter().map(|Completion { text, .. }| text);
    texts.collect()
}

#[test]
fn keys_statuses_and_known_values_are_completed() {
    let known = KnownValues {
        types: vec!["email.send".into(), "email".into(), "mail".into()],
        queues: vec!["slow".into()],
        tags: vec!["two words".into()],
    };
    assert_eq!(texts("", &known).len(), 8);
    assert_eq!(texts("type:a s", &known), ["status:", "since:"]);
    assert_eq!(texts("!", &known), ["status:", "type:", "queue:", "tag:"]);
    assert_eq!(texts("status:FAILED,c", &known), ["COMPLETED", "CANCELLED"]);
    assert_eq!(texts("status:FAILED,", &known).len(), 7);
    assert_eq!(texts("type:ma", &known), ["mail", "email.send", "email"]);
    assert_eq!(texts("!queue:S", &known), ["slow"]);
    assert_eq!(texts("tag:\"two", &known), ["\"two words\""]);
    assert_eq!(texts("since:1", &known), ["15m", "1h", "1d"]);
    assert!(texts("\"sta", &known).is_empty());
}

#[test]
fn completion_replaces_the_word_at_the_cursor() {
    let found = completions("sta:FAILED type:x", 2, &KnownValues::default());
    assert_eq!(
        (found[0].span.clone(), found[0].text.as_str()),
        (0..3, "status")
    );
    let found = completions("status:FA,PENDING", 9, &KnownValues::default());
    assert_eq!(
        (found[0].span.clone(), found[0].text.as_str()),
        (7..9, "FAILED")
    );
}

fn condition() -> impl Strategy<Value = Condition> {
    let name = "[A-Za-z0-9._-]{1,50}";
    let digits = "[0-9a-f]{8,30}";
    let statuses = prop::sample::subsequence(JobStatus::ALL.to_vec(), 1..=8);
    let when = prop_oneof![
        (0..10_000_000_000_u64).prop_map(|ms| When::Ago(std::time::Duration::from_millis(ms))),
        (0..4_000_000_000_000_000_i64).prop_map(|micros| When::At(Timestamp::from_micros(micros))),
    ];
    let text = |longest: usize| {
        prop::collection::vec(
            prop_oneof![
                any::<char>(),
                prop::sample::select(vec!['"', '\\', '!', ':', ' '])
            ],
            1..longest,
        )
        .prop_map(|chars| {
            chars
                .into_iter()
                .filter(|char| *char != '\0')
                .collect::<String>()
        })
        .prop_filter("is not empty", |text| !text.is_empty())
    };
    prop_oneof![
        statuses.prop_map(Condition::Status),
        name.prop_map(|name| Condition::Type(name.parse().expect("legal"))),
        name.prop_map(|name| Condition::Queue(name.parse().expect("legal"))),
        text(50).prop_map(Condition::Tag),
        text(200).prop_map(Condition::Text),
        when.clone().prop_map(Condition::Since),
        when.prop_map(Condition::Until),
        digits.prop_map(|digits| Condition::Id(digits.parse::<JobRef>().expect("digits"))),
        any::<u64>().prop_map(|value| Condition::Fingerprint(FailureFingerprint(value))),
    ]
}

proptest! {
    #[test]
    fn printed_term_is_read_back(condition in condition(), negated: bool) {
        let negated = negated && condition.key().is_none_or(super::FilterKey::can_be_negated);
        let is_impossible = negated && matches!(&condition, Condition::Status(all) if all.len() == 8);
        prop_assume!(!is_impossible);
        let term = Term { negated, condition };
        let filter = JobFilter::of(std::slice::from_ref(&term)).expect("valid");
        prop_assert_eq!(filter.terms(), &[term]);
    }

    #[test]
    fn printed_filter_is_read_back(text in "([!a-z:\" ]|type:|tag:|status:FAILED|since:1h|é){0,12}") {
        if let Ok(filter) = text.parse::<JobFilter>() {
            let printed = filter.to_string();
            prop_assert_eq!(printed.parse::<JobFilter>().ok(), Some(filter), "{}", printed);
        }
    }

    #[test]
    fn any_text_is_parsed_or_refused_within_its_bounds(text in ".{0,40}", cursor in 0..60_usize) {
        if let Err(error) = text.parse::<JobFilter>() {
            prop_assert!(text.get(error.span.clone()).is_some(), "{:?}", error);
        }
        for completion in completions(&text, cursor, &KnownValues::default()) {
            prop_assert!(text.get(completion.span).is_some());
        }
    }
}
