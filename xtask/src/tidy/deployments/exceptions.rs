use std::collections::BTreeMap;

use serde::Deserialize;

use crate::tidy::source_file::find;
use crate::tidy::{Finding, SourceFile};

pub(super) const FILE: &str = "infra/parity.toml";

/// What may differ between the deployments, and the settings that neither sets.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Exceptions {
    #[serde(default)]
    pub(super) differences: Vec<Difference>,
    /// Variables with the reason.
    #[serde(default)]
    pub(super) left_out: BTreeMap<String, String>,
}

/// A variable or a port of a service that only one deployment has.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Difference {
    pub(super) service: String,
    pub(super) variable: Option<String>,
    pub(super) port: Option<u16>,
    pub(super) reason: String,
}

/// Reads the exceptions. Each needs a reason.
///
/// # Errors
/// If the file is missing or malformed, or a reason is empty.
pub(super) fn read(files: &[SourceFile]) -> Result<Exceptions, Finding> {
    let file = find(files, FILE).ok_or_else(|| Finding::error(FILE, "is missing"))?;
    let exceptions: Exceptions = toml::from_str(&file.text)
        .map_err(|error| Finding::error(FILE, format!("malformed: {error}")))?;
    let mut reasons = exceptions.differences.iter().map(|it| &it.reason);
    if reasons.any(String::is_empty) || exceptions.left_out.values().any(String::is_empty) {
        return Err(Finding::error(FILE, "has an exception without a reason"));
    }
    Ok(exceptions)
}
