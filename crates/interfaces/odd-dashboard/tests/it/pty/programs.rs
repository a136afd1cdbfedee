//! The programs of the user that the interface starts.

use std::fs;
use std::path::{Path, PathBuf};

use super::interface::Interface;
use crate::up::Up;

/// Writes a script of the shell. Returns its path.
fn script(dir: &Path, name: &str, text: &str) -> PathBuf {
    let path = dir.join(name);
    fs::write(&path, text).expect("written");
    path
}

/// Opens the interface with this variable, whose program is a script of the shell.
fn open_with(up: &Up, view: &str, variable: &str, script: &Path) -> Interface {
    let command_line = format!("sh {}", script.display());
    let ui = Interface::start_with(up, &["--view", view], |command| {
        command.env_remove("VISUAL").env(variable, command_line);
    });
    ui.see("● live");
    ui
}

#[test]
fn pager_receives_the_section_and_returns_to_the_interface() {
    let up = Up::start();
    let payload = "{\"exact\":12345678901234567890,\"text\":\"\\u001b[31mred\"}";
    up.odd(&["submit", "echo", payload, "--wait"]).expect(0);
    let dir = tempfile::tempdir().expect("a directory");
    let seen = dir.path().join("seen");
    let text = format!(
        "cat > {}; echo 'the pager has the terminal'; read -r line < /dev/tty",
        seen.display()
    );
    let pager = script(dir.path(), "pager", &text);
    let mut ui = open_with(&up, "jobs", "PAGER", &pager);
    ui.see("COMPLETED");
    ui.press("enter");
    ui.see("Payload");
    ui.press("tab");
    ui.see("12345678901234567890");
    ui.press("v");
    let screen = ui.see("the pager has the terminal");
    assert!(!screen.is_alternate(), "{}", screen.text());
    ui.press("enter");
    let screen = ui.see("12345678901234567890");
    assert!(screen.is_alternate(), "{}", screen.text());
    let seen = fs::read_to_string(seen).expect("the pager ran");
    assert!(seen.contains("\"exact\": 12345678901234567890"), "{seen}");
    assert!(!seen.contains('\u{1b}'), "{seen:?}");
    ui.press("esc");
    ui.see_no("Payload");
}

/// No key comes before the pager here, which reads one of its own.
#[test]
fn interface_continues_without_a_key_after_the_output_of_a_command_was_shown() {
    let up = Up::start();
    let dir = tempfile::tempdir().expect("a directory");
    let config = dir.path().join("config.toml");
    let command = r#"
        [[tui.commands]]
        key = "ctrl-l"
        name = "greet"
        argv = ["sh", "-c", "sleep 0.5; echo good morning"]
        wait = true
    "#;
    fs::write(&config, command).expect("written");
    let pager = script(dir.path(), "pager", "cat; read -r line < /dev/tty");
    let mut ui = Interface::start_with(&up, &[], |command| {
        command
            .env("ODD_CONFIG", &config)
            .env("PAGER", format!("sh {}", pager.display()));
    });
    ui.see("● live");
    ui.press("ctrl-l");
    let screen = ui.see("good morning");
    assert!(!screen.is_alternate(), "{}", screen.text());
    ui.press("enter");
    ui.see("0 completed");
    up.odd(&["submit", "echo", "--wait"]).expect(0);
    ui.see("1 completed");
    ui.press("?");
    ui.see("Everywhere");
}

#[test]
fn editor_changes_the_payload_of_the_form() {
    let up = Up::start();
    let dir = tempfile::tempdir().expect("a directory");
    let editor = script(
        dir.path(),
        "editor",
        "grep -q hello \"$1\" && printf '{\"edited\": [1, 2]}' > \"$1\"",
    );
    let mut ui = open_with(&up, "overview", "EDITOR", &editor);
    ui.press("n");
    ui.see("New job");
    ui.type_text("echo");
    ui.press("tab");
    ui.see("\"hello\"");
    ui.press("ctrl-e");
    ui.see("{\"edited\": [1, 2]}");
    ui.press("f2");
    ui.see("accepted as");
    let jobs = up.odd(&["jobs", "list", "--search", "edited", "-o", "name"]);
    assert_eq!(jobs.expect(0).lines().count(), 1);
}

#[test]
fn failure_of_the_editor_is_reported_and_keeps_the_payload() {
    let up = Up::start();
    let dir = tempfile::tempdir().expect("a directory");
    let editor = script(dir.path(), "editor", ": > \"$1\"; exit 3");
    let mut ui = open_with(&up, "overview", "EDITOR", &editor);
    ui.press("n");
    ui.see("New job");
    ui.type_text("echo");
    ui.press("tab");
    ui.see("\"hello\"");
    ui.press("ctrl-e");
    ui.see("nothing was changed");
    ui.see("\"hello\"");
}
