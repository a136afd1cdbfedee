use std::fs;
use std::process::Command;

use rustix::process::Signal;

use super::interface::Interface;
use crate::up::Up;

/// Starts an observatory with two jobs that no worker handles.
fn up_with_waiting_jobs() -> Up {
    let up = Up::start();
    for _ in 0..2 {
        up.odd(&["submit", "email"]).expect(0);
    }
    up
}

fn cancel_all(up: &Up) -> Command {
    let mut command = up.program();
    command.args(["jobs", "cancel", "--filter", "type:email"]);
    command
}

fn waiting(up: &Up) -> usize {
    let list = up.odd(&["jobs", "list", "--status", "PENDING", "-o", "name"]);
    list.expect(0).lines().count()
}

#[test]
fn signal_at_a_question_ends_the_command_and_changes_nothing() {
    let up = up_with_waiting_jobs();
    let ask = || {
        let terminal = Interface::run(&cancel_all(&up), 80, 24);
        terminal.see("Cancel 2 jobs? [y/N]");
        terminal
    };
    let mut terminal = ask();
    terminal.press("ctrl-c");
    assert_eq!(terminal.end(), 130);
    let mut terminal = ask();
    terminal.signal(Signal::TERM);
    assert_eq!(terminal.end(), 143);
    for refusal in ["n", "", "\u{4}"] {
        let mut terminal = ask();
        terminal.type_text(refusal);
        terminal.press("enter");
        terminal.see("nothing was changed");
        assert_eq!(terminal.end(), 1);
    }
    assert_eq!(waiting(&up), 2);
    let mut terminal = ask();
    terminal.type_text("y");
    terminal.press("enter");
    terminal.see("2 jobs cancelled or asked to stop");
    assert_eq!(terminal.end(), 0);
    assert_eq!(waiting(&up), 0);
}

#[test]
fn time_for_an_answer_is_not_limited() {
    let up = up_with_waiting_jobs();
    let mut command = cancel_all(&up);
    let mut terminal = Interface::run(command.args(["--timeout", "2s"]), 80, 24);
    terminal.see("Cancel 2 jobs? [y/N]");
    std::thread::sleep(std::time::Duration::from_millis(2_500));
    terminal.type_text("y");
    terminal.press("enter");
    terminal.see("2 jobs cancelled or asked to stop");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn editor_has_the_terminal_also_when_standard_input_is_a_file() {
    let up = Up::start();
    let dir = up.data_dir().with_file_name("edited");
    fs::create_dir_all(&dir).expect("a directory");
    let (editor, payload) = (dir.join("editor"), dir.join("payload"));
    let script = "read -r word; sed -i.old \"s/world/$word/\" \"$1\"";
    fs::write(&editor, script).expect("written");
    fs::write(&payload, "{\"hello\":\"world\"}").expect("written");
    let program = up.program();
    let mut command = Command::new("sh");
    command
        .args(["-c", "\"$0\" submit echo - --edit < \"$1\""])
        .arg(program.get_program())
        .arg(&payload)
        .env_remove("VISUAL")
        .env("EDITOR", format!("sh {}", editor.display()));
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let mut terminal = Interface::run(&command, 80, 24);
    terminal.type_text("you");
    terminal.press("enter");
    terminal.see("PENDING");
    assert_eq!(terminal.end(), 0);
    let jobs = up.odd(&["jobs", "list", "--search", "you", "-o", "name"]);
    assert_eq!(jobs.expect(0).lines().count(), 1);
}
