//! The rules applied to changes of this repository's own contracts.

use odd_contract_tools::Bump::{self, Major, Minor, Patch};
use odd_contract_tools::ContractSet;
use odd_contract_tools::compat::{CompatReport, compat};

/// The contracts of this repository after `edit` changed the text of one file.
fn edited(path: &str, from: &str, to: &str) -> CompatReport {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../contracts");
    let base = ContractSet::from_dir(directory.as_ref()).expect("readable");
    let head = ContractSet::from_files(base.schemas().map(|(name, document)| {
        let file = format!("schemas/{name}.json");
        let text = document.to_string();
        if file != path {
            return (file, text.into_bytes());
        }
        assert!(text.contains(from), "{path} has no {from}");
        (file, text.replace(from, to).into_bytes())
    }));
    compat(&base, &head)
}

fn bumps(report: &CompatReport) -> Vec<(&str, Option<Bump>)> {
    let schemas = report.schemas.iter();
    schemas
        .map(|one| (one.schema.as_str(), one.required_bump))
        .collect()
}

#[test]
fn an_event_type_is_added_to_the_real_contracts() {
    let report = edited(
        "schemas/event-envelope.json",
        r#""job.due","#,
        r#""job.due","job.paused","#,
    );
    let expected = ["event-batch", "event-envelope"].map(|name| (name, Some(Minor)));
    assert_eq!(bumps(&report), expected);
}

#[test]
fn a_common_name_is_shortened_in_the_real_contracts() {
    let report = edited("schemas/common.json", "{1,50}$", "{1,40}$");
    let touched = bumps(&report);
    for name in [
        "common",
        "job",
        "job-submission",
        "batch-submission",
        "event-envelope",
        "events/job.due",
        "overview",
    ] {
        assert!(
            touched.contains(&(name, Some(Major))),
            "{name}: {touched:?}"
        );
    }
    for name in ["alert", "problem", "stats", "job-status", "job-attempt"] {
        assert!(
            touched.iter().all(|(touched, _)| *touched != name),
            "{name}: {touched:?}"
        );
    }
}

#[test]
fn a_description_is_reworded_in_the_real_contracts() {
    let report = edited(
        "schemas/common.json",
        "Higher runs first.",
        "Higher ones run first.",
    );
    assert_eq!(bumps(&report), [("common", Some(Patch))]);
}

#[test]
fn a_status_is_added_to_the_real_contracts() {
    let report = edited(
        "schemas/job-status.json",
        r#""PENDING","#,
        r#""PENDING","PAUSED","#,
    );
    let expected =
        ["batch-accepted", "job", "job-status", "overview"].map(|name| (name, Some(Minor)));
    assert_eq!(bumps(&report), expected);
}
