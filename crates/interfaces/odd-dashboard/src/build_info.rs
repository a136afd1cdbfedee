use serde::Serialize;

/// What this binary was built from.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BuildInfo {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    /// The abbreviated Git commit, or `unknown` for a build outside a repository.
    pub(crate) commit: &'static str,
    /// RFC 3339, UTC. `SOURCE_DATE_EPOCH` overrides it for reproducible builds.
    pub(crate) build_time: String,
    /// The compiler's version.
    pub(crate) rustc: &'static str,
    /// The target triple.
    pub(crate) target: &'static str,
}

impl BuildInfo {
    /// Returns the values that `build.rs` recorded.
    pub(crate) fn current() -> Self {
        let epoch = env!("ODD_BUILD_EPOCH").parse().unwrap_or(0);
        Self {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            commit: env!("ODD_BUILD_COMMIT"),
            build_time: jiff::Timestamp::from_second(epoch)
                .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
                .to_string(),
            rustc: env!("ODD_BUILD_RUSTC"),
            target: env!("ODD_BUILD_TARGET"),
        }
    }
}

/// The same values in one line, for `--version`.
pub(crate) const VERSION_LINE: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    " (commit ",
    env!("ODD_BUILD_COMMIT"),
    ", rustc ",
    env!("ODD_BUILD_RUSTC"),
    ", ",
    env!("ODD_BUILD_TARGET"),
    ")"
);
