//! The security rules for deployments on several machines.

use std::process::Command;

use crate::program::{odd, program, run};

/// `serve gateway` with these URLs.
fn serve(postgres: &str, rabbitmq: &str, more: &[&str]) -> Command {
    let mut command = program();
    command
        .env("ODD_POSTGRES_URL", postgres)
        .env("ODD_RABBITMQ_URL", rabbitmq)
        .args(["serve", "gateway"])
        .args(more);
    command
}

const LOCAL_POSTGRES: &str = "postgres://observatory:marker@127.0.0.1:1/observatory";
const LOCAL_RABBITMQ: &str = "amqp://gateway:marker@127.0.0.1:1";

#[test]
fn insecure_server_urls_are_refused() {
    for (postgres, rabbitmq, named) in [
        (
            LOCAL_POSTGRES,
            "amqp://guest:guest@mq.example",
            "ODD_RABBITMQ_URL",
        ),
        (LOCAL_POSTGRES, "amqps://mq.example", "ODD_RABBITMQ_URL"),
        (
            LOCAL_POSTGRES,
            "amqp://a:marker@mq.example",
            "ODD_RABBITMQ_URL",
        ),
        (
            "postgres://a@db.example/d?sslmode=require",
            LOCAL_RABBITMQ,
            "ODD_POSTGRES_URL",
        ),
        (
            "postgres://a:marker@db.example/d",
            LOCAL_RABBITMQ,
            "ODD_POSTGRES_URL",
        ),
    ] {
        let error = run(&mut serve(postgres, rabbitmq, &[])).expect_error(2);
        assert!(error.starts_with(&format!("error: {named} ")), "{error}");
        assert!(
            error.contains("hint: ") && error.contains("--insecure"),
            "{error}"
        );
        assert!(!error.contains("marker"), "{error}");
    }
}

#[test]
fn public_role_requires_credentials_for_its_servers() {
    let tokens = tempfile::NamedTempFile::new().expect("a file");
    let hash = "c4bbcb1fbec99d65bf59d85c8cb62ee2db963f0fe106f483d9afa73bd4e39a8a";
    let text = format!("[[token]]\nname = 'a'\nrole = 'admin'\nsha256 = '{hash}'\n");
    std::fs::write(tokens.path(), text).expect("written");
    let open = ["--addr", "0.0.0.0:0"];
    let mut command = serve(LOCAL_POSTGRES, "amqp://guest:guest@127.0.0.1", &open);
    let error = run(command.env("ODD_API_TOKENS", tokens.path())).expect_error(2);
    assert!(
        error.contains("ODD_RABBITMQ_URL logs in as guest"),
        "{error}"
    );
    assert!(error.contains("0.0.0.0:0"), "{error}");
    // Without tokens the listen address is refused first.
    let mut command = serve(LOCAL_POSTGRES, LOCAL_RABBITMQ, &open);
    assert!(run(&mut command).expect_error(2).contains("ODD_API_TOKENS"));
}

#[test]
fn wildcard_origin_is_refused() {
    let mut command = serve(LOCAL_POSTGRES, LOCAL_RABBITMQ, &[]);
    let error = run(command.env("ODD_CORS_ORIGINS", "*")).expect_error(2);
    assert!(error.contains("ODD_CORS_ORIGINS"), "{error}");
}

#[test]
fn rebuild_of_cluster_views_has_the_same_rules() {
    let mut command = program();
    command
        .env("ODD_POSTGRES_URL", "postgres://a:marker@db.example/d")
        .env("ODD_REDIS_URL", "redis://cache.example")
        .args(["rebuild-views", "--cluster"]);
    let error = run(&mut command).expect_error(2);
    assert!(
        error.contains("ODD_POSTGRES_URL") && !error.contains("marker"),
        "{error}"
    );
    let error = odd(["rebuild-views", "--cluster"]).expect_error(2);
    assert!(error.contains("needs ODD_POSTGRES_URL"), "{error}");
}

#[test]
fn unreachable_server_is_exit_3() {
    let mut command = program();
    command
        .env("ODD_POSTGRES_URL", LOCAL_POSTGRES)
        .env("ODD_REDIS_URL", "redis://127.0.0.1:1")
        .args(["rebuild-views", "--cluster"]);
    let error = run(&mut command).expect_error(3);
    assert!(error.contains("PostgreSQL cannot be used"), "{error}");
}
