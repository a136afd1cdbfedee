use std::error::Error as _;
use std::io::{IsTerminal, Write};

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::exit::Exit;
use crate::failure::Failure;

/// Prints help and version as clap renders them, and mistakes in the format of every other error.
pub(crate) fn report(error: &clap::Error) -> Exit {
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
            let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
            let _ = std::io::stderr()
                .lock()
                .write_all(failure(error).render(colour).as_bytes());
            Exit::Usage
        }
    }
}

fn failure(error: &clap::Error) -> Failure {
    let mut failure = Failure::usage(what(error)).hint(hint(error));
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

fn hint(error: &clap::Error) -> String {
    let suggested = [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
    ];
    let suggested = suggested.iter().filter_map(|kind| error.get(*kind));
    let mut parts: Vec<String> = suggested
        .map(|value| format!("did you mean {}?", quoted(value)))
        .collect();
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
        parts.push("see `odd-dashboard --help`".to_owned());
    }
    parts.join(" ")
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

    fn message(arguments: &str) -> String {
        let error = parse_from(arguments.split(' ')).expect_err("wrong");
        failure(&error).render(false)
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
        ];
        insta::assert_snapshot!(wrong.map(message).join("\n"));
    }
}
