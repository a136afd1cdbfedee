use crate::keymap::BINDINGS;
use crate::options::Options;
use crate::state::Overlay;
use crate::trial::Trial;
use crate::user_command::UserCommand;

fn restricted(read_only: bool) -> Trial {
    let options = Options {
        restricted: true,
        read_only,
        commands: vec![command()],
        ..Options::default()
    };
    Trial::with(&options, (120, 40))
}

fn command() -> UserCommand {
    UserCommand {
        name: "shell".to_owned(),
        key: "ctrl-t".parse().expect("a key"),
        argv: vec!["/bin/sh".to_owned()],
        wait: false,
    }
}

#[test]
fn no_key_of_a_restricted_interface_leaves_the_terminal() {
    for read_only in [false, true] {
        let all = BINDINGS.iter().flat_map(|binding| binding.keys);
        for key in all.copied().chain(["ctrl-t"]) {
            // From the views, from the detail of a job, and from the form of a new one.
            for before in ["1", "2", "2 enter", "n", "u", "?", "h"] {
                let mut trial = restricted(read_only);
                trial.press(before);
                let effects = trial.press(key);
                let leaving = effects.iter().find(|effect| effect.leaves_terminal());
                assert!(leaving.is_none(), "{before} {key}: {leaving:?}");
            }
        }
    }
}

#[test]
fn commands_that_leave_the_terminal_are_not_listed() {
    let mut trial = restricted(false);
    trial.press(":");
    let Some(Overlay::Palette(palette)) = trial.state.overlays.last() else {
        panic!("the palette is open");
    };
    let found = palette.found().iter();
    let listed: Vec<&str> = found
        .map(|found| palette.command(found).name.as_str())
        .collect();
    assert!(listed.contains(&"new-job"), "{listed:?}");
    for name in ["pager", "browser", "screenshot", "setup", "stop", "shell"] {
        assert!(!listed.contains(&name), "{name}");
    }
}
