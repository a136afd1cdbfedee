//! The image of a node for clusters of kind, on a machine without a registry.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Context;
use serde_json::json;

use super::Engine;
use super::base::{NODE, ensure_base};
use super::images::{build_target, copy_files};
use crate::kubernetes::{
    PAUSE, Programs, coredns, kubeadm, replacement_program, storage_class, version,
};
use crate::process;
use crate::workspace::Workspace;

const FILES: &str = "tests/containers/kind";
/// Volumes of the node, at least as many as the manifests claim.
const VOLUMES: usize = 12;

/// Builds the image, with the images of the control plane in it. Returns its name.
///
/// # Errors
/// If a program or an image cannot be built.
pub(crate) fn build_node_image(workspace: &Workspace, engine: &Engine) -> anyhow::Result<String> {
    let folder = workspace.scratch("kind-node")?;
    let base = ensure_base(engine, &folder, NODE)?;
    let context = folder.join("context");
    if context.exists() {
        fs::remove_dir_all(&context)?;
    }
    fs::create_dir_all(context.join("images"))?;
    copy_files(&workspace.root.join(FILES), &context)?;
    let version = version(workspace)?;
    let programs = Programs::build(workspace)?;
    let kubeadm = kubeadm(workspace)?;
    let stand_in = replacement_program(workspace)?;
    fs::copy(programs.executable(), context.join("kubernetes"))?;
    fs::copy(&kubeadm, context.join("kubeadm"))?;
    fs::copy(coredns(workspace)?, context.join("coredns"))?;
    fs::write(context.join("version"), &version)?;
    fs::write(context.join("storage.json"), storage().to_string())?;
    let mut pause = Command::new(stand_in);
    pause.arg("image").arg(context.join("images/pause.tar"));
    process::run(pause.arg(PAUSE))?;
    save_control_plane(engine, &context, &base, &kubeadm, &version)?;
    let image = format!("odd-test/kind-node:{version}");
    build_target(engine, &context, &base, "node", &image, &[])?;
    Ok(image)
}

/// Builds the images that kubeadm asks for, and writes them to an archive in the context.
fn save_control_plane(
    engine: &Engine,
    context: &Path,
    base: &str,
    kubeadm: &Path,
    version: &str,
) -> anyhow::Result<()> {
    let mut list = Command::new(kubeadm);
    list.args(["config", "images", "list", "--kubernetes-version", version]);
    let images = process::output(&mut list)?;
    let mut save = engine.docker(&["save", "--output"]);
    save.arg(context.join("images/control-plane.tar"));
    for image in images.lines().filter(|image| !image.contains("/pause:")) {
        let target = match image.contains("/coredns:") {
            true => "coredns",
            false => "control-plane",
        };
        build_target(engine, context, base, target, image, &[])
            .with_context(|| format!("cannot build {image}"))?;
        save.arg(image);
    }
    process::run(&mut save)
}

/// Returns the default class of volumes, and volumes in folders of the node, as kind has them.
fn storage() -> serde_json::Value {
    let mut items = vec![storage_class()];
    items.extend((0..VOLUMES).map(|number| {
        json!({
            "apiVersion": "v1",
            "kind": "PersistentVolume",
            "metadata": {"name": format!("volume-{number}")},
            "spec": {
                "capacity": {"storage": "1Gi"},
                "accessModes": ["ReadWriteOnce"],
                "storageClassName": "standard",
                "hostPath": {"path": format!("/kind/volumes/{number}"), "type": "Directory"},
            },
        })
    }));
    json!({"apiVersion": "v1", "kind": "List", "items": items})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_has_a_volume_for_each_claim_of_the_manifests() {
        let base = concat!(env!("CARGO_MANIFEST_DIR"), "/../infra/k8s/base");
        let files = fs::read_dir(base).expect("the manifests");
        let claims = files
            .map(|file| fs::read_to_string(file.expect("a file").path()).expect("text"))
            .filter(|text| text.contains("volumeClaimTemplates:"))
            .count();
        assert!((1..=VOLUMES).contains(&claims), "{claims}");
        let dockerfile = fs::read_to_string(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../tests/containers/kind/Dockerfile"
        ));
        let folders = format!("/kind/volumes/{}", VOLUMES - 1);
        assert!(storage().to_string().contains(&folders));
        let last = format!("seq 0 {}", VOLUMES - 1);
        assert!(dockerfile.expect("readable").contains(&last));
    }
}
