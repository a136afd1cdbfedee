/// The type of a setting in the configuration file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A string.
    Text,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// An array of strings; comma-separated in the environment.
    List,
}

/// A setting.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting {
    /// The environment variable.
    pub(crate) env: &'static str,
    /// The dotted key in the configuration file; `None` for settings that a file cannot have.
    pub(crate) key: Option<&'static str>,
    /// Its type.
    pub(crate) kind: Kind,
    /// The default, as text for the reference.
    pub(crate) default: &'static str,
    /// Its description in one sentence, for `--help`.
    pub(crate) summary: &'static str,
    /// Further sentences for the reference. May be empty.
    details: &'static str,
}

impl Setting {
    /// Returns the description for the reference.
    pub(crate) fn description(&self) -> String {
        format!("{} {}", self.summary, self.details)
            .trim_end()
            .to_owned()
    }
}

/// Defines a setting.
pub(super) const fn setting(
    env: &'static str,
    key: Option<&'static str>,
    kind: Kind,
    default: &'static str,
    summary: &'static str,
    details: &'static str,
) -> Setting {
    Setting {
        env,
        key,
        kind,
        default,
        summary,
        details,
    }
}
