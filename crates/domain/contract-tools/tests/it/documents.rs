use std::collections::BTreeSet;
use std::path::Path;

use odd_contract_tools::ContractSet;
use odd_contract_tools::check::check;
use odd_contracts::schema::{
    Schemas, validate_batch, validate_event, validate_event_batch, validate_submission,
};

/// The `contracts/` directory of the repository.
fn directory() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../contracts"))
}

#[test]
fn the_contracts_are_valid() {
    let report = check(directory()).expect("readable");
    let lines: Vec<_> = report
        .findings
        .iter()
        .map(|finding| {
            format!(
                "{}: {}: {}",
                finding.rule.as_str(),
                finding.file,
                finding.message
            )
        })
        .collect();
    assert!(report.is_clean(), "\n{}\n", lines.join("\n"));
    assert!(
        report.counts.golden > 60 && report.counts.negative > 200 && report.counts.alert_rules > 20,
        "{:?}",
        report.counts
    );
}

#[test]
fn every_schema_file_is_compiled_in() {
    let set = ContractSet::from_dir(directory()).expect("readable");
    let on_disk: BTreeSet<_> = set.schemas().map(|(name, _)| name).collect();
    let compiled_in: BTreeSet<_> = Schemas::embedded().names().collect();
    assert_eq!(on_disk, compiled_in);
    for (name, document) in set.schemas() {
        let schema = Schemas::embedded().get(name).expect("compiled in");
        assert_eq!(schema.document(), document, "{name}");
    }
}

#[test]
fn generated_validators_agree_with_the_folders_of_the_fixtures() {
    let set = ContractSet::from_dir(directory()).expect("readable");
    let mut validated = 0;
    for (path, fixture) in set.documents() {
        let validate = match path.split('/').nth(2) {
            Some("job-submission") => validate_submission,
            Some("batch-submission") => validate_batch,
            Some("event-envelope") => validate_event,
            Some("event-batch") => validate_event_batch,
            _ => continue,
        };
        if path.starts_with("fixtures/golden/") {
            assert_eq!(validate(fixture), Ok(()), "{path}");
        } else if path.starts_with("fixtures/negative/") {
            let errors = validate(&fixture["instance"]).expect_err(path);
            let found: BTreeSet<_> = errors.iter().map(|error| error.pointer.as_str()).collect();
            let expected = fixture["pointer"].as_str().expect("a pointer");
            assert_eq!(found, BTreeSet::from([expected]), "{path}");
        }
        validated += 1;
    }
    assert!(validated > 90, "{validated}");
}

#[test]
fn every_pattern_has_a_description_for_people() {
    for name in Schemas::embedded().names() {
        let schema = Schemas::embedded().get(name).expect("named");
        let text = schema.document().to_string();
        for rest in text.split("\"pattern\":").skip(1) {
            let mut values = serde_json::Deserializer::from_str(rest).into_iter::<String>();
            let pattern = values.next().expect("a value").expect("a text");
            let probe = serde_json::json!({"type": "string", "pattern": pattern});
            let probe = Schemas::embedded().compile(probe).expect("a schema");
            let errors = probe
                .validate(&"\u{7}".into())
                .expect_err("no pattern allows it");
            assert!(!errors[0].message.contains("pattern"), "{name}: {pattern}");
        }
    }
}
