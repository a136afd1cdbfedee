//! The web dashboard has a parser of its own. Both agree on the cases of a file, which this test compares, or writes if
//! `UPDATE_REFERENCE` is set.

use std::collections::BTreeMap;

use odd_contracts::Timestamp;
use serde_json::{Value, json};

use super::{FilterError, JobFilter};

const PATH: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../contracts/fixtures/filters.json"
);

/// Returns what a case must contain: the parameters of the query, or the error with the wrong bytes of the filter.
fn outcome(text: &str, now: Timestamp) -> Value {
    match text.parse::<JobFilter>() {
        Ok(filter) => json!({
            "filter": text,
            "printed": filter.to_string(),
            "query": parameters(&filter, now),
        }),
        Err(error) => json!({ "filter": text, "error": described(&error) }),
    }
}

fn parameters(filter: &JobFilter, now: Timestamp) -> BTreeMap<&'static str, Vec<String>> {
    let mut parameters: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for (name, value) in filter.to_query(now).parameters() {
        parameters.entry(name).or_default().push(value);
    }
    // Not a part of the filter.
    parameters.remove("limit");
    parameters
}

fn described(error: &FilterError) -> Value {
    json!({
        "span": [error.span.start, error.span.end],
        "what": error.what,
        "hint": error.hint,
        "replacement": error.replacement,
    })
}

#[test]
fn filters_mean_what_the_shared_cases_say() {
    let text = std::fs::read_to_string(PATH).expect("the file exists");
    let existing: Value = serde_json::from_str(&text).expect("JSON");
    let now = existing["now"].as_str().expect("a time");
    let now: Timestamp = now.parse().expect("a time");
    let cases = existing["cases"].as_array().expect("a list");
    let filters = cases
        .iter()
        .map(|case| case["filter"].as_str().expect("text"));
    let outcomes: Vec<Value> = filters.map(|filter| outcome(filter, now)).collect();
    assert!(outcomes.len() > 50, "only {} cases", outcomes.len());
    if std::env::var_os("UPDATE_REFERENCE").is_some() {
        let current = json!({ "now": existing["now"], "cases": outcomes });
        let current = serde_json::to_string_pretty(&current).expect("plain JSON") + "\n";
        std::fs::write(PATH, current).expect("the file can be written");
        return;
    }
    for (case, outcome) in cases.iter().zip(&outcomes) {
        assert_eq!(
            case, outcome,
            "run `UPDATE_REFERENCE=1 cargo test -p odd-client --lib filter`"
        );
    }
}
