//! The section `tui` of the configuration file: how the terminal interface looks, its keys, and the commands of the user.

use std::collections::BTreeMap;

use odd_tui::{BINDINGS, Chord, Colours, InvalidKeys, Keymap, UserCommand};
use toml::{Table, Value};

use crate::settings::spelling::closest;

/// The name of the section.
pub(super) const SECTION: &str = "tui";

/// The keys of the section, and of a command.
const KEYS: [&str; 6] = ["theme", "ascii", "motion", "mouse", "keys", "commands"];
const COMMAND_KEYS: [&str; 4] = ["key", "name", "argv", "wait"];

/// The colours by name.
const THEMES: [(&str, Colours); 4] = [
    ("dark", Colours::Dark),
    ("light", Colours::Light),
    ("sixteen", Colours::Sixteen),
    ("none", Colours::None),
];

/// The content of the section.
#[derive(Debug, Clone, Default)]
pub(crate) struct TuiSettings {
    pub(crate) theme: Option<Colours>,
    pub(crate) ascii: Option<bool>,
    pub(crate) motion: Option<bool>,
    pub(crate) mouse: Option<bool>,
    pub(crate) keymap: Keymap,
    pub(crate) commands: Vec<UserCommand>,
}

/// Reads the section.
///
/// # Errors
/// When a key or a value is not valid; the message names the key.
pub(super) fn parse_tui(section: &Value) -> Result<TuiSettings, String> {
    let table = table(SECTION, section)?;
    refuse_unknown(SECTION, table, &KEYS)?;
    let keymap = keymap(table.get("keys"))?;
    let commands = commands(table.get("commands"))?;
    UserCommand::check_all(&commands, &keymap)
        .map_err(|why| format!("`{SECTION}.commands`: {why}"))?;
    Ok(TuiSettings {
        theme: theme(table.get("theme"))?,
        ascii: boolean(SECTION, table, "ascii")?,
        motion: boolean(SECTION, table, "motion")?,
        mouse: boolean(SECTION, table, "mouse")?,
        keymap,
        commands,
    })
}

fn theme(value: Option<&Value>) -> Result<Option<Colours>, String> {
    let Some(value) = value else {
        return Ok(None);
    };
    let name = string("tui.theme", value)?;
    let found = THEMES.iter().find(|(known, _)| *known == name);
    let names = THEMES.map(|(name, _)| name).join(", ");
    found
        .map(|(_, colours)| Some(*colours))
        .ok_or_else(|| format!("`tui.theme` must be one of {names}"))
}

fn keymap(value: Option<&Value>) -> Result<Keymap, String> {
    let Some(value) = value else {
        return Ok(Keymap::default());
    };
    let keys = table("tui.keys", value)?.iter().map(|(name, value)| {
        let key = format!("tui.keys.{name}");
        let keys = match value.as_str() {
            Some(text) => vec![text.to_owned()],
            None => strings(&key, value)?,
        };
        Ok((name.clone(), keys))
    });
    let keys = keys.collect::<Result<BTreeMap<_, _>, String>>()?;
    Keymap::with(&keys).map_err(|why| match &why {
        InvalidKeys::UnknownAction { name } => {
            let names = BINDINGS.iter().map(|binding| binding.name);
            unknown_key("tui.keys", name, closest(name, names))
        }
        InvalidKeys::NotAKey { name, .. } => {
            let must =
                "must be a key such as `g`, `G`, `ctrl-q`, `space`, `enter`, `shift-tab` or `f5`";
            format!("`tui.keys.{name}` {must}")
        }
        InvalidKeys::Conflict { .. } => format!("`tui.keys`: {why}"),
    })
}

fn commands(value: Option<&Value>) -> Result<Vec<UserCommand>, String> {
    let Some(value) = value else {
        return Ok(Vec::new());
    };
    let entries = array("tui.commands", value)?.iter().enumerate();
    entries
        .map(|(index, value)| command(&format!("tui.commands[{index}]"), value))
        .collect()
}

fn command(key: &str, value: &Value) -> Result<UserCommand, String> {
    let command = table(key, value)?;
    refuse_unknown(key, command, &COMMAND_KEYS)?;
    let field = |name: &str| {
        let value = command.get(name);
        value.ok_or_else(|| format!("`{key}` has no `{name}`"))
    };
    let chord = string(&format!("{key}.key"), field("key")?)?;
    let chord = chord
        .parse::<Chord>()
        .map_err(|why| format!("`{key}.key` {why}"))?;
    Ok(UserCommand {
        key: chord,
        name: string(&format!("{key}.name"), field("name")?)?,
        argv: strings(&format!("{key}.argv"), field("argv")?)?,
        wait: boolean(key, command, "wait")?.unwrap_or(false),
    })
}

fn refuse_unknown(section: &str, table: &Table, known: &[&'static str]) -> Result<(), String> {
    let unknown = table.keys().find(|name| !known.contains(&name.as_str()));
    match unknown {
        None => Ok(()),
        Some(name) => {
            let meant = closest(name, known.iter().copied());
            Err(unknown_key(section, name, meant))
        }
    }
}

fn unknown_key(section: &str, name: &str, meant: Option<&str>) -> String {
    match meant {
        Some(meant) => {
            format!("unknown key `{section}.{name}`; did you mean `{section}.{meant}`?")
        }
        None => format!("unknown key `{section}.{name}`"),
    }
}

fn boolean(section: &str, table: &Table, name: &str) -> Result<Option<bool>, String> {
    let Some(value) = table.get(name) else {
        return Ok(None);
    };
    let found = value.as_bool();
    found
        .map(Some)
        .ok_or_else(|| wrong_type(&format!("{section}.{name}"), "true or false", value))
}

fn string(key: &str, value: &Value) -> Result<String, String> {
    let text = value.as_str();
    text.map(str::to_owned)
        .ok_or_else(|| wrong_type(key, "a string", value))
}

fn strings(key: &str, value: &Value) -> Result<Vec<String>, String> {
    let texts = array(key, value)?.iter();
    let texts = texts.map(|item| item.as_str().map(str::to_owned));
    texts
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| format!("`{key}` must be an array of strings"))
}

fn array<'v>(key: &str, value: &'v Value) -> Result<&'v Vec<Value>, String> {
    let items = value.as_array();
    items.ok_or_else(|| wrong_type(key, "an array", value))
}

fn table<'v>(key: &str, value: &'v Value) -> Result<&'v Table, String> {
    let found = value.as_table();
    found.ok_or_else(|| wrong_type(key, "a table", value))
}

fn wrong_type(key: &str, expected: &str, value: &Value) -> String {
    format!("`{key}` must be {expected}, not {}", value.type_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<TuiSettings, String> {
        let table: Table = text.parse().expect("TOML");
        parse_tui(&table[SECTION])
    }

    #[test]
    fn section_sets_the_look_the_keys_and_commands() {
        let settings = parse(
            "[tui]\ntheme = 'light'\nascii = true\nmotion = false\n[tui.keys]\nquit = 'ctrl-d'\nrefresh = ['r', 'f5']\n\
             [[tui.commands]]\nkey = 'ctrl-l'\nname = 'logs'\nargv = ['journalctl', '{id}']\nwait = true",
        );
        let settings = settings.expect("valid");
        assert_eq!(settings.theme, Some(Colours::Light));
        assert_eq!(
            (settings.ascii, settings.motion, settings.mouse),
            (Some(true), Some(false), None)
        );
        assert_eq!(settings.commands.len(), 1);
        assert_eq!(settings.commands[0].argv, ["journalctl", "{id}"]);
        assert!(settings.commands[0].wait);
    }

    #[test]
    fn mistake_is_refused_by_the_name_of_its_key() {
        for (text, expected) in [
            ("tui = 3", "`tui` must be a table, not integer"),
            (
                "[tui]\ntheem = 'x'",
                "unknown key `tui.theem`; did you mean `tui.theme`?",
            ),
            (
                "[tui]\ntheme = 'blue'",
                "`tui.theme` must be one of dark, light, sixteen, none",
            ),
            (
                "[tui]\nmouse = 'yes'",
                "`tui.mouse` must be true or false, not string",
            ),
            (
                "[tui.keys]\nqiut = 'q'",
                "unknown key `tui.keys.qiut`; did you mean `tui.keys.quit`?",
            ),
            (
                "[tui.keys]\nquit = 'qq'",
                "`tui.keys.quit` must be a key such as `g`, `G`, `ctrl-q`, `space`, `enter`, `shift-tab` or `f5`",
            ),
            (
                "[tui.keys]\nquit = [3]",
                "`tui.keys.quit` must be an array of strings",
            ),
            (
                "[tui.keys]\nhelp = 'q'",
                "`tui.keys`: `q` is the key of both `help` and `quit`",
            ),
            (
                "[[tui.commands]]\nkey = 'L'\nname = 'x'",
                "`tui.commands[0]` has no `argv`",
            ),
            (
                "[[tui.commands]]\nkey = 'ctrl-l'\nname = 'x'\nargs = []",
                "unknown key `tui.commands[0].args`; did you mean `tui.commands[0].argv`?",
            ),
            (
                "[[tui.commands]]\nkey = 'ctrl-l'\nname = 'x'\nargv = []",
                "`tui.commands`: `argv` of `x` must begin with a program, without placeholders",
            ),
        ] {
            assert_eq!(parse(text).expect_err("refused"), expected, "{text}");
        }
    }
}
