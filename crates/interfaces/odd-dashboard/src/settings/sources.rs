use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::failure::Failure;
use crate::settings::list::{CONFIG, Kind, SETTINGS, Setting};

/// The environment and the configuration file, read once and checked whole.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    env: BTreeMap<String, String>,
    file: Option<File>,
}

#[derive(Debug)]
struct File {
    path: PathBuf,
    values: BTreeMap<&'static str, String>,
}

/// A value and where it came from, for messages.
pub(crate) struct Found<T = String> {
    pub(crate) value: T,
    pub(crate) origin: String,
}

impl Sources {
    /// Reads the process's environment and the file that `flag`, else `ODD_CONFIG`, names.
    ///
    /// # Errors
    /// When the file cannot be read, is no TOML, or holds a key that nobody knows or a value of the wrong type.
    pub(crate) fn load(flag: Option<&Path>) -> Result<Self, Failure> {
        let env = std::env::vars()
            .filter(|(name, _)| name.starts_with("ODD_"))
            .collect();
        Self::from_parts(env, flag)
    }

    fn from_parts(env: BTreeMap<String, String>, flag: Option<&Path>) -> Result<Self, Failure> {
        let named = env.get(CONFIG.env).filter(|text| !text.is_empty());
        let file = flag
            .map(Path::to_owned)
            .or_else(|| named.map(PathBuf::from))
            .map(File::read)
            .transpose()?;
        Ok(Self { env, file })
    }

    /// Variables that look like settings and are none, probably misspelt.
    pub(crate) fn unknown_variables(&self) -> impl Iterator<Item = &str> {
        self.env
            .keys()
            .map(String::as_str)
            .filter(|name| SETTINGS.iter().all(|setting| setting.env != *name))
    }

    /// The text that the environment, else the file, has for `setting`. An empty variable says nothing.
    pub(crate) fn find(&self, setting: &Setting) -> Option<Found> {
        if let Some(value) = self.env.get(setting.env).filter(|text| !text.is_empty()) {
            return Some(Found {
                value: value.clone(),
                origin: setting.env.to_owned(),
            });
        }
        let file = self.file.as_ref()?;
        let key = setting.key?;
        Some(Found {
            value: file.values.get(key)?.clone(),
            origin: format!("`{key}` in {}", file.path.display()),
        })
    }

    /// The flag's value, else the one found, read by `parse`.
    ///
    /// # Errors
    /// When `parse` refuses; the message names the variable or key, never the value, which may be a secret.
    pub(crate) fn read<T>(
        &self,
        setting: &Setting,
        flag: Option<T>,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, Failure> {
        if flag.is_some() {
            return Ok(flag);
        }
        self.find(setting)
            .map(|found| {
                parse(&found.value).map_err(|why| Failure::usage(format!("{} {why}", found.origin)))
            })
            .transpose()
    }

    /// The elements of a list setting.
    pub(crate) fn list(&self, setting: &Setting) -> Option<Found<Vec<String>>> {
        self.find(setting).map(|found| Found {
            value: found
                .value
                .split([',', '\n'])
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .map(str::to_owned)
                .collect(),
            origin: found.origin,
        })
    }
}

impl File {
    fn read(path: PathBuf) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(&path).map_err(|error| {
            Failure::usage(format!(
                "cannot read the configuration file {}",
                path.display()
            ))
            .cause(error)
            .hint("ODD_CONFIG or --config names it")
        })?;
        let values = parse(&text).map_err(|why| {
            Failure::usage(format!(
                "the configuration file {} is wrong",
                path.display()
            ))
            .cause(why)
        })?;
        Ok(Self { path, values })
    }
}

/// The file's values as text by dotted key.
fn parse(text: &str) -> Result<BTreeMap<&'static str, String>, String> {
    let table: Table = text.parse().map_err(|error: toml::de::Error| {
        let line = error
            .span()
            .map_or(0, |span| text[..span.start].matches('\n').count() + 1);
        format!("line {line}: {}", error.message())
    })?;
    let mut values = BTreeMap::new();
    walk(&table, "", &mut values)?;
    Ok(values)
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
        (Kind::List, Value::Array(items)) => items
            .iter()
            .map(|item| item.as_str().filter(|text| !text.contains([',', '\n'])))
            .collect::<Option<Vec<_>>>()
            .map(|items| items.join("\n")),
        _ => None,
    }
}

fn wrong_type(key: &str, kind: Kind, value: &Value) -> String {
    let wanted = match kind {
        Kind::Text => "a string",
        Kind::Integer => "a whole number",
        Kind::List => "an array of strings without commas",
    };
    format!("`{key}` must be {wanted}, not {}", value.type_str())
}

fn unknown_key(key: &str) -> String {
    let keys = SETTINGS.iter().filter_map(|setting| setting.key);
    let sections = keys.clone().filter_map(|key| Some(key.split_once('.')?.0));
    match closest(key, keys.chain(sections)) {
        Some(known) => format!("unknown key `{key}`; did you mean `{known}`?"),
        None => format!("unknown key `{key}`"),
    }
}

/// The setting's variable that `name` was probably meant to be.
pub(crate) fn closest_variable(name: &str) -> Option<&'static str> {
    closest(name, SETTINGS.iter().map(|setting| setting.env))
}

/// The candidate that `name` was probably meant to be: at most a third of it is different.
fn closest(name: &str, known: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    known
        .map(|known| (edit_distance(name, known), known))
        .min()
        .filter(|(distance, _)| distance * 3 <= name.len())
        .map(|(_, known)| known)
}

/// Levenshtein's distance, by the two-row method of Wagner and Fischer.
fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (row, from) in a.chars().enumerate() {
        let mut current = vec![row + 1];
        for (column, to) in b.iter().enumerate() {
            let replaced = above[column] + usize::from(from != *to);
            current.push(replaced.min(above[column + 1] + 1).min(current[column] + 1));
        }
        above = current;
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::list::{GATEWAY_ADDR, PROCESS_RUN_ALLOW, WORKER_CONCURRENCY};

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

    #[test]
    fn environment_beats_file_and_flag_beats_both() {
        let sources = Sources {
            env: BTreeMap::from([("ODD_GATEWAY_ADDR".to_owned(), "env".to_owned())]),
            file: Some(File {
                path: "x.toml".into(),
                values: parse("[gateway]\naddr = 'file'\n[processor]\nconcurrency = 3")
                    .expect("valid"),
            }),
        };
        let read = |flag: Option<&str>| {
            sources
                .read(&GATEWAY_ADDR, flag.map(str::to_owned), |text| {
                    Ok(text.to_owned())
                })
                .expect("valid")
        };
        assert_eq!(read(Some("flag")).as_deref(), Some("flag"));
        assert_eq!(read(None).as_deref(), Some("env"));
        let found = sources.find(&WORKER_CONCURRENCY).expect("in the file");
        assert_eq!(
            (found.value.as_str(), found.origin.as_str()),
            ("3", "`processor.concurrency` in x.toml")
        );
        assert!(sources.find(&PROCESS_RUN_ALLOW).is_none());
    }

    #[test]
    fn misspelt_variable_is_noticed() {
        let env = BTreeMap::from([("ODD_GATWAY_ADDR".to_owned(), String::new())]);
        let sources = Sources { env, file: None };
        assert_eq!(
            sources.unknown_variables().collect::<Vec<_>>(),
            ["ODD_GATWAY_ADDR"]
        );
        assert_eq!(
            closest_variable("ODD_GATWAY_ADDR"),
            Some("ODD_GATEWAY_ADDR")
        );
    }
}
