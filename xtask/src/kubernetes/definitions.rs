//! Custom resources of other projects, which a cluster does not know by itself.

use std::fs;

use anyhow::{Context, ensure};
use odd_private_servers::go_module;
use serde_json::Value;

use super::kubectl::Kubectl;
use super::manifests::{parse, text};

/// The Go module that contains the definitions of an API group.
struct Definitions {
    group: &'static str,
    module: &'static str,
    version: &'static str,
    folder: &'static str,
}

const DEFINITIONS: [Definitions; 2] = [
    Definitions {
        group: "keda.sh",
        module: "github.com/kedacore/keda/v2",
        version: "v2.21.0",
        folder: "config/crd/bases",
    },
    Definitions {
        group: "monitoring.coreos.com",
        module: "github.com/prometheus-operator/prometheus-operator",
        version: "v0.93.1",
        folder: "example/prometheus-operator-crd",
    },
];

/// Applies the definitions of the custom resources among the objects.
pub(crate) fn define(kubectl: &Kubectl, objects: &[Value]) -> anyhow::Result<()> {
    let mut needed = Vec::new();
    for definitions in &DEFINITIONS {
        let kinds: Vec<&str> = objects
            .iter()
            .filter(|object| group(object) == definitions.group)
            .map(|object| text(&object["kind"]))
            .collect();
        if !kinds.is_empty() {
            needed.extend(definitions.read(&kinds)?);
        }
    }
    if needed.is_empty() {
        return Ok(());
    }
    let applied = kubectl.apply(&needed)?;
    ensure!(
        applied.success,
        "the definitions are refused:\n{}",
        applied.errors
    );
    kubectl.run(&[
        "wait",
        "--for=condition=Established",
        "crd",
        "--all",
        "--timeout=60s",
    ])?;
    Ok(())
}

impl Definitions {
    /// Returns the definitions of the kinds.
    fn read(&self, kinds: &[&str]) -> anyhow::Result<Vec<Value>> {
        let folder = go_module(self.module, self.version)?.join(self.folder);
        let mut found = Vec::new();
        let entries = fs::read_dir(&folder);
        for entry in entries.with_context(|| format!("cannot read {}", folder.display()))? {
            let file = entry?.path();
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            if !name.starts_with(self.group) || !name.ends_with(".yaml") {
                continue;
            }
            let definitions = parse(&fs::read_to_string(&file)?)?;
            let is_needed =
                |definition: &Value| kinds.contains(&text(&definition["spec"]["names"]["kind"]));
            found.extend(definitions.into_iter().filter(is_needed));
        }
        Ok(found)
    }
}

/// Returns the API group of an object, which is empty for the oldest kinds.
fn group(object: &Value) -> &str {
    let version = text(&object["apiVersion"]);
    version.split_once('/').map_or("", |(group, _)| group)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn group_precedes_the_version() {
        assert_eq!(group(&json!({"apiVersion": "keda.sh/v1alpha1"})), "keda.sh");
        assert_eq!(group(&json!({"apiVersion": "v1"})), "");
    }
}
