//! The terminal interface in terminals of the web-pty-server, through `attach`.

use std::path::PathBuf;
use std::process::Command;

use rustix::process::Signal;

use crate::program::run;
use crate::pty::Interface;
use crate::up::Up;

/// Runs `attach` in a terminal.
fn attach(up: &Up, args: &[&str]) -> Interface {
    let mut command = up.program();
    command.arg("attach").arg(up.url("web-pty")).args(args);
    Interface::run(&command, 100, 30)
}

fn interactive() -> Up {
    Up::start_with(|command| {
        command.env("ODD_PTY_INTERACTIVE", "true");
    })
}

/// Returns the process ids of the terminal interfaces that an observatory runs, with their command lines.
fn programs(up: &Up) -> Vec<(u32, String)> {
    let threads = std::fs::read_dir(format!("/proc/{}/task", up.pid())).expect("it runs");
    let children = threads.filter_map(|thread| {
        let path = thread.ok()?.path().join("children");
        std::fs::read_to_string(path).ok()
    });
    let children: Vec<String> = children.collect();
    let ids = children.iter().flat_map(|ids| ids.split_whitespace());
    ids.filter_map(|id| id.parse().ok())
        .map(|id: u32| {
            let line = std::fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
            (id, String::from_utf8_lossy(&line).replace('\0', " "))
        })
        .collect()
}

#[test]
fn terminal_shows_the_observatory_of_the_server() {
    let up = Up::start();
    up.odd(&["submit", "echo", "--wait"]).expect(0);
    let mut terminal = attach(&up, &["--view", "jobs", "--filter", "type:echo"]);
    terminal.see("COMPLETED");
    terminal.see("read-only");
    terminal.resize(80, 24);
    terminal.see("COMPLETED");
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
    assert!(!terminal.is_alternate(), "the terminal is restored");
}

#[test]
fn read_only_terminal_changes_nothing() {
    let up = Up::start();
    let mut terminal = attach(&up, &[]);
    terminal.see("1 Overview");
    terminal.press("n");
    terminal.see("read-only");
    terminal.type_text("\u{1b}[200~{\"type\":\"echo\"}\r\u{1b}[201~");
    terminal.press("f2 enter");
    terminal.press("ctrl-q y");
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
    let jobs = up.odd(&["jobs", "list", "-o", "name"]).expect(0);
    assert_eq!(jobs, "");
}

#[test]
fn interactive_terminal_submits_where_that_is_allowed() {
    let refused = Up::start();
    let mut terminal = attach(&refused, &["--interactive"]);
    assert_eq!(terminal.end(), 4);
    assert!(terminal.written().contains("ODD_PTY_INTERACTIVE"));
    let up = interactive();
    let mut terminal = attach(&up, &["--interactive"]);
    terminal.see("● live");
    terminal.press("n");
    terminal.see("New job");
    terminal.type_text("echo");
    terminal.press("f2");
    terminal.see("accepted as");
    terminal.press("enter");
    terminal.see("COMPLETED");
    terminal.press("ctrl-c");
    assert_eq!(terminal.end(), 130);
}

#[test]
fn terminal_reaches_no_program_and_no_file() {
    let up = interactive();
    up.odd(&["submit", "echo", "--wait"]).expect(0);
    let mut terminal = attach(&up, &["--interactive", "--view", "jobs"]);
    terminal.see("COMPLETED");
    for key in ["o", "ctrl-s", "d", "ctrl-q"] {
        terminal.press(key);
        terminal.see("is not available in this terminal");
        terminal.press("esc");
    }
    let ids: Vec<u32> = programs(&up).into_iter().map(|(id, _)| id).collect();
    let [id] = ids[..] else {
        panic!("one terminal: {ids:?}");
    };
    let environment = std::fs::read(format!("/proc/{id}/environ")).expect("readable");
    let environment = String::from_utf8_lossy(&environment).into_owned();
    let names = environment
        .split('\0')
        .filter_map(|pair| pair.split('=').next());
    for name in names {
        // The library that starts programs in terminals always sets SHELL.
        let is_known = name.is_empty()
            || name == "SHELL"
            || name.starts_with("XDG_")
            || name.starts_with("ODD_")
            || ["TERM", "COLORTERM", "LANG", "HOME", "TZ"].contains(&name);
        assert!(is_known, "{name}");
    }
    terminal.press("ctrl-]");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn copied_text_reaches_the_terminal_of_the_user() {
    let up = Up::start();
    let submitted = up
        .odd(&["submit", "echo", "--wait", "-o", "name"])
        .expect(0);
    let mut terminal = attach(&up, &["--view", "jobs"]);
    terminal.see("COMPLETED");
    terminal.press("y");
    terminal.see("job id sent to the terminal");
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
    let written = terminal.written();
    assert!(
        written.contains("\u{1b}]52;c;"),
        "the clipboard of the terminal"
    );
    assert!(!written.contains("\u{1b}]52;c;?"), "{submitted}");
}

#[test]
fn program_ends_with_the_observatory() {
    let mut up = Up::start();
    let mut terminal = attach(&up, &[]);
    terminal.see("1 Overview");
    let programs = programs(&up);
    assert_eq!(programs.len(), 1, "{programs:?}");
    assert!(
        programs[0].1.contains("--restricted --read-only"),
        "{programs:?}"
    );
    let home = home_of(programs[0].0);
    assert!(home.exists());
    assert!(up.stop().success());
    // No process listens any more: the command would try again.
    terminal.press("ctrl-]");
    assert_eq!(terminal.end(), 0);
    let gone = PathBuf::from(format!("/proc/{}", programs[0].0));
    assert!(!gone.exists() && !home.exists());
}

fn home_of(pid: u32) -> PathBuf {
    let environment = std::fs::read(format!("/proc/{pid}/environ")).expect("readable");
    let environment = String::from_utf8_lossy(&environment).into_owned();
    let home = environment
        .split('\0')
        .find_map(|pair| pair.strip_prefix("HOME="));
    home.expect("a home directory").into()
}

#[test]
fn program_ends_when_the_observatory_is_killed() {
    let mut up = Up::start();
    let mut terminal = attach(&up, &[]);
    terminal.see("1 Overview");
    let (pid, _) = programs(&up)[0];
    let home = home_of(pid);
    up.crash();
    let process = PathBuf::from(format!("/proc/{pid}"));
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while process.join("cmdline").metadata().is_ok() && !is_zombie(pid) {
        assert!(std::time::Instant::now() < deadline, "the kernel hangs up");
        std::thread::yield_now();
    }
    terminal.signal(Signal::TERM);
    assert_eq!(terminal.end(), 143);
    let _ = std::fs::remove_dir(home);
}

/// Whether a process has ended and only its entry is left, because its parent has ended, too.
fn is_zombie(pid: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    status
        .lines()
        .any(|line| line.starts_with("State:") && line.contains('Z'))
}

#[test]
fn failures_have_the_exit_codes_of_other_commands() {
    let up = Up::start();
    let not_a_terminal = run(up.program().args(["attach", up.url("web-pty")]));
    not_a_terminal.expect_error(2);
    let mut unreachable: Command = up.program();
    unreachable.args(["attach", "http://127.0.0.1:9"]);
    assert_eq!(Interface::run(&unreachable, 80, 24).end(), 3);
    let mut gateway: Command = up.program();
    gateway.args(["attach", up.url("gateway")]);
    let mut terminal = Interface::run(&gateway, 80, 24);
    terminal.see("/api/terminal");
    assert_eq!(terminal.end(), 5);
}
