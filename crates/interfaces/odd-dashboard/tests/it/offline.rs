use std::path::Path;

use crate::program::{odd, program, run};

fn repository() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../.."))
}

#[test]
fn contracts_are_compared_with_a_directory() {
    let contracts = repository().join("contracts");
    let contracts = contracts.to_str().expect("text");
    let same = [
        "contracts",
        "compat",
        "--base",
        contracts,
        "--dir",
        contracts,
    ];
    assert_eq!(odd(same).expect(0), "nothing changed\n");
}

#[test]
fn breaking_change_without_a_new_version_fails() {
    let dir = tempfile::tempdir().expect("a directory");
    let write = |side: &str, required: &str| {
        let schemas = dir.path().join(side).join("schemas");
        std::fs::create_dir_all(&schemas).expect("made");
        let text = format!(
            "{{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"$id\":\"x\",\"$version\":\"1.0.0\",\
             \"type\":\"object\",\"properties\":{{\"a\":{{\"type\":\"string\"}}}},\"required\":[{required}]}}"
        );
        std::fs::write(schemas.join("thing.json"), text).expect("written");
        dir.path().join(side)
    };
    let (base, head) = (write("base", ""), write("head", "\"a\""));
    let args = [
        "contracts",
        "compat",
        "--base",
        base.to_str().expect("text"),
    ];
    let mut command = program();
    command.args(args).arg("--dir").arg(&head);
    let text = run(&mut command).expect(1);
    assert!(text.contains("MAJOR") && text.contains("FAILS"), "{text}");
    let report: serde_json::Value =
        serde_json::from_str(&run(command.args(["-o", "json"])).expect(1)).expect("JSON");
    assert_eq!(report["schemas"][0]["requiredBump"], "MAJOR");
}

#[test]
fn unknown_base_is_a_usage_error() {
    let root = repository().to_str().expect("text");
    for base in ["no-such-revision", "--help-me", "-x"] {
        let base = format!("--base={base}");
        let error = odd(["contracts", "compat", &base, "--dir", root]).expect_error(2);
        assert!(
            error.contains("neither a directory nor a git revision"),
            "{error}"
        );
    }
}

#[test]
fn rebuild_of_a_missing_directory_fails() {
    let error = odd(["rebuild-views", "--data-dir", "/nowhere/at/all"]).expect_error(1);
    assert!(error.contains("there is no data directory"), "{error}");
}
