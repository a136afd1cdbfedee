use odd_contracts::FieldError;
use odd_contracts::schema::{MAX_ERRORS, Schemas, validate_batch, validate_submission};
use odd_contracts::{JobSubmission, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};

fn errors(value: &Value) -> Vec<String> {
    lines(validate_submission(value))
}

fn lines(result: Result<(), Vec<FieldError>>) -> Vec<String> {
    let mut found: Vec<_> = result
        .err()
        .unwrap_or_default()
        .into_iter()
        .map(|error| format!("{} {}", error.pointer, error.message))
        .collect();
    found.sort();
    found
}

fn with(field: &str, value: Value) -> Value {
    let mut submission = json!({"type": "echo"});
    submission[field] = value;
    submission
}

#[test]
fn a_type_is_enough() {
    assert_eq!(validate_submission(&json!({"type": "echo"})), Ok(()));
}

#[test]
fn every_field_is_accepted() {
    let submission = json!({
        "type": "http.request", "payload": {"url": "https://example.org"}, "queue": "mail", "priority": 100,
        "id": "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11", "runAt": "2025-01-31T12:00:00.5+01:00",
        "maxAttempts": 100, "timeoutMs": 86_400_000, "uniqueKey": "k", "tags": ["a", "b"],
        "retry": {"baseDelayMs": 0, "maxDelayMs": 86_400_000, "multiplier": 1.5}, "metadata": {"k": "v"},
    });
    assert_eq!(validate_submission(&submission), Ok(()));
    assert_eq!(validate_batch(&json!({"jobs": [submission]})), Ok(()));
}

#[test]
fn bounds_hold_on_both_sides() {
    let names = |count: usize| (0..count).map(|n| n.to_string()).collect::<Vec<_>>();
    let fields = |count: usize| {
        let pairs = names(count).into_iter().map(|name| (name, json!("v")));
        Value::Object(pairs.collect())
    };
    let long = |chars: usize| json!("é".repeat(chars));
    let one_key = |chars: usize| json!({("k".repeat(chars)): "v"});
    for (field, inside, outside) in [
        ("type", json!("x".repeat(50)), json!("x".repeat(51))),
        ("queue", json!("x"), json!("")),
        ("priority", json!(-100), json!(-101)),
        ("priority", json!(100), json!(101)),
        ("delayMs", json!(0), json!(-1)),
        (
            "delayMs",
            json!(31_536_000_000u64),
            json!(31_536_000_001u64),
        ),
        ("maxAttempts", json!(1), json!(0)),
        ("maxAttempts", json!(100), json!(101)),
        ("timeoutMs", json!(1), json!(0)),
        ("timeoutMs", json!(86_400_000), json!(86_400_001)),
        ("uniqueKey", long(1), long(0)),
        ("uniqueKey", long(200), long(201)),
        ("tags", json!(names(20)), json!(names(21))),
        ("tags", json!([long(50)]), json!([long(51)])),
        ("tags", json!(["a"]), json!([""])),
        ("metadata", fields(50), fields(51)),
        ("metadata", one_key(100), one_key(101)),
        ("metadata", one_key(1), one_key(0)),
        (
            "metadata",
            json!({"k": long(1000)}),
            json!({"k": long(1001)}),
        ),
        (
            "retry",
            json!({"multiplier": 10}),
            json!({"multiplier": 10.1}),
        ),
        (
            "retry",
            json!({"baseDelayMs": 86_400_000}),
            json!({"baseDelayMs": 86_400_001}),
        ),
        (
            "runAt",
            json!("2025-01-31T12:00:00Z"),
            json!("2025-01-32T12:00:00Z"),
        ),
        (
            "runAt",
            json!("2025-01-31T12:00:00.123456789Z"),
            json!("2025-01-31T12:00:00.1234567891Z"),
        ),
    ] {
        assert_eq!(errors(&with(field, inside)), [""; 0], "{field}");
        let found = errors(&with(field, outside));
        assert_eq!(found.len(), 1, "{field}: {found:?}");
        assert!(found[0].starts_with(&format!("/{field}")), "{found:?}");
    }
}

#[test]
fn messages_say_what_is_wrong_and_what_is_wanted() {
    let submission = json!({
        "type": "a b", "id": "7", "priority": "high", "status": "COMPLETED", "attempts": [], "a/b": 1,
        "runAt": "2025-01-31T12:00:00Z", "delayMs": 5, "tags": ["x", "x"], "metadata": {"k": 1}, "retry": {"m": 1},
    });
    assert_eq!(
        errors(&submission),
        [
            "/attempts is not known here; leave it out",
            "/a~1b is not known here; leave it out",
            "/delayMs cannot be combined with runAt; send one of them",
            "/id must be a UUID such as 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11",
            "/metadata/k must be a string, not a number",
            "/priority must be an integer, not a string",
            "/retry/m is not known here; leave it out",
            "/status is not known here; leave it out",
            "/tags must not contain the same item twice",
            "/type must be 1 to 50 of the characters A-Z a-z 0-9 . _ -",
        ]
    );
    assert_eq!(errors(&json!({})), ["/type is required"]);
    assert_eq!(errors(&json!([])), [" must be an object, not an array"]);
}

#[test]
fn huge_input_makes_a_small_report() {
    let mut submission = json!({"type": "x".repeat(100_000)});
    submission["n".repeat(100_000)] = json!(1);
    for number in 0..1_000 {
        submission[number.to_string()] = json!(1);
    }
    let found = validate_submission(&submission).expect_err("wrong");
    assert_eq!(found.len(), MAX_ERRORS);
    let size: usize = found
        .iter()
        .map(|e| e.pointer.len() + e.message.len())
        .sum();
    assert!(size < 20_000, "{size}");
}

#[test]
fn every_bad_job_of_a_batch_is_named() {
    let batch =
        json!({"jobs": [{"type": "echo"}, {"type": ""}, {"type": "echo"}, {"kind": "echo"}, 7]});
    assert_eq!(
        lines(validate_batch(&batch)),
        [
            "/jobs/1/type must be 1 to 50 of the characters A-Z a-z 0-9 . _ -",
            "/jobs/3/kind is not known here; leave it out",
            "/jobs/3/type is required",
            "/jobs/4 must be an object, not a number",
        ]
    );
}

#[test]
fn the_frame_of_a_batch_is_checked() {
    let many = |count| json!({"jobs": vec![json!({"type": "echo"}); count]});
    assert_eq!(validate_batch(&many(10_000)), Ok(()));
    for (value, line) in [
        (many(0), "/jobs must have at least 1 item"),
        (many(10_001), "/jobs must have at most 10000 items"),
        (json!({}), "/jobs is required"),
        (
            json!({"jobs": [{"type": "echo"}], "all": 1}),
            "/all is not known here; leave it out",
        ),
        (json!({"jobs": 1}), "/jobs must be an array, not a number"),
        (json!(null), " must be an object, not null"),
    ] {
        assert_eq!(lines(validate_batch(&value)), [line]);
    }
}

#[test]
fn the_report_of_a_batch_is_bounded() {
    let batch = json!({"jobs": vec![json!({"kind": 1}); 10_000]});
    assert_eq!(validate_batch(&batch).expect_err("wrong").len(), MAX_ERRORS);
}

#[test]
fn integers_written_as_floats_are_integers_everywhere() {
    for (text, is_integer) in [
        ("5.0", true),
        ("5e0", true),
        ("50e-1", true),
        ("5.5", false),
    ] {
        let text =
            format!(r#"{{"type":"echo","maxAttempts":{text},"retry":{{"maxDelayMs":{text}}}}}"#);
        let value: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(validate_submission(&value).is_ok(), is_integer, "{text}");
        let typed = serde_json::from_str::<JobSubmission>(&text);
        assert_eq!(typed.is_ok(), is_integer, "{text}");
    }
}

/// Values that are nearly right for some field or other.
fn field() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(|number| json!(number)),
        (-200i64..200).prop_map(|number| json!(number)),
        any::<f64>().prop_map(|number| json!(number)),
        any::<bool>().prop_map(|flag| json!(flag)),
        Just(Value::Null),
        "[a-zé._ -]{0,60}".prop_map(|text| json!(text)),
        "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{11,12}"
            .prop_map(|id| json!(id)),
        "20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:00:00(\\.[0-9]{0,10})?(Z|[+-]0[0-9]:00)?"
            .prop_map(|at| json!(at)),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        let name = prop_oneof![
            "[a-z/~]{0,3}",
            Just("multiplier".to_owned()),
            Just("baseDelayMs".to_owned())
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::btree_map(name, inner, 0..4).prop_map(|map| json!(map)),
        ]
    })
}

fn submission() -> impl Strategy<Value = Value> {
    const NAMES: [&str; 14] = [
        "type",
        "payload",
        "id",
        "queue",
        "priority",
        "runAt",
        "delayMs",
        "maxAttempts",
        "timeoutMs",
        "retry",
        "uniqueKey",
        "tags",
        "metadata",
        "status",
    ];
    let fields = prop::collection::btree_map(prop::sample::select(&NAMES[..]), field(), 0..4);
    (fields, any::<bool>()).prop_map(|(fields, typed)| {
        let mut submission = json!(fields);
        if typed {
            submission["type"] = json!("echo");
        }
        submission
    })
}

proptest! {
    #[test]
    fn generated_and_compiled_validators_agree(jobs in prop::collection::vec(submission(), 1..4)) {
        let one = Schemas::embedded().get("job-submission").expect("embedded");
        for job in &jobs {
            prop_assert_eq!(validate_submission(job), one.validate(job));
            if validate_submission(job).is_ok() {
                let typed = serde_json::from_str::<JobSubmission>(&job.to_string());
                prop_assert!(typed.is_ok(), "{} {:?}", job, typed);
            }
        }
        let batch = json!({ "jobs": jobs });
        let many = Schemas::embedded().get("batch-submission").expect("embedded");
        prop_assert_eq!(validate_batch(&batch).is_ok(), many.is_valid(&batch));
    }

    #[test]
    fn times_that_the_schema_accepts_can_be_read(
        (year, month, day) in (0u32..=9999, 1u32..=12, 1u32..=31),
        (hour, minute, second) in (0u32..=23, 0u32..=59, 0u32..=60),
        decimals in "(\\.[0-9]{1,9})?",
        offset in "Z|[+-](0[0-9]|1[0-9]|2[0-3]):[0-5][0-9]",
        last_day in any::<bool>(),
    ) {
        let date = if last_day { "9999-12-31".to_owned() } else { format!("{year:04}-{month:02}-{day:02}") };
        let time = format!("{date}T{hour:02}:{minute:02}:{second:02}{decimals}{offset}");
        if validate_submission(&with("runAt", json!(time))).is_ok() {
            prop_assert!(time.parse::<Timestamp>().is_ok(), "{}", time);
        }
    }
}
