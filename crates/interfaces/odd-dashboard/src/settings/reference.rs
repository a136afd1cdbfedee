//! The reference page of the configuration, generated from the list of settings.

use std::fmt::Write;

use crate::settings::list::{Kind, SETTINGS};

const INTRODUCTION: &str = "\
# Configuration

<!-- Generated from crates/interfaces/odd-dashboard/src/settings/list.rs. After a change there run
     `UPDATE_REFERENCE=1 cargo test -p odd-dashboard --bin odd-dashboard reference`. -->

Every setting is an environment variable, and most can also be in a TOML file that `ODD_CONFIG` or `--config`
names. If neither names one, the program reads the default file, if it exists: `odd-dashboard/config.toml` in
`$XDG_CONFIG_HOME` (by default `~/.config`), on Windows in `%APPDATA%`. `ODD_CONFIG=/dev/null` reads none. Many settings have a flag too (see the
[command line](cli.md)). A flag overrides the environment, the environment overrides the file, and the file overrides
the default. An empty variable counts as unset. An unknown key or a value of the wrong type stops the program with
exit code 2 and a message that names the key.

| Variable | Key in the file | Type | Default | Meaning |
| --- | --- | --- | --- | --- |
";

const OUTRO: &str = "
Lists are arrays of strings in the file, and separated by commas in the environment. `NO_COLOR`, when set and
not empty, disables colour; `--color` overrides it. Secrets cannot be passed on the command line, where other users
of the machine could see them.

The file can also have objectives of job types, one table for each type, at most 100:

| Key in the file | Type | Meaning |
| --- | --- | --- |
| `objectives.TYPE.ratio` | number | Share of the jobs that should meet the objective, between 0 and 1. |
| `objectives.TYPE.within` | string | Time within which a job should complete, such as `30s` or `5m`. It begins at the submission, or at `runAt` if that is later. |

Processors count the jobs that meet their objective and those that miss it, because they complete late or fail
(see the [metrics](metrics.md)). Cancelled jobs do not count, and neither do runs that an operator started. Write
a type with a dot in quotes: `[objectives.\"http.request\"]`.

## Profiles

A profile has a name, and tells commands where a deployment is. Each is one table of the file:

```toml
[profiles.prod]
gateway_url = \"https://jobs.example/gateway\"
read_model_url = \"https://jobs.example/read-model\"
token_file = \"prod.token\"
```

| Key in the file | Meaning |
| --- | --- |
| `profiles.NAME.gateway_url` | As `client.gateway_url`. Required. |
| `profiles.NAME.read_model_url` | As `client.read_model_url`. Required. |
| `profiles.NAME.web_url` | As `client.web_url`. |
| `profiles.NAME.token_file` | As `client.token_file`. A relative path begins at the directory of the configuration file. |

`--profile NAME`, `ODD_PROFILE` or `client.profile` selects one. Where a command finds each of the four values, the first
that exists:

1. its flag, such as `--gateway-url`
2. its variable, such as `ODD_GATEWAY_URL`; for the token `ODD_TOKEN`, then `ODD_TOKEN_FILE`; no variable with `--profile`
3. the profile; without one, the key under `client` in the file
4. the default, which is no token

So `--profile staging` never sends a token that belongs to another deployment: neither a variable nor `client.token_file`
is used in its place. The [terminal interface](../guides/start-from-the-terminal.md) connects to a profile by the same rule.

The name of a profile has 1 to 50 of the characters A-Z, a-z, 0-9, `.`, `_` and `-`. A profile that does not exist stops
the program with exit code 2 and a message that lists those that do.

## Terminal interface

The section `tui` has the look, the keys and own commands of the [terminal interface](tui.md#configuration).

## Example

```toml
data_dir = \"/var/lib/odd-dashboard\"

[gateway]
addr = \"127.0.0.1:3000\"

[processor]
concurrency = 32

[process_run]
allow = [\"/usr/bin/convert\"]

[retention]
days = 30

[objectives.report]
ratio = 0.99
within = \"30s\"
```
";

/// Renders the whole page.
fn render_reference() -> String {
    let mut page = INTRODUCTION.to_owned();
    for setting in SETTINGS {
        let key = setting
            .key
            .map_or_else(|| "none".to_owned(), |key| format!("`{key}`"));
        let kind = match setting.kind {
            Kind::Text => "string",
            Kind::Integer => "integer",
            Kind::Boolean => "boolean",
            Kind::List => "list",
        };
        writeln!(
            page,
            "| `{}` | {key} | {kind} | {} | {} |",
            setting.env,
            setting.default,
            setting.description()
        )
        .expect("writing to a String cannot fail");
    }
    page.push_str(OUTRO);
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reference_page_is_up_to_date() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../docs/reference/configuration.md"
        );
        if std::env::var_os("UPDATE_REFERENCE").is_some() {
            std::fs::write(path, render_reference()).expect("the page can be written");
        }
        let page = std::fs::read_to_string(path).expect("the page exists");
        assert_eq!(page, render_reference(), "see the comment at its top");
    }
}
