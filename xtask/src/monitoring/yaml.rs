use std::fs;
use std::path::Path;

use anyhow::Context;
use serde_json::Value;

/// Reads a YAML file.
pub(super) fn read_yaml(file: &Path) -> anyhow::Result<Value> {
    let text = fs::read_to_string(file);
    let text = text.with_context(|| format!("cannot read {}", file.display()))?;
    serde_saphyr::from_str(&text).with_context(|| format!("{} is no YAML", file.display()))
}
