use std::error::Error as _;
use std::io::{IsTerminal, Write};

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{ColorChoice, uses_colour};
use crate::settings::closest;

/// Prints help and version as clap renders them, and mistakes in the format of every other error. `typed` is the name and the
/// definition of the command that the user typed.
pub(crate) fn report(error: &clap::Error, typed: &(String, clap::Command)) -> Exit {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let _ = error.print();
            Exit::Ok
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = error.print();
            Exit::Usage
        }
        _ => {
            let colour = uses_colour(ColorChoice::Auto, std::io::stderr().is_terminal());
            let _ = std::io::stderr()
                .lock()
                .write_all(failure(error, typed).render(colour).as_bytes());
            Exit::Usage
        }
    }
}

fn failure(error: &clap::Error, typed: &(String, clap::Command)) -> Failure {
    let mut failure = Failure::usage(what(error)).hint(hint(error, typed));
    if let Some(ContextValue::Strings(values)) = error.get(ContextKind::ValidValue)
        && !values.is_empty()
    {
        failure = failure.cause(format!("must be one of: {}", values.join(", ")));
    }
    if let Some(source) = error.source() {
        failure = failure.cause(source);
    }
    failure
}

fn what(error: &clap::Error) -> String {
    let text = |kind| error.get(kind).map(ToString::to_string).unwrap_or_default();
    let (argument, value) = (
        text(ContextKind::InvalidArg),
        text(ContextKind::InvalidValue),
    );
    let command = text(ContextKind::InvalidSubcommand);
    match error.kind() {
        ErrorKind::InvalidSubcommand => format!("unknown command '{command}'"),
        ErrorKind::UnknownArgument => format!("unknown argument '{argument}'"),
        ErrorKind::MissingRequiredArgument => format!("missing required argument {argument}"),
        ErrorKind::InvalidValue if value.is_empty() => format!("'{argument}' needs a value"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!("invalid value '{value}' for '{argument}'")
        }
        ErrorKind::TooManyValues => format!("too many values for '{argument}': '{value}'"),
        ErrorKind::ArgumentConflict => {
            let prior = text(ContextKind::PriorArg);
            match argument.is_empty() {
                false if prior == argument => format!("'{argument}' can be given only once"),
                false => format!("'{argument}' cannot be used with {prior}"),
                true => format!("the command '{command}' cannot be used with {prior}"),
            }
        }
        other => other
            .as_str()
            .unwrap_or("the command line is wrong")
            .to_owned(),
    }
}

fn hint(error: &clap::Error, (path, command): &(String, clap::Command)) -> String {
    let suggested = [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
    ];
    let suggested = suggested.iter().filter_map(|kind| error.get(*kind));
    let mut parts: Vec<String> = suggested
        .map(|value| format!("did you mean {}?", quoted(value)))
        .collect();
    if parts.is_empty() {
        parts.extend(closest_command(error, command).map(|name| format!("did you mean '{name}'?")));
    }
    if let Some(ContextValue::StyledStrs(tips)) = error.get(ContextKind::Suggested) {
        parts.extend(tips.iter().map(ToString::to_string));
    }
    if let Some(usage) = error.get(ContextKind::Usage) {
        // One line for each form of the command.
        let usage = usage.to_string();
        let forms: Vec<&str> = usage.lines().map(str::trim).collect();
        parts.push(forms.join(" or "));
    }
    if parts.is_empty() {
        parts.push(format!("see `{path} --help`"));
    }
    parts.join(" ")
}

/// Returns the subcommand that a wrong name probably means. The search of clap does not find two letters in the wrong order.
fn closest_command<'c>(error: &clap::Error, command: &'c clap::Command) -> Option<&'c str> {
    let kind = ContextKind::InvalidSubcommand;
    let wrong = error
        .get(kind)
        .or_else(|| error.get(ContextKind::InvalidArg))?;
    let names = command.get_subcommands().map(clap::Command::get_name);
    closest(&wrong.to_string(), names)
}

fn quoted(value: &ContextValue) -> String {
    match value {
        ContextValue::Strings(values) => {
            let values = values.iter().map(|value| format!("'{value}'"));
            values.collect::<Vec<_>>().join(" or ")
        }
        other => format!("'{other}'"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::parse_from;
    use crate::typed_command::typed_command;

    fn message(arguments: &str) -> String {
        let error = parse_from(arguments.split(' ')).expect_err("wrong");
        let words = arguments.split(' ').map(Into::into);
        failure(&error, &typed_command(&crate::cli::command(), words)).render(false)
    }

    #[test]
    fn command_line_is_consistent() {
        crate::cli::command().debug_assert();
    }

    #[test]
    fn mistakes_are_reported_with_cause_and_hint() {
        let wrong = [
            "odd-dashboard submti",
            "odd-dashboard submit echo --wiat",
            "odd-dashboard submit",
            "odd-dashboard submit echo --queue",
            "odd-dashboard submit echo 1 2",
            "odd-dashboard submit echo --batch x",
            "odd-dashboard status --timeout 5s --timeout 6s",
            "odd-dashboard status -o xml",
            "odd-dashboard status -o jsno",
            "odd-dashboard jobs get 17",
            "odd-dashboard jobs --oldest get 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11",
            "odd-dashboard status --timeout 5",
            "odd-dashboard jobs gte",
            "odd-dashboard submit echo --priority 101",
            "odd-dashboard events --since yesterday",
            "odd-dashboard drill run nope",
            "odd-dashboard drill run flod",
            "odd-dashboard serve nope",
        ];
        insta::assert_snapshot!(wrong.map(message).join("\n"));
    }
}
