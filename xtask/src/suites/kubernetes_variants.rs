//! What is applied to a cluster: each overlay, and each optional component on top of an overlay.

use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, ensure};

use crate::workspace::Workspace;

const OVERLAYS: &str = "infra/k8s/overlays";
/// Need not exist.
const COMPONENTS: &str = "infra/k8s/components";
/// The overlay that the components are added to.
const BASE_OF_COMPONENTS: &str = "production";

/// A folder with a `kustomization.yaml`.
pub(super) struct Variant {
    pub(super) name: String,
    pub(super) folder: PathBuf,
}

/// Returns every overlay and component.
pub(super) fn variants(workspace: &Workspace) -> anyhow::Result<Vec<Variant>> {
    let root = &workspace.root;
    let overlay = |name: &String| Variant {
        name: format!("overlay {name}"),
        folder: root.join(OVERLAYS).join(name),
    };
    let overlays = folders(&root.join(OVERLAYS))?;
    ensure!(!overlays.is_empty(), "{OVERLAYS} contains no overlay");
    let mut variants: Vec<Variant> = overlays.iter().map(overlay).collect();
    if !root.join(COMPONENTS).exists() {
        return Ok(variants);
    }
    for component in folders(&root.join(COMPONENTS))? {
        let folder = workspace.scratch(&format!("kubernetes/{component}"))?;
        let folder = folder.canonicalize()?;
        let root = root.canonicalize()?;
        let overlay = relative(&folder, &root.join(OVERLAYS).join(BASE_OF_COMPONENTS));
        let added = relative(&folder, &root.join(COMPONENTS).join(&component));
        fs::write(
            folder.join("kustomization.yaml"),
            kustomization(&overlay, &added),
        )
        .context("cannot write a kustomization")?;
        variants.push(Variant {
            name: format!("component {component}"),
            folder,
        });
    }
    Ok(variants)
}

fn kustomization(overlay: &Path, component: &Path) -> String {
    serde_json::json!({
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "namespace": "observatory",
        "resources": [overlay],
        "components": [component],
    })
    .to_string()
}

/// Returns the path from one folder to another, both without symbolic links. Kustomize accepts no absolute paths.
fn relative(from: &Path, to: &Path) -> PathBuf {
    let (from, to): (Vec<Component<'_>>, Vec<Component<'_>>) =
        (from.components().collect(), to.components().collect());
    let shared = from.iter().zip(&to).take_while(|(one, other)| one == other);
    let shared = shared.count();
    let up = from[shared..].iter().map(|_| Component::ParentDir);
    up.chain(to[shared..].iter().copied()).collect()
}

/// Returns the names of the folders in a folder.
fn folders(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    let entries = fs::read_dir(folder);
    for entry in entries.with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry?;
        if entry.path().is_dir() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_path_leads_through_the_shared_folder() {
        for (from, to, expected) in [
            ("/a/target/b", "/a/infra/c", "../../infra/c"),
            ("/target", "/a/infra", "../a/infra"),
            ("/a", "/a/b", "b"),
        ] {
            assert_eq!(
                relative(Path::new(from), Path::new(to)),
                Path::new(expected)
            );
        }
    }
}
