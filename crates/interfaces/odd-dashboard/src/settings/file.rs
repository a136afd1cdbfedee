use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::failure::Failure;
use crate::settings::found::Found;
use crate::settings::list::{Kind, SETTINGS, Setting};
use crate::settings::sections::{NAMES, Sections};
use crate::settings::spelling::closest;

/// A configuration file whose keys and types have been checked.
#[derive(Debug)]
pub(super) struct File {
    pub(super) path: PathBuf,
    /// Values as text, by dotted key.
    pub(super) values: BTreeMap<&'static str, String>,
    /// The sections that are not settings.
    pub(super) sections: Sections,
}

impl File {
    /// # Errors
    /// When the file cannot be read or is not TOML, or contains an unknown key or a value of the wrong type.
    pub(super) fn read(path: PathBuf) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(&path).map_err(|error| unreadable(&path, error))?;
        Self::from_text(path, &text)
    }

    /// Like [`Self::read`]; returns `None` if there is no such file.
    pub(super) fn read_if_present(path: PathBuf) -> Result<Option<Self>, Failure> {
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::from_text(path, &text).map(Some),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(unreadable(&path, error)),
        }
    }

    /// Returns the value of `setting`.
    pub(super) fn find(&self, setting: &Setting) -> Option<Found> {
        let key = setting.key?;
        Some(Found {
            value: self.values.get(key)?.clone(),
            origin: format!("`{key}` in {}", self.path.display()),
        })
    }

    fn from_text(path: PathBuf, text: &str) -> Result<Self, Failure> {
        let (values, sections) = parse(text).map_err(|why| {
            Failure::usage(format!(
                "the configuration file {} is not valid",
                path.display()
            ))
            .cause(why)
        })?;
        Ok(Self {
            path,
            values,
            sections,
        })
    }
}

fn unreadable(path: &Path, error: std::io::Error) -> Failure {
    let file = path.display();
    Failure::usage(format!("cannot read the configuration file {file}"))
        .cause(error)
        .hint("set ODD_CONFIG or --config to the file")
}

/// Returns the values of the file as text, by dotted key, and the other sections.
fn parse(text: &str) -> Result<(BTreeMap<&'static str, String>, Sections), String> {
    let mut table: Table = text.parse().map_err(|error: toml::de::Error| {
        let line = error
            .span()
            .map_or(0, |span| text[..span.start].matches('\n').count() + 1);
        format!("line {line}: {}", error.message())
    })?;
    let sections = Sections::take(&mut table)?;
    let mut values = BTreeMap::new();
    walk(&table, "", &mut values)?;
    Ok((values, sections))
}

fn walk(
    table: &Table,
    prefix: &str,
    values: &mut BTreeMap<&'static str, String>,
) -> Result<(), String> {
    for (name, value) in table {
        let key = format!("{prefix}{name}");
        let known = SETTINGS
            .iter()
            .find_map(|setting| Some((setting.key.filter(|known| *known == key)?, setting.kind)));
        match (known, value) {
            (Some((known, kind)), value) => {
                let text = text_of(value, kind).ok_or_else(|| wrong_type(&key, kind, value))?;
                values.insert(known, text);
            }
            (None, Value::Table(section)) if is_section(&key) => {
                walk(section, &format!("{key}."), values)?;
            }
            (None, _) => return Err(unknown_key(&key)),
        }
    }
    Ok(())
}

fn is_section(name: &str) -> bool {
    SETTINGS
        .iter()
        .filter_map(|setting| setting.key)
        .any(|key| {
            key.strip_prefix(name)
                .is_some_and(|rest| rest.starts_with('.'))
        })
}

fn text_of(value: &Value, kind: Kind) -> Option<String> {
    match (kind, value) {
        (Kind::Text, Value::String(text)) => Some(text.clone()),
        (Kind::Integer, Value::Integer(number)) => Some(number.to_string()),
        (Kind::Boolean, Value::Boolean(value)) => Some(value.to_string()),
        (Kind::List, Value::Array(items)) => items
            .iter()
            .map(|item| item.as_str().filter(|text| !text.contains([',', '\n'])))
            .collect::<Option<Vec<_>>>()
            .map(|items| items.join("\n")),
        _ => None,
    }
}

fn wrong_type(key: &str, kind: Kind, value: &Value) -> String {
    let expected = match kind {
        Kind::Text => "a string",
        Kind::Integer => "a whole number",
        Kind::Boolean => "true or false",
        Kind::List => "an array of strings without commas",
    };
    format!("`{key}` must be {expected}, not {}", value.type_str())
}

fn unknown_key(key: &str) -> String {
    let keys = SETTINGS.iter().filter_map(|setting| setting.key);
    let sections = keys.clone().filter_map(|key| Some(key.split_once('.')?.0));
    let sections = sections.chain(NAMES);
    match closest(key, keys.chain(sections)) {
        Some(known) => format!("unknown key `{key}`; did you mean `{known}`?"),
        None => format!("unknown key `{key}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_key_is_refused_by_its_full_name() {
        assert_eq!(
            parse("[gateway]\nadr = '127.0.0.1:1'").expect_err("unknown"),
            "unknown key `gateway.adr`; did you mean `gateway.addr`?"
        );
        assert_eq!(
            parse("[gatway]\naddr = 'x'").expect_err("unknown"),
            "unknown key `gatway`; did you mean `gateway`?"
        );
        assert_eq!(
            parse("[nonsense]\na = 1").expect_err("unknown"),
            "unknown key `nonsense`"
        );
        assert_eq!(
            parse("[objective.report]\nratio = 0.9").expect_err("unknown"),
            "unknown key `objective`; did you mean `objectives`?"
        );
        assert_eq!(
            parse("[profile.prod]\ngateway_url = 'x'").expect_err("unknown"),
            "unknown key `profile`; did you mean `profiles`?"
        );
    }

    #[test]
    fn wrong_type_is_refused_by_its_full_name() {
        for text in [
            "[processor]\nconcurrency = 'many'",
            "[processor]\nconcurrency = '4'",
            "[processor]\nconcurrency = 1.5",
            "[processor.concurrency]\na = 1",
        ] {
            let why = parse(text).expect_err("wrong type");
            assert!(
                why.starts_with("`processor.concurrency` must be a whole number, not "),
                "{why}"
            );
        }
        let why = parse("gateway = 3").expect_err("a section");
        assert!(why.contains("`gateway`"), "{why}");
    }
}
