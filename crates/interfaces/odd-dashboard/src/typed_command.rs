use std::ffi::OsString;

/// Returns the command that the arguments name, as far as they name one: `odd-dashboard jobs list` and its definition.
pub(crate) fn typed_command(
    root: &clap::Command,
    arguments: impl IntoIterator<Item = OsString>,
) -> (String, clap::Command) {
    let (mut command, mut path) = (root, root.get_name().to_owned());
    let mut arguments = arguments.into_iter().skip(1);
    while let Some(argument) = arguments.next() {
        let Some(text) = argument.to_str() else {
            break;
        };
        if let Some(option) = text.strip_prefix('-') {
            if takes_next(root, option) || takes_next(command, option) {
                arguments.next();
            }
            continue;
        }
        let Some(subcommand) = command.find_subcommand(text) else {
            break;
        };
        command = subcommand;
        path.push_str(&format!(" {text}"));
    }
    (path, command.clone())
}

/// Returns `true` if the next argument is the value of `option`, which lacks its first dash.
fn takes_next(command: &clap::Command, option: &str) -> bool {
    let mut known = command.get_arguments();
    known.any(|argument| {
        let is_long = argument
            .get_long()
            .is_some_and(|name| option.strip_prefix('-') == Some(name));
        let short = argument.get_short().map(String::from);
        let is_short = short.is_some_and(|name| option == name);
        (is_long || is_short) && argument.get_action().takes_values()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_options_are_not_commands() {
        let path = |line: &str| {
            let words = line.split(' ').map(OsString::from);
            typed_command(&crate::cli::command(), words).0
        };
        for (line, expected) in [
            ("odd-dashboard", "odd-dashboard"),
            ("odd-dashboard submit jobs", "odd-dashboard submit"),
            (
                "odd-dashboard --profile jobs -o json dlq list",
                "odd-dashboard dlq list",
            ),
            (
                "odd-dashboard --profile=jobs jobs gte",
                "odd-dashboard jobs",
            ),
            (
                "odd-dashboard jobs --status list get x",
                "odd-dashboard jobs get",
            ),
        ] {
            assert_eq!(path(line), expected, "{line}");
        }
    }
}
