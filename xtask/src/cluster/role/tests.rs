use super::*;

const LISTEN: &str = r#"echo '{"event":"listening","url":"http://127.0.0.1:1"}'"#;
const BECOME_READY: &str = r#"echo '{"event":"ready"}'"#;
const RUN: &str = "while :; do sleep 0.1; done";

/// Returns the launch of a shell script that plays a role.
fn launch(folder: &Path, name: &str, script: &[&str]) -> Launch {
    let binary = folder.join(name);
    // Another process writes the script: Linux does not execute a file that this process has open, which a child of a test
    // that runs in parallel might inherit.
    let written = Command::new("sh")
        .args(["-c", r#"printf '#!/bin/sh\n%s' "$1" > "$0"; chmod +x "$0""#])
        .arg(&binary)
        .arg(script.join("\n"))
        .status();
    assert!(written.is_ok_and(|status| status.success()));
    Launch {
        binary,
        role: "gateway",
        environment: vec![("FOLDER".into(), folder.display().to_string())],
        log: folder.join(format!("{name}.log")),
    }
}

fn start(launch: Launch) -> RoleProcess {
    RoleProcess::start(launch, 0).expect("it listens")
}

#[test]
fn all_roles_drain_although_one_fails() {
    let folder = tempfile::tempdir().expect("a folder");
    let fail = ["trap 'exit 1' TERM", LISTEN, RUN];
    let failing = start(launch(folder.path(), "failing", &fail));
    // Its drain ends after the exit status of the other role has been collected: until then, that is a zombie.
    let drain =
        "trap 'while kill -0 $FIRST; do sleep 0.1; done; touch $FOLDER/drained; exit 0' TERM";
    let mut draining = launch(folder.path(), "draining", &[drain, LISTEN, RUN]);
    let first = ("FIRST".to_owned(), failing.pid().to_string());
    draining.environment.push(first);
    let roles = vec![failing, start(draining)];
    let error = drain_error(roles);
    assert!(error.contains("exit status: 1"), "{error}");
    assert!(folder.path().join("drained").exists(), "it was killed");
}

fn drain_error(roles: Vec<RoleProcess>) -> String {
    drain(roles).expect_err("a role fails").to_string()
}

#[test]
fn progress_follows_the_announcements_of_each_process() {
    let folder = tempfile::tempdir().expect("a folder");
    let listen_once = format!("mkdir $FOLDER/first && {LISTEN}");
    let become_ready = format!("until [ -e $FOLDER/go ]; do sleep 0.1; done; {BECOME_READY}");
    let script = [&*listen_once, &*become_ready, RUN];
    let mut role = start(launch(folder.path(), "role", &script));
    assert_eq!(role.progress(), Progress::Listening);
    fs::write(folder.path().join("go"), "").expect("writable");
    role.await_ready().expect("it becomes ready");
    assert_eq!(role.progress(), Progress::Ready);
    fs::remove_file(folder.path().join("go")).expect("it exists");
    role.restart().expect("it starts");
    assert_eq!(role.progress(), Progress::Starting);
}

#[test]
fn role_may_end_by_the_signal_only_while_it_starts() {
    let folder = tempfile::tempdir().expect("a folder");
    let listen_once = format!("mkdir $FOLDER/$NAME && {LISTEN}");
    let role = |name: &str| {
        let mut launch = launch(folder.path(), name, &[&listen_once, RUN]);
        let marker = ("NAME".to_owned(), format!("{name}.once"));
        launch.environment.push(marker);
        start(launch)
    };
    let error = drain_error(vec![role("listening")]);
    assert!(error.contains("signal: 15"), "{error}");
    let mut starting = role("starting");
    starting.restart().expect("it starts");
    drain(vec![starting]).expect("it had nothing to drain");
}

/// Set in the process that acts as the parent.
#[cfg(target_os = "linux")]
const PARENT_VARIABLE: &str = "ODD_TEST_PARENT_FOLDER";

#[cfg(target_os = "linux")]
#[test]
fn roles_end_when_their_parent_is_killed() {
    use std::io::{BufRead as _, BufReader};
    use std::process::Stdio;

    if let Some(folder) = std::env::var_os(PARENT_VARIABLE) {
        return run_parent(Path::new(&folder));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let mut parent = Command::new(std::env::current_exe().expect("a test is a program"))
        .args(["--exact", "--nocapture"])
        .arg("cluster::role::tests::roles_end_when_their_parent_is_killed")
        .env(PARENT_VARIABLE, folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it can be started");
    let output = BufReader::new(parent.stdout.take().expect("it is piped"));
    let role: u32 = output
        .lines()
        .map_while(Result::ok)
        .find_map(|line| line.split_once("role: ")?.1.parse().ok())
        .expect("it names the role");
    assert!(is_alive(role));
    parent.kill().expect("it waits");
    parent.wait().expect("it was killed");
    let deadline = Instant::now() + Duration::from_secs(30);
    while is_alive(role) {
        assert!(Instant::now() < deadline, "the role outlives its parent");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Starts a role from a thread that ends at once, which must not end the role, then blocks on an input that stays open.
#[cfg(target_os = "linux")]
fn run_parent(folder: &Path) {
    let launch = launch(folder, "role", &[LISTEN, RUN]);
    let starting = std::thread::spawn(|| start(launch));
    let role = starting.join().expect("it starts");
    println!("role: {}", role.pid());
    let _killed_before = std::io::stdin().read_line(&mut String::new());
}

/// Returns `true` if the process exists and is not a zombie.
#[cfg(target_os = "linux")]
fn is_alive(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ")
        .is_some_and(|(_, rest)| !rest.starts_with('Z'))
}
