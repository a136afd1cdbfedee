use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::program::run;
use crate::up::{Up, up_command};

#[test]
fn second_observatory_on_the_same_data_is_refused() {
    let up = Up::start();
    let error = run(&mut up_command(&up.data_dir())).expect_error(1);
    assert!(error.contains("is in use"), "{error}");
    let holder = format!("cause: process {} has used it since 20", up.pid());
    assert!(error.contains(&holder), "{error}");

    let mut rebuild = up.program();
    rebuild
        .env("ODD_DATA_DIR", up.data_dir())
        .arg("rebuild-views");
    assert!(run(&mut rebuild).expect_error(1).contains(&holder));
}

#[test]
fn file_of_another_program_is_refused_in_plain_words() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    std::fs::write(
        directory.path().join("store.db"),
        "something else, and no database",
    )
    .expect("written");
    let error = run(&mut up_command(directory.path())).expect_error(1);
    for text in [
        "store.db is not a data file of this program",
        "Move it away",
    ] {
        assert!(error.contains(text), "{error}");
    }
}

#[test]
fn misspelt_log_level_is_refused() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let error = run(up_command(directory.path()).env("ODD_LOG", "verbose")).expect_error(2);
    for text in [
        "ODD_LOG",
        "\"verbose\"",
        "off, error, warn, info, debug, trace",
    ] {
        assert!(error.contains(text), "{error}");
    }
}

#[test]
fn data_directory_is_announced_to_programs() {
    let up = Up::start();
    assert_eq!(up.announced_dir(), Some(up.data_dir().as_path()));
}

#[test]
fn relative_data_directory_is_announced_as_an_absolute_one() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let up = Up::start_with(|command| {
        command.current_dir(&directory).env("ODD_DATA_DIR", "data");
    });
    let announced = up.announced_dir().expect("announced");
    assert!(announced.is_absolute(), "{announced:?}");
    let expected = directory.path().join("data");
    let resolved = |path: &Path| path.canonicalize().expect("it exists");
    assert_eq!(resolved(announced), resolved(&expected));
}

#[cfg(unix)]
#[test]
fn data_directory_is_private() {
    let up = Up::start();
    assert_eq!(mode(&up.data_dir()), 0o700);
}

#[cfg(unix)]
#[test]
fn existing_data_directory_becomes_private() {
    let up = Up::start_with(|command| {
        let data_dir = command.get_envs().find(|(name, _)| *name == "ODD_DATA_DIR");
        let data_dir = data_dir.and_then(|(_, value)| value).expect("is set");
        std::fs::create_dir(data_dir).expect("made");
        open_to_all(data_dir.as_ref());
    });
    assert_eq!(mode(&up.data_dir()), 0o700);
}

#[cfg(unix)]
#[test]
fn shared_directory_with_other_files_is_refused() {
    let parent = tempfile::tempdir().expect("a temporary directory");
    std::fs::write(parent.path().join("notes"), "of another user").expect("written");
    open_to_all(parent.path());
    let error = run(&mut up_command(parent.path())).expect_error(1);
    assert!(error.contains("can read the data directory"), "{error}");
    assert!(error.contains("hint: "), "{error}");
    assert_eq!(mode(parent.path()), 0o755);
}

#[cfg(unix)]
fn open_to_all(path: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    let permissions = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(path, permissions).expect("ours");
}

#[cfg(unix)]
fn mode(path: &std::path::Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    let metadata = std::fs::metadata(path).expect("is there");
    metadata.permissions().mode() & 0o777
}

#[test]
fn views_after_a_graceful_stop_equal_rebuilt_views() {
    let mut up = Up::start();
    for _ in 0..3 {
        up.odd(&["submit", "echo", "{}", "--wait"]).expect(0);
    }
    up.odd(&["submit", "sleep", "{\"ms\":30}"]).expect(0);
    assert_eq!(up.stop().code(), Some(0));

    let mut rebuild = up.program();
    rebuild
        .env("ODD_DATA_DIR", up.data_dir())
        .args(["rebuild-views", "-o", "json"]);
    let report: serde_json::Value =
        serde_json::from_str(&run(&mut rebuild).expect(0)).expect("JSON");
    assert_eq!(report["equal"], true, "{report}");
    assert_eq!(report["oldDigest"], report["newDigest"]);
}

#[test]
fn second_signal_stops_at_once() {
    let mut up = Up::start();
    // Without a second signal it would drain until the grace period ends.
    up.odd(&["submit", "sleep", "{\"ms\":600000}"]).expect(0);
    up.signal(Signal::INT);
    up.signal(Signal::TERM);
    await_refusal(&up);
    wait_until_a_signal_counts_as_second();
    assert!(up.is_running(), "it drains");
    assert_eq!(up.stop().code(), Some(143));
}

/// Signals within half a second count as one.
fn wait_until_a_signal_counts_as_second() {
    std::thread::sleep(Duration::from_millis(700));
}

#[cfg(unix)]
#[test]
fn program_in_its_grace_period_ends_with_the_observatory() {
    let mut up = Up::start_with(allow_shell);
    let submission = stubborn_program(&up);
    let brief = ["--timeout-ms", "2000", "--max-attempts", "1", "--wait"];
    up.odd(&[&["submit", "process.run", submission.as_str()], &brief[..]].concat())
        .expect(6);
    let program = await_program(&up);
    assert_eq!(up.stop().code(), Some(0));
    assert_ends(program);
}

#[cfg(unix)]
#[test]
fn second_signal_ends_programs_too() {
    let mut up = Up::start_with(allow_shell);
    up.odd(&["submit", "process.run", &stubborn_program(&up)])
        .expect(0);
    let program = await_program(&up);
    up.signal(Signal::INT);
    await_refusal(&up);
    wait_until_a_signal_counts_as_second();
    assert!(up.is_running(), "it drains");
    assert_eq!(up.stop().code(), Some(143));
    assert_ends(program);
}

#[cfg(unix)]
fn allow_shell(command: &mut std::process::Command) {
    command.env("ODD_PROCESS_RUN_ALLOW", "/bin/sh");
}

/// The payload of a program that only SIGKILL ends, and that writes its process id into the data directory.
#[cfg(unix)]
fn stubborn_program(up: &Up) -> String {
    let id_file = up.data_dir().join("program");
    let script = format!(
        "trap '' TERM; echo $$ > {}; while :; do sleep 0.05; done",
        id_file.display()
    );
    serde_json::json!({"program": "/bin/sh", "args": ["-c", script]}).to_string()
}

#[cfg(unix)]
fn await_program(up: &Up) -> i32 {
    let id_file = up.data_dir().join("program");
    within_30_seconds("the program starts", || {
        std::fs::read_to_string(&id_file).ok()?.trim().parse().ok()
    })
}

#[cfg(unix)]
fn assert_ends(program: i32) {
    within_30_seconds("the program ends", || {
        let stat = std::fs::read_to_string(format!("/proc/{program}/stat"));
        // A zombie has ended, even if its parent has not waited for it yet.
        stat.map_or(true, |stat| stat.contains(") Z "))
            .then_some(())
    });
}

/// Draining has started when the gateway no longer accepts connections.
fn await_refusal(up: &Up) {
    let address = up.url("gateway").trim_start_matches("http://");
    within_30_seconds("it drains", || {
        std::net::TcpStream::connect(address).is_err().then_some(())
    });
}

fn within_30_seconds<T>(what: &str, mut check: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(found) = check() {
            return found;
        }
        assert!(Instant::now() < deadline, "not within 30 seconds: {what}");
        std::thread::yield_now();
    }
}

#[test]
fn accepted_job_completes_after_a_crash() {
    let up = Up::start();
    let id = up
        .odd(&["submit", "sleep", "{\"ms\":300}", "-o", "name"])
        .expect(0);
    let up = up.crash_and_restart();
    let text = up
        .odd(&["jobs", "wait", id.trim(), "-o", "json", "--timeout", "2m"])
        .expect(0);
    let job: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(job["status"], "COMPLETED");
}

#[test]
fn damaged_views_are_rebuilt() {
    let mut up = Up::start();
    up.odd(&["submit", "echo", "--wait"]).expect(0);
    up.stop();
    for name in ["views.db", "views.db-wal", "views.db-shm"] {
        let path = up.data_dir().join(name);
        if path.exists() {
            std::fs::remove_file(path).expect("removed");
        }
    }
    std::fs::write(up.data_dir().join("views.db"), "not a database").expect("written");
    let mut rebuild = up.program();
    rebuild
        .env("ODD_DATA_DIR", up.data_dir())
        .arg("rebuild-views");
    assert!(
        run(&mut rebuild)
            .expect(0)
            .contains("there were no usable views")
    );
    let again = run(rebuild.args(["-o", "json"])).expect(0);
    assert!(again.contains("\"equal\": true"), "{again}");
}
