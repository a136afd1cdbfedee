use crate::keymap::{Action, BINDINGS};
use crate::state::{Command, Overlay, Palette, RECENT_COMMANDS, Runs, State};

/// Opens the list of the commands that apply to what is shown.
pub(super) fn open(state: &mut State) {
    let palette = Palette::of(commands(state));
    state.open(Overlay::Palette(Box::new(palette)));
}

/// Returns the commands that apply now: the recently used ones first, then in the order of the key table.
fn commands(state: &State) -> Vec<Command> {
    let scopes = state.scopes();
    let bindings = BINDINGS.iter().enumerate().filter(|(_, binding)| {
        state.offers(binding)
            && scopes.contains(&binding.scope)
            && binding.action != Action::Palette
    });
    let bindings = bindings.map(|(index, binding)| Command {
        name: binding.name.to_owned(),
        help: binding.help.to_owned(),
        key: first_key(state, index),
        runs: Runs::Binding(index),
    });
    let mut commands: Vec<Command> = bindings.chain(of_user(state)).collect();
    let recent = &state.recent_commands;
    commands.sort_by_key(|command| {
        let position = recent.iter().position(|name| *name == command.name);
        position.unwrap_or(RECENT_COMMANDS)
    });
    commands
}

fn of_user(state: &State) -> impl Iterator<Item = Command> {
    let commands = state.commands.iter().enumerate();
    let commands = commands.filter(|_| !state.is_read_only && !state.is_restricted);
    commands.map(|(index, command)| Command {
        name: command.name.clone(),
        help: command.argv.join(" "),
        key: command.key.to_string(),
        runs: Runs::UserCommand(index),
    })
}

fn first_key(state: &State, index: usize) -> String {
    let keys = state.keymap.keys(index);
    keys.first().map_or(String::new(), ToString::to_string)
}
