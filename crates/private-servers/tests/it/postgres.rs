use std::process::Command;

use odd_private_servers::{DataRoot, Error, Postgres, PostgresEngine, PostgresOptions};

use crate::processes::{check_lifecycle, eventually, is_alive, start, temporary_root};

/// Returns the output of `psql`, or its error output.
fn query(postgres: &Postgres, sql: &str) -> Result<String, String> {
    let output = Command::new("psql")
        .args(["-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql])
        .arg(postgres.url())
        .output()
        .expect("psql is installed with the server");
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

#[test]
fn data_survives_restarts_until_it_is_wiped() {
    check_lifecycle::<PostgresEngine>(
        |postgres| {
            query(postgres, "CREATE TABLE kept ()").expect("the role owns the database");
        },
        |postgres| query(postgres, "SELECT FROM kept").is_ok(),
    );
}

#[test]
fn commits_are_durable_and_options_override_defaults() {
    let options = PostgresOptions {
        settings: vec![("max_connections".into(), "7".into())],
        ..PostgresOptions::default()
    };
    let postgres = Postgres::start_with(&temporary_root(), options).expect("it starts");
    for (setting, expected) in [
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
        ("listen_addresses", "127.0.0.1"),
        ("password_encryption", "scram-sha-256"),
        ("max_connections", "7"),
    ] {
        let value = query(&postgres, &format!("SHOW {setting}")).expect(setting);
        assert_eq!(value, expected, "{setting}");
    }
    let is_superuser = query(&postgres, "SHOW is_superuser");
    assert_eq!(is_superuser.as_deref(), Ok("off"));
}

#[test]
fn backends_end_with_the_server() {
    let mut postgres = start::<PostgresEngine>();
    let mut sleeper = Command::new("psql")
        .args(["-X", "-c", "SELECT pg_sleep(1000)"])
        .arg(postgres.url())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("psql is installed with the server");
    let sleeping = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(%'";
    let backend = eventually(|| query(&postgres, sleeping).expect("it runs").parse().ok());
    assert!(is_alive(backend));
    postgres.kill().expect("it can be killed");
    assert!(!is_alive(backend));
    assert!(!sleeper.wait().expect("psql ends").success());
    postgres.restart().expect("its shared memory is free");
}

#[test]
fn permanent_root_restores_data_and_url() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = DataRoot::at(&folder.path().join("root")).expect("a folder");
    let first = Postgres::start(&root).expect("it starts");
    query(&first, "CREATE TABLE kept ()").expect("the role owns the database");
    let second = Postgres::start(&root).expect_err("the folder is locked");
    assert!(matches!(second, Error::DirInUse(_)), "{second}");
    let url = first.url();
    drop(first);
    let again = Postgres::start(&root).expect("it restarts");
    assert_eq!(again.url(), url);
    query(&again, "SELECT FROM kept").expect("the table exists");
}

#[test]
fn start_error_contains_the_log() {
    let options = PostgresOptions {
        settings: vec![("shared_buffers".into(), "none".into())],
        ..PostgresOptions::default()
    };
    let error = Postgres::start_with(&temporary_root(), options).expect_err("bad setting");
    assert!(error.to_string().contains("\"shared_buffers\""), "{error}");
}
