use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};
use serde_json::Value;

use super::manifests::elements;
use crate::process;
use crate::service_process::ignore_user_configuration;

/// Returns the Secrets that `odd-dashboard secrets` generates, and writes its files to `folder`.
pub(crate) fn secrets(binary: &Path, folder: &Path, namespace: &str) -> anyhow::Result<Vec<Value>> {
    let mut command = Command::new(binary);
    ignore_user_configuration(&mut command);
    command.arg("secrets").arg(folder);
    command.args(["--quiet", "--kubernetes", "--namespace", namespace]);
    let list: Value = serde_json::from_str(&process::output(&mut command)?)
        .context("`odd-dashboard secrets` printed no JSON")?;
    let secrets: Vec<Value> = elements(&list["items"]).cloned().collect();
    ensure!(
        !secrets.is_empty(),
        "`odd-dashboard secrets` printed no Secret"
    );
    Ok(secrets)
}
