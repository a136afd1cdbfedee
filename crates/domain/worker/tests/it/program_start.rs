use std::os::unix::fs::PermissionsExt;

use odd_worker::{BuiltInConfig, HandlerError, ProcessRunConfig};
use serde_json::json;

use crate::process_run::{allowing, script};
use crate::trial::Trial;

#[tokio::test]
async fn program_that_cannot_start_is_not_retried() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = |name: &str, text: &str, mode: u32| {
        let path = directory.path().join(name);
        std::fs::write(&path, text).expect("written");
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(&path, mode).expect("ours");
        path.to_str().expect("UTF-8").to_owned()
    };
    for (program, reason) in [
        (
            "/nonexistent/program".to_owned(),
            "it does not exist on this worker",
        ),
        (
            file("text", "echo no interpreter\n", 0o755),
            "neither a program for this processor nor a script",
        ),
        (
            file("empty", "", 0o755),
            "neither a program for this processor nor a script",
        ),
        (
            file("lost", "#!/nonexistent/sh\n", 0o755),
            "the interpreter that it names does not exist",
        ),
        (
            file("data", "#!/bin/sh\n", 0o644),
            "this user may not execute it",
        ),
        (
            file("a", "", 0o644) + "/b",
            "a part of its path is not a directory",
        ),
        (directory.path().display().to_string(), "it is a directory"),
    ] {
        let trial = allowing(&[&program]);
        let payload = json!({"program": program, "args": ["s3cr3t"], "env": {"KEY": "s3cr3t"}});
        let error = trial.run(&payload).await.expect_err("fails");
        assert!(matches!(error, HandlerError::Permanent { .. }), "{error:?}");
        let text = error.to_string();
        assert!(
            text.contains(reason) && text.starts_with(&program),
            "{text}"
        );
        assert!(!text.contains("s3cr3t"), "{text}");
    }
}

#[tokio::test]
async fn programs_beyond_the_bound_are_not_started() {
    let process = ProcessRunConfig {
        allow: vec!["sh=/bin/sh".parse().expect("a program")],
        max_running: Some(1),
        ..ProcessRunConfig::default()
    };
    let config = BuiltInConfig {
        process,
        ..BuiltInConfig::default()
    };
    let trial = Trial::new("process.run", config);
    let (long, short) = (script("sleep 60"), script(":"));
    let first = trial.run(&long);
    let second = async {
        loop {
            if let Err(HandlerError::Overloaded { message }) = trial.run(&short).await {
                return message;
            }
        }
    };
    let message = tokio::select! {
        biased;
        ended = first => panic!("{ended:?}"),
        message = second => message,
    };
    assert!(message.contains("1 programs run already"), "{message}");
    assert!(trial.run(&short).await.is_ok());
}
