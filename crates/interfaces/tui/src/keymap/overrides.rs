use std::collections::BTreeMap;

use super::{Action, BINDINGS, Binding, Chord, Scope};

/// The keys after the changes of the configuration file.
#[derive(Debug, Clone)]
pub struct Keymap {
    /// One entry for each binding, in the order of the table.
    chords: Vec<Vec<Chord>>,
}

/// A configuration of keys that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKeys {
    /// There is no action of this name.
    #[error("unknown action `{name}`")]
    UnknownAction {
        /// The name.
        name: String,
    },
    /// This is not the name of a key.
    #[error("`{key}` for `{name}` is not a key")]
    NotAKey {
        /// The action.
        name: String,
        /// The text.
        key: String,
    },
    /// Two actions that are possible at the same time have the same key.
    #[error("`{key}` is the key of both `{first}` and `{second}`")]
    Conflict {
        /// The key.
        key: String,
        /// An action.
        first: &'static str,
        /// Another action.
        second: &'static str,
    },
}

impl Default for Keymap {
    fn default() -> Self {
        Self {
            chords: BINDINGS.iter().map(default_chords).collect(),
        }
    }
}

impl Keymap {
    /// Returns the default keys with those of `overrides`, by the name of the action. An empty list removes every key.
    ///
    /// # Errors
    /// When a name or a key does not exist, or two actions of one scope have the same key.
    pub fn with(overrides: &BTreeMap<String, Vec<String>>) -> Result<Self, InvalidKeys> {
        let mut keymap = Self::default();
        for (name, keys) in overrides {
            let index = BINDINGS
                .iter()
                .position(|binding| binding.name == name)
                .ok_or_else(|| InvalidKeys::UnknownAction { name: name.clone() })?;
            let chords = keys.iter().map(|key| {
                key.parse().map_err(|_| InvalidKeys::NotAKey {
                    name: name.clone(),
                    key: key.clone(),
                })
            });
            keymap.chords[index] = chords.collect::<Result<_, _>>()?;
        }
        keymap.check()?;
        Ok(keymap)
    }

    fn check(&self) -> Result<(), InvalidKeys> {
        let mut seen: Vec<(Scope, Chord, &'static str)> = Vec::new();
        for (binding, chord) in self.pairs() {
            let conflict = seen
                .iter()
                .find(|(scope, known, _)| are_together(*scope, binding.scope) && *known == chord);
            if let Some((_, _, first)) = conflict {
                return Err(InvalidKeys::Conflict {
                    key: chord.to_string(),
                    first,
                    second: binding.name,
                });
            }
            seen.push((binding.scope, chord, binding.name));
        }
        Ok(())
    }

    /// Returns what `chord` does in the first of `scopes` that has a binding for it.
    pub(crate) fn binding(&self, chord: Chord, scopes: &[Scope]) -> Option<&'static Binding> {
        scopes.iter().find_map(|scope| {
            self.pairs()
                .find(|(binding, known)| binding.scope == *scope && *known == chord)
                .map(|(binding, _)| binding)
        })
    }

    /// Returns the name of the first binding that has a key.
    pub(crate) fn name_of(&self, chord: Chord) -> Option<&'static str> {
        let mut pairs = self.pairs();
        pairs
            .find(|(_, known)| *known == chord)
            .map(|(binding, _)| binding.name)
    }

    /// Returns the keys of a binding.
    pub(crate) fn keys(&self, index: usize) -> &[Chord] {
        &self.chords[index]
    }

    /// Returns the first key of an action, for messages such as "press n".
    pub(crate) fn key_of(&self, action: Action) -> String {
        self.pairs()
            .find(|(binding, _)| binding.action == action)
            .map_or_else(|| ":".to_owned(), |(_, chord)| chord.to_string())
    }

    fn pairs(&self) -> impl Iterator<Item = (&'static Binding, Chord)> {
        BINDINGS
            .iter()
            .zip(&self.chords)
            .flat_map(|(binding, chords)| chords.iter().map(move |chord| (binding, *chord)))
    }
}

/// Whether neither of two scopes is there to replace keys of the other.
fn are_together(one: Scope, other: Scope) -> bool {
    let is_common = |scope| matches!(scope, Scope::Table | Scope::Global);
    one == other || (is_common(one) && is_common(other))
}

fn default_chords(binding: &Binding) -> Vec<Chord> {
    let keys = binding.keys.iter();
    keys.map(|key| key.parse().expect("the table contains keys"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overrides(pairs: &[(&str, &[&str])]) -> BTreeMap<String, Vec<String>> {
        let pairs = pairs.iter();
        pairs
            .map(|(name, keys)| {
                let keys = keys.iter().map(|key| (*key).to_owned());
                ((*name).to_owned(), keys.collect())
            })
            .collect()
    }

    #[test]
    fn default_keys_are_valid_and_names_are_unique() {
        let keymap = Keymap::with(&BTreeMap::new()).expect("no conflict");
        assert_eq!(keymap.key_of(Action::Quit), "q");
        let mut names: Vec<_> = BINDINGS.iter().map(|binding| binding.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), BINDINGS.len());
    }

    #[test]
    fn specific_scope_comes_first() {
        let keymap = Keymap::default();
        let tab = "tab".parse().expect("a key");
        let action = |scopes: &[Scope]| keymap.binding(tab, scopes).map(|found| found.action);
        assert_eq!(action(&[Scope::Global]), Some(Action::NextView));
        assert_eq!(
            action(&[Scope::Detail, Scope::Global]),
            Some(Action::NextSection)
        );
    }

    #[test]
    fn keys_of_the_configuration_replace_the_defaults() {
        let keymap = Keymap::with(&overrides(&[("quit", &["ctrl-d"])])).expect("valid");
        assert_eq!(keymap.key_of(Action::Quit), "ctrl-d");
        let q = "q".parse().expect("a key");
        assert!(keymap.binding(q, &[Scope::Global]).is_none());
    }

    #[test]
    fn mistakes_in_the_configuration_are_named() {
        let error = |pairs| {
            Keymap::with(&overrides(pairs))
                .expect_err("wrong")
                .to_string()
        };
        assert_eq!(error(&[("qiut", &["q"])]), "unknown action `qiut`");
        assert_eq!(error(&[("quit", &["qq"])]), "`qq` for `quit` is not a key");
        assert_eq!(
            error(&[("help", &["q"])]),
            "`q` is the key of both `help` and `quit`"
        );
    }

    #[test]
    fn key_that_another_one_would_hide_is_refused() {
        let error = Keymap::with(&overrides(&[("freeze", &["j"])])).expect_err("`j` moves down");
        assert_eq!(
            error.to_string(),
            "`j` is the key of both `down` and `freeze`"
        );
    }
}
