//! Reads a submission from the texts of the fields, and checks it by the contract.

use odd_contracts::schema::validate_submission;
use odd_contracts::{JobSubmission, RawJson, Timestamp, parse_strict};
use serde_json::{Map, Value};

use super::{Field, Problem};
use crate::duration::parse_duration;

/// Largest payload that is read: the gateway accepts no larger request.
const PAYLOAD_LIMIT: usize = odd_contracts::MAX_JOB_BYTES;

/// Returns the submission of these texts.
///
/// # Errors
/// Everything that is wrong, at most one problem for each field.
pub(super) fn read(text: impl Fn(Field) -> String) -> Result<Box<JobSubmission>, Vec<Problem>> {
    let mut body = Map::new();
    let mut problems = Vec::new();
    for field in Field::ALL {
        let text = text(field);
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        match value(field, text) {
            Ok((name, value)) => {
                body.insert(name.to_owned(), value);
            }
            Err(problem) => problems.push(problem),
        }
    }
    check(&mut body, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    body.remove("payload");
    let submission = serde_json::from_value::<JobSubmission>(Value::Object(body));
    let mut submission = submission.map_err(|error| {
        vec![Problem {
            field: None,
            text: error.to_string(),
            position: None,
        }]
    })?;
    submission.payload = raw_payload(&text(Field::Payload));
    Ok(Box::new(submission))
}

/// Returns the payload exactly as it was written, so that numbers keep every digit.
fn raw_payload(text: &str) -> Option<RawJson> {
    let text = text.trim();
    match text.is_empty() {
        true => None,
        false => RawJson::from_text(text.to_owned()).ok(),
    }
}

/// Adds what the contract says about the whole body, for the fields that have no problem yet.
fn check(body: &mut Map<String, Value>, problems: &mut Vec<Problem>) {
    let is_known =
        |field, problems: &[Problem]| problems.iter().any(|known| known.field == Some(field));
    if !body.contains_key("type") {
        problems.insert(0, Problem::of(Field::Type, "a job needs a type"));
    }
    let value = Value::Object(std::mem::take(body));
    for error in validate_submission(&value).err().unwrap_or_default() {
        let problem = Problem::at(&error);
        let is_new = match problem.field {
            Some(field) => !is_known(field, problems),
            // Without a type, the contract reports that of the whole body.
            None => !is_known(Field::Type, problems),
        };
        if is_new {
            problems.push(problem);
        }
    }
    if let Value::Object(object) = value {
        *body = object;
    }
}

/// Returns the name and the value of a field in the body.
fn value(field: Field, text: &str) -> Result<(&'static str, Value), Problem> {
    let refuse = |must: &str| Err(Problem::of(field, must));
    Ok(match field {
        Field::Type => ("type", text.into()),
        Field::Queue => ("queue", text.into()),
        Field::UniqueKey => ("uniqueKey", text.into()),
        Field::Tags => ("tags", tags(text).into()),
        Field::Payload => ("payload", payload(text)?),
        Field::Priority => match text.parse::<i32>() {
            Ok(number) => ("priority", number.into()),
            Err(_) => return refuse("must be a whole number from -100 to 100"),
        },
        Field::MaxAttempts => match text.parse::<u32>() {
            Ok(number) => ("maxAttempts", number.into()),
            Err(_) => return refuse("must be a whole number from 1 to 100"),
        },
        Field::Timeout => match parse_duration(text) {
            Some(limit) => ("timeoutMs", millis(limit)),
            None => return refuse("must be a duration such as 30s or 5m"),
        },
        Field::Start => match (parse_duration(text), text.parse::<Timestamp>()) {
            (Some(delay), _) => ("delayMs", millis(delay)),
            (None, Ok(_)) => ("runAt", text.into()),
            (None, Err(_)) => {
                return refuse(
                    "must be a delay such as 10m, or a time such as 2026-12-01T08:00:00Z",
                );
            }
        },
    })
}

fn millis(duration: std::time::Duration) -> Value {
    u64::try_from(duration.as_millis())
        .unwrap_or(u64::MAX)
        .into()
}

fn payload(text: &str) -> Result<Value, Problem> {
    if text.len() > PAYLOAD_LIMIT {
        return Err(Problem::of(Field::Payload, "must be at most 1 MiB"));
    }
    parse_strict(text.as_bytes()).map_err(|error| {
        let what = odd_client::inert(error.message());
        Problem {
            position: Some((error.line(), error.column_in(text.as_bytes()))),
            ..Problem::of(Field::Payload, what)
        }
    })
}

/// Splits tags at commas; `\` before a comma makes it a part of the tag.
fn tags(text: &str) -> Vec<String> {
    let mut tags = vec![String::new()];
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        let last = tags.last_mut().expect("there is always one");
        match char {
            ',' => tags.push(String::new()),
            '\\' => last.extend(chars.next()),
            _ => last.push(char),
        }
    }
    let tags = tags.into_iter().map(|tag| tag.trim().to_owned());
    tags.filter(|tag| !tag.is_empty()).collect()
}

/// Writes tags so that they are read back.
pub(super) fn joined(tags: &[String]) -> String {
    let tags = tags
        .iter()
        .map(|tag| tag.replace('\\', "\\\\").replace(',', "\\,"));
    tags.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(texts: &[(Field, &str)]) -> Result<Box<JobSubmission>, Vec<Problem>> {
        read(|field| {
            let found = texts.iter().find(|(known, _)| *known == field);
            found.map_or(String::new(), |(_, text)| (*text).to_owned())
        })
    }

    fn problem(field: Field, text: &str) -> String {
        let problems = form(&[(Field::Type, "echo"), (field, text)]).expect_err("wrong");
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(problems[0].field, Some(field));
        problems[0].text.clone()
    }

    #[test]
    fn every_field_reaches_the_submission() {
        let submission = form(&[
            (Field::Type, "echo"),
            (Field::Payload, "{\"n\": 12345678901234567890.10}\n"),
            (Field::Queue, "slow"),
            (Field::Priority, "-5"),
            (Field::Start, "1h30m"),
            (Field::MaxAttempts, "3"),
            (Field::Timeout, "45s"),
            (Field::Tags, "a, two words,, x\\,y"),
            (Field::UniqueKey, "k"),
        ]);
        let json = serde_json::to_string(&submission.expect("valid")).expect("serializes");
        assert_eq!(
            json,
            concat!(
                r#"{"type":"echo","payload":{"n": 12345678901234567890.10},"queue":"slow","priority":-5,"#,
                r#""delayMs":5400000,"maxAttempts":3,"timeoutMs":45000,"uniqueKey":"k","tags":["a","two words","x,y"]}"#
            )
        );
    }

    #[test]
    fn start_is_a_delay_or_a_time() {
        let submission = form(&[
            (Field::Type, "echo"),
            (Field::Start, "2026-12-01T08:00:00+01:00"),
        ]);
        let submission = submission.expect("valid");
        assert_eq!(submission.delay_ms, None);
        assert_eq!(
            submission.run_at.map(|at| at.to_string()),
            Some("2026-12-01T07:00:00.000000Z".to_owned())
        );
    }

    #[test]
    fn problems_belong_to_fields() {
        let refused = [
            (Field::Type, "two words"),
            (Field::Queue, "ä"),
            (Field::Priority, "500"),
            (Field::Priority, "high"),
            (Field::Start, "tomorrow"),
            (Field::MaxAttempts, "0"),
            (Field::Timeout, "2d"),
            (Field::Timeout, "30"),
            (Field::Tags, "a, a"),
        ];
        for (field, text) in refused {
            let problems = form(&[(Field::Type, "echo"), (field, text)]);
            let problems = match field {
                Field::Type => form(&[(field, text)]),
                _ => problems,
            };
            let fields: Vec<_> = problems
                .expect_err("wrong")
                .into_iter()
                .map(|problem| problem.field)
                .collect();
            assert_eq!(fields, [Some(field)], "{text}");
        }
    }

    #[test]
    fn empty_form_lacks_only_the_type() {
        let problems = form(&[]).expect_err("no type");
        assert_eq!(problems, [Problem::of(Field::Type, "a job needs a type")]);
    }

    #[test]
    fn syntax_errors_have_a_line_and_a_column_of_characters() {
        let problems = form(&[(Field::Type, "echo"), (Field::Payload, "{\n  \"é\": 1,\n}")]);
        let found = &problems.expect_err("a trailing comma")[0];
        assert_eq!(
            (found.text.as_str(), found.position),
            ("trailing comma", Some((3, 1)))
        );
        assert_eq!(
            problem_position("{\"é\" 1}"),
            ("expected `:`".to_owned(), Some((1, 6)))
        );
        assert_eq!(
            problem(Field::Payload, r#"{"a":1,"a":2}"#),
            "duplicate field name \"a\""
        );
        assert_eq!(
            problem(Field::Payload, r#""\u0000""#),
            "strings must not contain U+0000"
        );
    }

    fn problem_position(payload: &str) -> (String, Option<(usize, usize)>) {
        let problems = form(&[(Field::Type, "echo"), (Field::Payload, payload)]);
        let problem = problems.expect_err("wrong").remove(0);
        (problem.text, problem.position)
    }

    #[test]
    fn tags_are_read_back() {
        for list in [vec!["a"], vec!["x,y", "a\\b", "two words"], vec![]] {
            let list: Vec<String> = list.into_iter().map(str::to_owned).collect();
            assert_eq!(tags(&joined(&list)), list);
        }
    }
}
