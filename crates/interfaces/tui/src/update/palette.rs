use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{actions, user_command};
use crate::effect::Effect;
use crate::keymap::BINDINGS;
use crate::state::{Overlay, Palette, RECENT_COMMANDS, Runs, State};

/// Handles a key while the list is open.
pub(super) fn press(state: &mut State, key: &KeyEvent) -> Vec<Effect> {
    let height = state.page_rows();
    let Some(Overlay::Palette(palette)) = state.overlays.last_mut() else {
        return Vec::new();
    };
    let page = height.cast_signed();
    let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
    let rows = match key.code {
        KeyCode::Esc => {
            state.overlays.pop();
            return Vec::new();
        }
        KeyCode::Enter => return run_selected(state),
        KeyCode::Up => -1,
        KeyCode::Char('p') if is_control => -1,
        KeyCode::Down => 1,
        KeyCode::Char('n') if is_control => 1,
        KeyCode::PageUp => -page,
        KeyCode::PageDown => page,
        _ => {
            edit(palette, key);
            return Vec::new();
        }
    };
    let len = palette.found().len();
    palette.cursor.move_by(rows, len, height);
    Vec::new()
}

/// Handles pasted text.
pub(super) fn paste(palette: &mut Palette, text: &str) {
    let short: String = text
        .chars()
        .filter(|char| !char.is_control())
        .take(100)
        .collect();
    palette.input.insert_str(short);
    palette.search();
}

fn edit(palette: &mut Palette, key: &KeyEvent) {
    let is_newline = key.code == KeyCode::Char('m') && !key.modifiers.is_empty();
    let is_full = palette.input.lines().iter().map(String::len).sum::<usize>() >= 200;
    if is_newline || (is_full && matches!(key.code, KeyCode::Char(_))) {
        return;
    }
    if palette.input.input(*key) {
        palette.search();
    }
}

fn run_selected(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Palette(palette)) = state.overlays.last() else {
        return Vec::new();
    };
    let Some(command) = palette.selected().cloned() else {
        return Vec::new();
    };
    state.overlays.pop();
    state.recent_commands.retain(|name| *name != command.name);
    state.recent_commands.insert(0, command.name);
    state.recent_commands.truncate(RECENT_COMMANDS);
    match command.runs {
        Runs::UserCommand(index) => user_command::start(state, index),
        Runs::Binding(index) => actions::run(state, BINDINGS[index].action),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;
    use crate::trial::Trial;
    use crate::view::View;

    fn names(trial: &mut Trial) -> Vec<String> {
        let Some(Overlay::Palette(palette)) = trial.state.overlays.last() else {
            panic!("the palette is open");
        };
        let found = palette.found().iter();
        found
            .map(|found| palette.command(found).name.clone())
            .collect()
    }

    #[test]
    fn chosen_command_is_run_and_listed_first_later() {
        let mut trial = Trial::open((80, 24));
        trial.press(":");
        assert!(
            !names(&mut trial).contains(&"mark".to_owned()),
            "not in the overview"
        );
        trial.write("alerts");
        assert_eq!(names(&mut trial)[0], "alerts");
        trial.press("enter");
        assert_eq!(trial.state.view, View::Alerts);
        assert!(trial.state.overlays.is_empty());
        trial.press(":");
        assert_eq!(names(&mut trial)[0], "alerts");
        trial.press("esc");
        assert!(trial.state.overlays.is_empty());
    }

    #[test]
    fn commands_of_the_shown_view_apply() {
        let mut trial = Trial::open((80, 24));
        trial.press("2 :");
        trial.write("mark-all");
        trial.press("enter");
        assert_eq!(trial.state.view, View::Jobs);
        trial.press("5 :");
        assert!(!names(&mut trial).contains(&"mark-all".to_owned()));
    }

    #[test]
    fn read_only_interface_lists_no_changes() {
        let options = Options {
            read_only: true,
            ..Options::default()
        };
        let mut trial = Trial::with(&options, (80, 24));
        trial.press("2 :");
        let names = names(&mut trial);
        for name in ["new-job", "retry", "cancel", "stop"] {
            assert!(!names.contains(&name.to_owned()), "{name}");
        }
        assert!(names.contains(&"help".to_owned()));
    }

    #[test]
    fn selection_moves_through_the_list() {
        let mut trial = Trial::open((80, 24));
        trial.press(":");
        trial.screen();
        trial.press("down down up");
        let second = names(&mut trial)[1].clone();
        let Some(Overlay::Palette(palette)) = trial.state.overlays.last() else {
            panic!("the palette is open");
        };
        assert_eq!(
            palette.selected().map(|command| &command.name),
            Some(&second)
        );
        trial.write("zzz");
        assert!(trial.press("enter").is_empty());
        assert_eq!(trial.state.overlays.len(), 1, "there is nothing to run");
    }
}
