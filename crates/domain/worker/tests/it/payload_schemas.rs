//! The handlers agree with the schemas of their payloads, from which forms are made.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use odd_contracts::schema::Schemas;
use odd_worker::{AllowedProgram, BuiltInConfig, HandlerRegistry, ProcessRunConfig};
use serde_json::Value;

/// The only program of the fixtures.
const PROGRAM: &str = "/bin/true";

fn handlers() -> HandlerRegistry {
    let program: AllowedProgram = PROGRAM.parse().expect("an absolute path");
    HandlerRegistry::built_in(BuiltInConfig {
        process: ProcessRunConfig {
            allow: vec![program],
            ..ProcessRunConfig::default()
        },
        ..BuiltInConfig::default()
    })
}

/// Returns the fixtures of one kind with the job types that they belong to.
fn fixtures(kind: &str) -> Vec<(String, PathBuf, Value)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../contracts/fixtures")
        .join(kind)
        .join("payloads");
    let mut found = Vec::new();
    for job_type in fs::read_dir(root).expect("a directory") {
        let job_type = job_type.expect("an entry");
        let name = job_type.file_name().into_string().expect("a name");
        for case in fs::read_dir(job_type.path()).expect("a directory") {
            let path = case.expect("an entry").path();
            let text = fs::read_to_string(&path).expect("readable");
            let value = serde_json::from_str(&text).expect("JSON");
            found.push((name.clone(), path, value));
        }
    }
    found
}

fn accepts(job_type: &str, payload: &Value) -> bool {
    let job_type = job_type.parse().expect("a type");
    handlers()
        .validate(&job_type, Some(&payload.to_string()))
        .is_ok()
}

#[test]
fn every_built_in_type_has_a_schema() {
    let names = Schemas::embedded().names();
    let schemas: BTreeSet<&str> = names
        .filter_map(|name| name.strip_prefix("payloads/"))
        .collect();
    let handlers = handlers();
    let types: BTreeSet<&str> = handlers.types().map(|name| name.as_str()).collect();
    assert_eq!(schemas, types);
}

#[test]
fn handlers_accept_what_their_schema_accepts() {
    let fixtures = fixtures("golden");
    assert!(fixtures.len() > 15);
    for (job_type, path, payload) in fixtures {
        assert!(accepts(&job_type, &payload), "{}", path.display());
    }
}

#[test]
fn handlers_refuse_what_their_schema_refuses() {
    let fixtures = fixtures("negative");
    assert!(fixtures.len() > 25);
    for (job_type, path, fixture) in fixtures {
        assert!(
            !accepts(&job_type, &fixture["instance"]),
            "{}",
            path.display()
        );
    }
}
