/// What values a setting takes, in the configuration file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A string.
    Text,
    /// A whole number.
    Integer,
    /// An array of strings; comma-separated in the environment.
    List,
}

/// One thing that can be configured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting {
    /// The environment variable.
    pub(crate) env: &'static str,
    /// The dotted key in the configuration file; absent where a file must not say it.
    pub(crate) key: Option<&'static str>,
    /// What values it takes.
    pub(crate) kind: Kind,
    /// What holds when nothing is said; shown in the reference.
    pub(crate) default: &'static str,
    /// One sentence for the reference.
    pub(crate) meaning: &'static str,
}

/// Defines one.
pub(super) const fn setting(
    env: &'static str,
    key: Option<&'static str>,
    kind: Kind,
    default: &'static str,
    meaning: &'static str,
) -> Setting {
    Setting {
        env,
        key,
        kind,
        default,
        meaning,
    }
}
