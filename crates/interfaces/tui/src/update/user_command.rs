use odd_client::inert;

use super::link::link;
use crate::effect::Effect;
use crate::keymap::Chord;
use crate::message::{CommandEnd, Notice};
use crate::state::State;

/// Most commands that run at the same time.
const MOST: usize = 8;

/// Returns the position of the command that a key starts.
pub(super) fn of_key(state: &State, chord: Chord) -> Option<usize> {
    state
        .commands
        .iter()
        .position(|command| command.key == chord)
}

/// Starts a command of the user for what is selected.
pub(super) fn start(state: &mut State, index: usize) -> Vec<Effect> {
    let Some(command) = state.commands.get(index).cloned() else {
        return Vec::new();
    };
    let refuse = |state: &mut State, why: String| {
        state.notify(Notice::failed(format!("{}: {why}", command.name)));
        Vec::new()
    };
    if state.is_restricted {
        return refuse(state, "this terminal cannot use other programs".to_owned());
    }
    if state.is_read_only {
        return refuse(state, "no commands run in a read-only interface".to_owned());
    }
    if state.running_commands >= MOST {
        return refuse(state, format!("{MOST} commands are running already"));
    }
    let mut selection = state.selection();
    selection.url = link(state);
    match command.resolve(&selection) {
        Err(why) => refuse(state, inert(&why).into_owned()),
        Ok(argv) => {
            state.running_commands += 1;
            state.notify(Notice::hint(format!("running {}", command.name)));
            vec![Effect::RunCommand {
                name: command.name,
                argv,
                wait: command.wait,
            }]
        }
    }
}

/// Shows what a command has printed, or that it has ended.
pub(super) fn end(state: &mut State, name: &str, wait: bool, end: CommandEnd) -> Vec<Effect> {
    state.running_commands = state.running_commands.saturating_sub(1);
    match end {
        CommandEnd::NotStarted(why) => {
            let why = inert(&why).into_owned();
            state.notify(Notice::failed(format!("{name} did not run: {why}")));
        }
        CommandEnd::Ended { output, errors, .. }
            if wait && !(output.is_empty() && errors.is_empty()) =>
        {
            state.notice = None;
            let text = format!("{output}{errors}");
            let lines = text.lines().map(|line| format!("{}\n", inert(line)));
            return vec![Effect::Page(lines.collect())];
        }
        CommandEnd::Ended {
            is_success: true, ..
        } => state.notify(Notice::done(format!("{name} has ended"))),
        CommandEnd::Ended { status, errors, .. } => {
            let last = errors.trim_end().lines().next_back().unwrap_or_default();
            let why = inert(last).into_owned();
            state.notify(Notice::failed(format!("{name}: {status}: {why}")));
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Loaded, Message};
    use crate::options::Options;
    use crate::trial::{Trial, job};
    use crate::user_command::UserCommand;

    fn options(wait: bool) -> Options {
        let argv = ["show", "{id}", "{queue}"];
        let command = UserCommand {
            key: "ctrl-l".parse().expect("a key"),
            name: "logs".to_owned(),
            argv: argv.map(str::to_owned).to_vec(),
            wait,
        };
        Options {
            commands: vec![command],
            view: crate::view::View::Queues,
            ..Options::default()
        }
    }

    /// Opens the queues, with a selected dead letter.
    fn opened(options: &Options) -> Trial {
        let mut trial = Trial::with(options, (80, 24));
        let list = odd_contracts::JobList {
            stopped_at_bound: false,
            jobs: vec![job(1)],
            next_cursor: None,
        };
        trial.send(Message::Loaded(Box::new(Loaded::DeadLetters(Ok(list)))));
        trial
    }

    fn ended(is_success: bool) -> CommandEnd {
        CommandEnd::Ended {
            is_success,
            status: "exit status: 2".to_owned(),
            output: "out\n".to_owned(),
            errors: "first\nno such\u{1b}[31m job\n".to_owned(),
        }
    }

    fn notice(trial: &Trial) -> &str {
        let (notice, _) = trial.state.notice.as_ref().expect("a notice");
        &notice.text
    }

    #[test]
    fn key_starts_the_command_for_the_selected_job() {
        let mut trial = opened(&options(false));
        let effects = trial.press("ctrl-l");
        let [Effect::RunCommand { argv, .. }] = &effects[..] else {
            panic!("{effects:?}");
        };
        assert_eq!(argv[1..], ["0193a1b2-0000-7000-8000-000000000001", "mail"]);
        let end = |is_success| Message::CommandEnded {
            name: "logs".to_owned(),
            wait: false,
            end: ended(is_success),
        };
        trial.send(end(false));
        assert_eq!(
            notice(&trial),
            "logs: exit status: 2: no such\\u{1b}[31m job"
        );
        trial.send(end(true));
        assert_eq!(notice(&trial), "logs has ended");
    }

    #[test]
    fn command_that_waits_shows_its_output() {
        let mut trial = opened(&options(true));
        trial.press("ctrl-l");
        let effects = trial.send(Message::CommandEnded {
            name: "logs".to_owned(),
            wait: true,
            end: ended(false),
        });
        assert!(matches!(
            &effects[..],
            [Effect::Page(text)] if text == "out\nfirst\nno such\\u{1b}[31m job\n"
        ));
    }

    #[test]
    fn palette_lists_the_command() {
        let mut trial = opened(&options(false));
        trial.press(":");
        trial.write("logs");
        let effects = trial.press("enter");
        assert!(
            matches!(effects[..], [Effect::RunCommand { .. }]),
            "{effects:?}"
        );
    }

    #[test]
    fn nothing_runs_without_a_selection_or_when_read_only() {
        let mut trial = Trial::with(&options(false), (80, 24));
        assert!(trial.press("ctrl-l").is_empty());
        assert_eq!(
            notice(&trial),
            "logs: select a job first: the command needs {id}"
        );
        let read_only = Options {
            read_only: true,
            ..options(false)
        };
        let mut trial = opened(&read_only);
        assert!(trial.press("ctrl-l").is_empty());
        trial.press(":");
        trial.write("logs");
        assert!(trial.press("enter").is_empty());
    }
}
