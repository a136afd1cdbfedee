use super::*;

fn bare() -> Environment {
    Environment::bare(Platform::Linux)
}

fn tool(words: &[&str]) -> Tool {
    Tool {
        program: words[0].into(),
        arguments: words[1..].iter().map(|word| (*word).to_owned()).collect(),
    }
}

#[test]
fn visual_comes_before_editor() {
    let both = Environment {
        visual: Some("code --wait".to_owned()),
        editor: Some("vi".to_owned()),
        ..bare()
    };
    assert_eq!(Tool::editor(&both).expect("set"), tool(&["code", "--wait"]));
    let one = Environment {
        visual: Some(" ".to_owned()),
        ..both
    };
    assert_eq!(Tool::editor(&one).expect("set"), tool(&["vi"]));
}

#[test]
fn command_line_is_split_and_not_expanded() {
    let pager = Some("'my pager' -p '$(id); rm \"x\"' $HOME".to_owned());
    let environment = Environment { pager, ..bare() };
    let expected = tool(&["my pager", "-p", "$(id); rm \"x\"", "$HOME"]);
    assert_eq!(Tool::pager(&environment).expect("set"), expected);
}

#[test]
fn unfinished_quote_names_the_variable() {
    let environment = Environment {
        editor: Some("'vi".to_owned()),
        ..bare()
    };
    let error = Tool::editor(&environment).expect_err("unfinished");
    assert_eq!(error.to_string(), "$EDITOR is not a valid command line");
}

#[test]
fn missing_tools_are_reported_with_a_hint() {
    let error = Tool::editor(&bare()).expect_err("nothing is installed");
    let expected = "no editor was found: $VISUAL or $EDITOR is not set, and none of sensible-editor, nano, vi is installed";
    assert_eq!(error.to_string(), expected);
    assert!(error.hint().contains("EDITOR=vim"));
    let error = Tool::pager(&bare()).expect_err("nothing is installed");
    assert!(error.to_string().contains("less, more"), "{error}");
}

#[cfg(unix)]
#[test]
fn first_usual_program_that_is_installed_is_used() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().expect("a directory");
    let install = |name: &str, mode| {
        let file = dir.path().join(name);
        std::fs::write(&file, "").expect("written");
        std::fs::set_permissions(&file, PermissionsExt::from_mode(mode)).expect("changed");
        file
    };
    let environment = Environment {
        path: dir.path().into(),
        ..bare()
    };
    let vi = install("vi", 0o755);
    install("nano", 0o644);
    let found = Tool::editor(&environment).expect("installed");
    assert_eq!(found, Tool::plain(vi.into()));
    let nano = install("nano", 0o755);
    let found = Tool::editor(&environment).expect("installed");
    assert_eq!(found, Tool::plain(nano.into()));
}
