use std::collections::BTreeMap;
use std::slice;

use odd_contract_tools::ContractSet;
use odd_contract_tools::check::{Report, Rule, check, check_set};
use serde_json::{Value, json};

const STATUS: &str = "schemas/job-status.json";

/// Returns a valid contract set as paths and texts: one schema that another one refers to, with fixtures.
fn valid() -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut put = |path: &str, content: Value| files.insert(path.to_owned(), content.to_string());
    for (name, body) in [
        (
            "job-status",
            json!({"enum": ["PENDING", "FAILED"], "type": "string"}),
        ),
        (
            "parts/list",
            json!({"$defs": {"list": {"items": {"$ref": "../job-status.json"}}}}),
        ),
    ] {
        let mut schema = body;
        schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
        schema["$id"] = json!(format!("https://odd-dashboard.dev/contracts/{name}.json"));
        schema["$version"] = json!("1.0.0");
        put(&format!("schemas/{name}.json"), schema);
    }
    for (case, instance) in [("a", "PENDING"), ("b", "FAILED"), ("c", "PENDING")] {
        put(
            &format!("fixtures/golden/job-status/{case}.json"),
            json!(instance),
        );
    }
    for (case, instance) in [
        ("a", json!(1)),
        ("b", json!("")),
        ("c", json!([])),
        ("d", json!(null)),
        ("e", json!({})),
    ] {
        let fixture = json!({"pointer": "", "instance": instance});
        put(
            &format!("fixtures/negative/job-status/{case}.json"),
            fixture,
        );
    }
    put(
        "openapi/a.json",
        json!({
            "info": {"version": "2.1.0"},
            "get": {"$ref": "../schemas/parts/list.json#/$defs/list"},
            "put": {"$ref": "#/get"},
            "example": {"$ref": "data, not a reference"},
        }),
    );
    let register = "| Schema | Version |\n| --- | --- |\n| `job-status` | 1.0.0 |\n| `parts/list` | 1.0.0 |\n| `openapi/a.json` | 2.1.0 |\n";
    files.insert("VERSIONS.md".to_owned(), register.to_owned());
    files
}

fn checked(files: BTreeMap<String, String>) -> Report {
    let files = files
        .into_iter()
        .map(|(path, text)| (path, text.into_bytes()));
    check_set(&ContractSet::from_files(files))
}

/// Returns the findings after `spoil` changed a valid set.
fn spoiled(spoil: impl FnOnce(&mut BTreeMap<String, String>)) -> Vec<(Rule, String)> {
    let mut files = valid();
    spoil(&mut files);
    let findings = checked(files).findings;
    findings
        .into_iter()
        .map(|one| (one.rule, one.file))
        .collect()
}

/// Like [`spoiled`], by setting or removing a field of one document.
fn edited(path: &str, pointer: &str, value: Option<Value>) -> Vec<(Rule, String)> {
    spoiled(|files| {
        let mut document: Value = serde_json::from_str(&files[path]).expect("JSON");
        let (parent, name) = pointer.rsplit_once('/').expect("a field");
        let parent = document.pointer_mut(parent).expect("is there");
        match value {
            Some(value) => parent[name] = value,
            None => drop(parent.as_object_mut().expect("an object").remove(name)),
        }
        files.insert(path.to_owned(), document.to_string());
    })
}

fn one(rule: Rule, path: &str) -> Vec<(Rule, String)> {
    vec![(rule, path.to_owned())]
}

#[test]
fn a_valid_set_is_clean_and_counted() {
    let report = checked(valid());
    assert!(report.is_clean(), "{report:?}");
    let counts = report.counts;
    assert_eq!(
        (counts.schemas, counts.documents, counts.references),
        (2, 1, 3)
    );
    assert_eq!((counts.golden, counts.negative), (3, 5));
}

#[test]
fn identities_are_checked() {
    let other = json!("https://odd-dashboard.dev/contracts/parts/list.json");
    assert!(edited(STATUS, "/$id", None).contains(&(Rule::Id, STATUS.to_owned())));
    let twice = edited(STATUS, "/$id", Some(other));
    assert!(twice.contains(&(Rule::Id, STATUS.to_owned())), "{twice:?}");
    assert!(
        twice.contains(&(Rule::Id, "schemas/parts/list.json".to_owned())),
        "{twice:?}"
    );
}

#[test]
fn versions_and_their_register_are_checked() {
    let register = (Rule::Register, "VERSIONS.md".to_owned());
    for bad in [Some(json!("1.0")), Some(json!("v1.0.0"))] {
        let found = edited(STATUS, "/$version", bad);
        assert_eq!(
            found,
            [(Rule::Version, STATUS.to_owned()), register.clone()]
        );
    }
    assert!(edited(STATUS, "/$version", None).contains(&(Rule::Version, STATUS.to_owned())));
    assert_eq!(
        edited(STATUS, "/$version", Some(json!("1.0.1"))),
        slice::from_ref(&register)
    );
    assert_eq!(
        edited("openapi/a.json", "/info/version", Some(json!("2.2.0"))),
        slice::from_ref(&register)
    );
    for (from, to) in [
        ("| `job-status` | 1.0.0 |\n", ""),
        (
            "| `job-status` | 1.0.0 |\n",
            "| `job-status` | 1.0.0 |\n| `gone` | 1.0.0 |\n",
        ),
        (
            "| `job-status` | 1.0.0 |\n",
            "| `job-status` | 1.0.0 |\n| `job-status` | 1.0.0 |\n",
        ),
        ("| `openapi/a.json` | 2.1.0 |\n", ""),
    ] {
        let found = spoiled(|files| {
            let text = files["VERSIONS.md"].replace(from, to);
            files.insert("VERSIONS.md".to_owned(), text);
        });
        assert_eq!(found, slice::from_ref(&register), "{to}");
    }
    let found = spoiled(|files| drop(files.remove("VERSIONS.md")));
    assert_eq!(found, [register]);
}

#[test]
fn references_need_a_target() {
    for lost in [
        "#/nowhere",
        "../schemas/parts/list.json#/$defs/none",
        "../schemas/none.json",
        "https://odd-dashboard.dev/contracts/none.json",
        "../schemas/job-status.json#anchor",
    ] {
        let found = edited("openapi/a.json", "/get/$ref", Some(json!(lost)));
        assert_eq!(found, one(Rule::Reference, "openapi/a.json"), "{lost}");
    }
    let by_id = json!("https://odd-dashboard.dev/contracts/job-status.json");
    assert_eq!(edited("openapi/a.json", "/get/$ref", Some(by_id)), []);
    let found = edited(
        "schemas/parts/list.json",
        "/$defs/list/items/$ref",
        Some(json!("job-status.json")),
    );
    assert!(
        found.contains(&(Rule::Reference, "schemas/parts/list.json".to_owned())),
        "{found:?}"
    );
}

#[test]
fn files_must_be_json_and_schemas_schemas() {
    let found = spoiled(|files| drop(files.insert("openapi/b.json".to_owned(), "{".to_owned())));
    assert_eq!(found, one(Rule::Syntax, "openapi/b.json"));
    let found = edited(STATUS, "/type", Some(json!("text")));
    assert!(
        found.contains(&(Rule::Syntax, STATUS.to_owned())),
        "{found:?}"
    );
    let draft = json!("http://json-schema.org/draft-07/schema#");
    assert!(edited(STATUS, "/$schema", Some(draft)).contains(&(Rule::Syntax, STATUS.to_owned())));
    let nothing = check_set(&ContractSet::default());
    assert!(!nothing.is_clean());
}

#[test]
fn fixtures_must_get_the_verdict_of_their_folder() {
    let golden = "fixtures/golden/job-status/a.json";
    let negative = "fixtures/negative/job-status/a.json";
    let put = |path: &'static str, value: Value| {
        spoiled(move |files| drop(files.insert(path.to_owned(), value.to_string())))
    };
    assert_eq!(put(golden, json!("DONE")), one(Rule::Fixture, golden));
    let accepted = json!({"pointer": "", "instance": "PENDING"});
    assert_eq!(put(negative, accepted), one(Rule::Fixture, negative));
    let elsewhere = json!({"pointer": "/0", "instance": 7});
    assert_eq!(put(negative, elsewhere), one(Rule::Fixture, negative));
    assert_eq!(
        put(negative, json!({"instance": 7})),
        one(Rule::Fixture, negative)
    );
    let orphan = "fixtures/golden/none/a.json";
    assert_eq!(put(orphan, json!(1)), one(Rule::Fixture, orphan));
}

#[test]
fn golden_fixtures_pass_through_the_rust_type() {
    let path = "fixtures/golden/job-status/a.json";
    let found = spoiled(|files| {
        let wider = files[STATUS].replace("\"FAILED\"", "\"FAILED\",\"PAUSED\"");
        files.insert(STATUS.to_owned(), wider);
        files.insert(path.to_owned(), "\"PAUSED\"".to_owned());
    });
    assert_eq!(found, one(Rule::RoundTrip, path));
}

#[test]
fn every_schema_needs_fixtures() {
    let found = spoiled(|files| drop(files.remove("fixtures/golden/job-status/c.json")));
    assert_eq!(found, one(Rule::Coverage, "fixtures/golden/job-status"));
    let found = spoiled(|files| drop(files.remove("fixtures/negative/job-status/e.json")));
    assert_eq!(found, one(Rule::Coverage, "fixtures/negative/job-status"));
}

#[test]
fn directories_are_read_with_their_subdirectories() {
    let directory = tempfile::tempdir().expect("a directory");
    for (path, text) in valid() {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().expect("inside")).expect("created");
        std::fs::write(path, text).expect("written");
    }
    let report = check(directory.path()).expect("readable");
    assert_eq!(report, checked(valid()));
    let missing = check(&directory.path().join("none")).expect_err("is not there");
    assert!(missing.path.ends_with("none"));
}
