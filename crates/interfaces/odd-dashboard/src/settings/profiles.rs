//! The section `profiles` of the configuration file: the deployments that commands can use, by name.

use std::collections::BTreeMap;

use toml::{Table, Value};

use crate::settings::list::{GATEWAY_URL, READ_MODEL_URL, Setting, TOKEN, TOKEN_FILE, WEB_URL};
use crate::settings::spelling::closest;

/// The name of the section.
pub(super) const SECTION: &str = "profiles";

/// The settings that a profile can have.
const SETTINGS: [Setting; 4] = [GATEWAY_URL, READ_MODEL_URL, WEB_URL, TOKEN_FILE];

/// Those that it must have: with one of them from elsewhere, a command would select jobs of one deployment and change those of
/// another.
const REQUIRED: [Setting; 2] = [GATEWAY_URL, READ_MODEL_URL];

/// Values of settings, by their dotted keys outside of profiles.
pub(super) type Profile = BTreeMap<&'static str, String>;

/// Returns the name that a setting has in a profile, if a profile can have it: `gateway_url` for `client.gateway_url`.
pub(super) fn name_in_profile(setting: &Setting) -> Option<&'static str> {
    let key = setting.key?;
    let is_known = SETTINGS.iter().any(|known| known.key == Some(key));
    key.strip_prefix("client.").filter(|_| is_known)
}

/// Returns `true` for the settings that tell where a deployment is, or give access to it.
pub(super) fn is_of_deployment(setting: &Setting) -> bool {
    setting.env == TOKEN.env || name_in_profile(setting).is_some()
}

/// Reads the section. Each key is the name of a profile, and its value a table.
///
/// # Errors
/// When a name, a key or a value is not valid; the message names the key.
pub(super) fn parse_profiles(section: &Value) -> Result<BTreeMap<String, Profile>, String> {
    let profiles = table(SECTION, section)?.iter().map(|(name, value)| {
        let key = format!("{SECTION}.{name}");
        if !is_name(name) {
            return Err(format!(
                "`{key}`: the name of a profile must be 1 to 50 of the characters A-Z a-z 0-9 . _ -"
            ));
        }
        Ok((name.clone(), parse_profile(&key, table(&key, value)?)?))
    });
    profiles.collect()
}

fn is_name(name: &str) -> bool {
    let is_allowed = |char: char| char.is_ascii_alphanumeric() || "._-".contains(char);
    (1..=50).contains(&name.len()) && name.chars().all(is_allowed)
}

fn parse_profile(key: &str, values: &Table) -> Result<Profile, String> {
    let profile = values.iter().map(|(name, value)| {
        let known = SETTINGS
            .iter()
            .find(|setting| name_in_profile(setting) == Some(name));
        let known = known
            .and_then(|setting| setting.key)
            .ok_or_else(|| unknown_key(key, name))?;
        let text = value
            .as_str()
            .ok_or_else(|| format!("`{key}.{name}` must be a string, not {}", value.type_str()))?;
        Ok((known, text.to_owned()))
    });
    let profile = profile.collect::<Result<Profile, String>>()?;
    let mut required = REQUIRED.iter().filter_map(name_in_profile);
    if let Some(missing) = required.find(|name| !values.contains_key(*name)) {
        return Err(format!(
            "`{key}` has no `{missing}`; a profile needs both URLs"
        ));
    }
    Ok(profile)
}

fn unknown_key(key: &str, name: &str) -> String {
    let names = SETTINGS.iter().filter_map(name_in_profile);
    match closest(name, names.clone()) {
        Some(known) => format!("unknown key `{key}.{name}`; did you mean `{key}.{known}`?"),
        None => format!(
            "unknown key `{key}.{name}`; a profile can have {}",
            names.collect::<Vec<_>>().join(", ")
        ),
    }
}

fn table<'v>(key: &str, value: &'v Value) -> Result<&'v Table, String> {
    let found = value.as_table();
    found.ok_or_else(|| format!("`{key}` must be a table, not {}", value.type_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<BTreeMap<String, Profile>, String> {
        let table: Table = text.parse().expect("TOML");
        parse_profiles(&table[SECTION])
    }

    #[test]
    fn profile_has_the_keys_of_the_client() {
        let profiles = parse(
            "[profiles.prod]\ngateway_url = 'https://g'\nread_model_url = 'https://r'\nweb_url = 'https://w'\ntoken_file = 't'\n",
        );
        let profiles = profiles.expect("valid");
        let prod: Vec<(&str, &str)> = profiles["prod"]
            .iter()
            .map(|(key, value)| (*key, value.as_str()))
            .collect();
        assert_eq!(
            prod,
            [
                ("client.gateway_url", "https://g"),
                ("client.read_model_url", "https://r"),
                ("client.token_file", "t"),
                ("client.web_url", "https://w")
            ]
        );
    }

    #[test]
    fn invalid_profile_is_refused_by_the_name_of_its_key() {
        for (text, expected) in [
            ("profiles = 3", "`profiles` must be a table, not integer"),
            (
                "profiles.prod = 'x'",
                "`profiles.prod` must be a table, not string",
            ),
            (
                "[profiles.prod]\ngatway_url = 'x'",
                "unknown key `profiles.prod.gatway_url`; did you mean `profiles.prod.gateway_url`?",
            ),
            (
                "[profiles.prod]\npassword = 'x'",
                "unknown key `profiles.prod.password`; a profile can have gateway_url, read_model_url, web_url, token_file",
            ),
            (
                "[profiles.prod]\ngateway_url = 3",
                "`profiles.prod.gateway_url` must be a string, not integer",
            ),
            (
                "[profiles.prod]\ngateway_url = 'x'",
                "`profiles.prod` has no `read_model_url`; a profile needs both URLs",
            ),
            (
                "[profiles.prod]\nread_model_url = 'x'",
                "`profiles.prod` has no `gateway_url`; a profile needs both URLs",
            ),
            (
                "[profiles.\"a b\"]",
                "`profiles.a b`: the name of a profile must be 1 to 50 of the characters A-Z a-z 0-9 . _ -",
            ),
        ] {
            assert_eq!(parse(text).expect_err("refused"), expected);
        }
    }
}
