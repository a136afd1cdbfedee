use odd_contracts::JobId;

use crate::connection::NO_WEB_URL;
use crate::keymap::{Chord, Keymap};

/// Largest number of commands, and of arguments of one.
const MOST_COMMANDS: usize = 50;
const MOST_ARGUMENTS: usize = 50;

/// A program of the user that a key starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserCommand {
    /// The key.
    pub key: Chord,
    /// The name in the list of commands.
    pub name: String,
    /// The program and its arguments. `{id}`, `{type}`, `{queue}` and `{url}` in an argument are replaced.
    pub argv: Vec<String>,
    /// Show its output when it has ended, instead of a line that it has.
    pub wait: bool,
}

/// A command that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCommand {
    /// The name cannot be shown.
    #[error("the name of a command must be 1 to 40 characters in one line")]
    Name,
    /// There is no program, or it depends on what is selected.
    #[error("`argv` of `{name}` must begin with a program, without placeholders")]
    Program {
        /// The command.
        name: String,
    },
    /// There are too many arguments.
    #[error("`argv` of `{name}` has more than {MOST_ARGUMENTS} elements")]
    Arguments {
        /// The command.
        name: String,
    },
    /// There are too many commands.
    #[error("there are more than {MOST_COMMANDS} commands")]
    TooMany,
    /// Something else has the key.
    #[error(
        "`{key}` is the key of both `{other}` and the command `{name}`; choose another one, or free it with `{other} = []` in `tui.keys`"
    )]
    Conflict {
        /// The key.
        key: String,
        /// The action or the command that has it.
        other: String,
        /// The command.
        name: String,
    },
}

/// The values of the placeholders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Selection {
    pub(crate) id: Option<JobId>,
    pub(crate) job_type: Option<String>,
    pub(crate) queue: Option<String>,
    pub(crate) url: Option<String>,
}

impl UserCommand {
    /// Checks the commands, and that their keys are free.
    ///
    /// # Errors
    /// When a command cannot be used.
    pub fn check_all(commands: &[Self], keymap: &Keymap) -> Result<(), InvalidCommand> {
        if commands.len() > MOST_COMMANDS {
            return Err(InvalidCommand::TooMany);
        }
        for (index, command) in commands.iter().enumerate() {
            command.check()?;
            let earlier = commands[..index]
                .iter()
                .find(|known| known.key == command.key);
            let action = keymap.name_of(command.key);
            let other = action.or_else(|| earlier.map(|known| known.name.as_str()));
            if let Some(other) = other {
                return Err(InvalidCommand::Conflict {
                    key: command.key.to_string(),
                    other: other.to_owned(),
                    name: command.name.clone(),
                });
            }
        }
        Ok(())
    }

    fn check(&self) -> Result<(), InvalidCommand> {
        let name = self.name.clone();
        let is_shown = odd_client::inert(&name) == name;
        if !(1..=40).contains(&name.chars().count()) || !is_shown {
            return Err(InvalidCommand::Name);
        }
        let is_program = |text: &String| {
            let mut placeholders = PLACEHOLDERS.iter();
            !text.is_empty() && !placeholders.any(|placeholder| text.contains(placeholder))
        };
        if !self.argv.first().is_some_and(is_program) {
            return Err(InvalidCommand::Program { name });
        }
        match self.argv.len() > MOST_ARGUMENTS {
            true => Err(InvalidCommand::Arguments { name }),
            false => Ok(()),
        }
    }

    /// Returns the program and its arguments for what is selected.
    ///
    /// # Errors
    /// When something is missing, or a value could be taken for an option; the message says what to do.
    pub(crate) fn resolve(&self, selection: &Selection) -> Result<Vec<String>, String> {
        let arguments = self.argv.iter();
        arguments.map(|text| resolve(text, selection)).collect()
    }
}

const PLACEHOLDERS: [&str; 4] = ["{id}", "{type}", "{queue}", "{url}"];

/// Replaces the placeholders of one argument. Values are not searched for placeholders again.
fn resolve(argument: &str, selection: &Selection) -> Result<String, String> {
    let mut resolved = String::new();
    let mut rest = argument;
    while let Some((at, placeholder)) = first_placeholder(rest) {
        let value = value(placeholder, selection)?;
        resolved.push_str(&rest[..at]);
        if resolved.is_empty() && value.starts_with('-') {
            return Err(format!(
                "{placeholder} is `{value}`, which a program could take for an option"
            ));
        }
        resolved.push_str(&value);
        rest = &rest[at + placeholder.len()..];
    }
    resolved.push_str(rest);
    Ok(resolved)
}

fn first_placeholder(text: &str) -> Option<(usize, &'static str)> {
    let found = PLACEHOLDERS.iter();
    let found = found.filter_map(|placeholder| Some((text.find(placeholder)?, *placeholder)));
    found.min()
}

fn value(placeholder: &str, selection: &Selection) -> Result<String, String> {
    let (value, what) = match placeholder {
        "{id}" => (selection.id.map(|id| id.to_string()), "a job"),
        "{type}" => (selection.job_type.clone(), "a job"),
        "{queue}" => (selection.queue.clone(), "a job or a queue"),
        _ => {
            let url = selection.url.clone();
            return url.ok_or_else(|| NO_WEB_URL.to_owned());
        }
    };
    value.ok_or_else(|| format!("select {what} first: the command needs {placeholder}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::job;

    fn command(key: &str, argv: &[&str]) -> UserCommand {
        UserCommand {
            key: key.parse().expect("a key"),
            name: "logs".to_owned(),
            argv: argv.iter().map(|text| (*text).to_owned()).collect(),
            wait: false,
        }
    }

    fn selection() -> Selection {
        Selection {
            id: Some(job(7).id),
            job_type: Some("-rf".to_owned()),
            queue: Some("{id}; rm $HOME".to_owned()),
            url: Some("http://127.0.0.1:8081/jobs".to_owned()),
        }
    }

    #[test]
    fn placeholders_are_replaced_inside_single_arguments() {
        let command = command(
            "ctrl-l",
            &["x", "--job={id}", "{queue}", "a{type}b", "{name}", "{url}"],
        );
        let argv = command
            .resolve(&selection())
            .expect("everything is selected");
        let id = "--job=0193a1b2-0000-7000-8000-000000000007";
        let url = "http://127.0.0.1:8081/jobs";
        assert_eq!(argv, ["x", id, "{id}; rm $HOME", "a-rfb", "{name}", url]);
    }

    #[test]
    fn value_is_never_an_option() {
        let why = command("ctrl-l", &["rm", "{type}"]).resolve(&selection());
        assert_eq!(
            why.expect_err("an option"),
            "{type} is `-rf`, which a program could take for an option"
        );
    }

    #[test]
    fn missing_selection_is_named() {
        let why = command("ctrl-l", &["x", "{id}"]).resolve(&Selection::default());
        assert_eq!(
            why.expect_err("nothing is selected"),
            "select a job first: the command needs {id}"
        );
    }

    #[test]
    fn commands_that_cannot_be_used_are_refused() {
        let keymap = Keymap::default();
        let why = |commands: &[UserCommand]| {
            UserCommand::check_all(commands, &keymap).map_err(|why| why.to_string())
        };
        assert_eq!(
            why(&[command("ctrl-l", &["x"]), command("L", &["x"])])
                .err()
                .as_deref(),
            Some(
                "`L` is the key of both `launch` and the command `logs`; choose another one, or free it with `launch = []` in `tui.keys`"
            )
        );
        assert_eq!(why(&[command("ctrl-l", &["x"])]), Ok(()));
        assert!(why(&[command("ctrl-l", &["x"]), command("ctrl-l", &["x"])]).is_err());
        assert!(why(&[command("ctrl-l", &[])]).is_err());
        assert!(why(&[command("ctrl-l", &["{type}"])]).is_err());
        let unnamed = UserCommand {
            name: "a\nb".to_owned(),
            ..command("ctrl-l", &["x"])
        };
        assert!(why(&[unnamed]).is_err());
    }
}
