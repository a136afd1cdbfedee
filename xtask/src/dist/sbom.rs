//! The dependencies of the program as a CycloneDX document: crates, and the npm packages in the pages of the web dashboard.
//!
//! `cargo-cyclonedx` writes one document per crate of the workspace into the source folders, without npm packages.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context;
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package, PackageId};
use serde::Deserialize;
use serde_json::{Value, json};

use super::file::read;
use super::platform::Platform;
use super::product::NAME;
use crate::workspace::Workspace;

/// Where cargo gets crates whose checksum is in `Cargo.lock`.
#[derive(Deserialize)]
struct CargoLock {
    package: Vec<LockedCrate>,
}

#[derive(Deserialize)]
struct LockedCrate {
    name: String,
    version: String,
    checksum: Option<String>,
}

#[derive(Deserialize)]
struct NpmLock {
    packages: BTreeMap<String, LockedPackage>,
}

#[derive(Deserialize)]
struct LockedPackage {
    version: Option<String>,
    license: Option<String>,
    /// `true` for packages that only build and test the pages.
    #[serde(default)]
    dev: bool,
}

/// Returns the document for one platform.
pub(crate) fn document(workspace: &Workspace, platform: &Platform) -> anyhow::Result<String> {
    let metadata = MetadataCommand::new()
        .manifest_path(workspace.root.join("Cargo.toml"))
        .other_options(vec![
            "--locked".into(),
            "--filter-platform".into(),
            platform.triple.into(),
        ])
        .exec()
        .context("cargo metadata failed")?;
    let cargo_lock = String::from_utf8(read(&workspace.root.join("Cargo.lock"))?)?;
    let npm_lock = read(&workspace.root.join("web/package-lock.json"))?;
    let document = compose(
        &metadata,
        &toml::from_str(&cargo_lock).context("Cargo.lock is damaged")?,
        &serde_json::from_slice(&npm_lock).context("web/package-lock.json is damaged")?,
    )?;
    Ok(format!("{document:#}\n"))
}

fn compose(metadata: &Metadata, crates: &CargoLock, npm: &NpmLock) -> anyhow::Result<Value> {
    let mut packages = metadata.packages.iter();
    let root = packages.find(|package| package.name == NAME);
    let root = root.context("no package odd-dashboard")?;
    let edges = edges(metadata, &root.id)?;
    let checksums: BTreeMap<_, _> = crates
        .package
        .iter()
        .filter_map(|is| {
            Some((
                (is.name.as_str(), is.version.as_str()),
                is.checksum.as_ref()?,
            ))
        })
        .collect();
    let mut components = Vec::new();
    let mut dependencies = Vec::new();
    for (id, needs) in &edges {
        let package = &metadata[*id];
        let needs: BTreeSet<_> = needs.iter().map(|id| crate_url(&metadata[*id])).collect();
        dependencies.push(json!({ "ref": crate_url(package), "dependsOn": needs }));
        if package.id != root.id {
            let version = package.version.to_string();
            let mut component = crate_component(package, "library");
            if let Some(checksum) = checksums.get(&(package.name.as_str(), version.as_str())) {
                component["hashes"] = json!([{ "alg": "SHA-256", "content": checksum }]);
            }
            components.push(component);
        }
    }
    components.extend(npm_components(npm));
    Ok(json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": { "component": crate_component(root, "application") },
        "components": components,
        "dependencies": dependencies,
    }))
}

/// Returns the packages that the program is built from, and what each of them needs.
fn edges<'m>(
    metadata: &'m Metadata,
    root: &'m PackageId,
) -> anyhow::Result<BTreeMap<&'m PackageId, BTreeSet<&'m PackageId>>> {
    let resolve = metadata.resolve.as_ref().context("no resolved graph")?;
    let nodes: BTreeMap<_, _> = resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let mut edges = BTreeMap::new();
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        let node = nodes.get(id).context("a package without dependencies")?;
        let built = node.deps.iter().filter(|dependency| {
            let mut kinds = dependency.dep_kinds.iter();
            kinds.any(|kind| kind.kind != DependencyKind::Development)
        });
        let needs: BTreeSet<_> = built.map(|dependency| &dependency.pkg).collect();
        edges.insert(id, needs.clone());
        open.extend(needs.into_iter().filter(|id| !edges.contains_key(id)));
    }
    Ok(edges)
}

fn crate_component(package: &Package, kind: &str) -> Value {
    let url = crate_url(package);
    let mut component = json!({
        "type": kind,
        "bom-ref": url,
        "name": package.name,
        "version": package.version,
        "purl": url,
    });
    if let Some(license) = &package.license {
        // Older crates separate alternatives by a slash, which SPDX does not know.
        let expression = license.replace(" / ", " OR ").replace('/', " OR ");
        component["licenses"] = json!([{ "expression": expression }]);
    }
    component
}

/// Returns the [package URL](https://github.com/package-url/purl-spec) of a crate.
fn crate_url(package: &Package) -> String {
    let version = package.version.to_string().replace('+', "%2B");
    format!("pkg:cargo/{}@{version}", package.name)
}

fn npm_components(lock: &NpmLock) -> Vec<Value> {
    let shipped = lock.packages.iter().filter(|(_, package)| !package.dev);
    let component = |(path, package): (&String, &LockedPackage)| {
        let (_, name) = path.rsplit_once("node_modules/")?;
        let version = package.version.as_ref()?;
        let url = format!("pkg:npm/{}@{version}", name.replacen('@', "%40", 1));
        let mut component = json!({
            "type": "library",
            "bom-ref": url,
            "name": name,
            "version": version,
            "purl": url,
        });
        if let Some(license) = &package.license {
            component["licenses"] = json!([{ "expression": license }]);
        }
        Some(component)
    };
    shipped.filter_map(component).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Value {
        let workspace = Workspace::locate().expect("a workspace");
        let platform = Platform::find("x86_64-unknown-linux-gnu").expect("supported");
        let text = super::document(&workspace, platform).expect("composed");
        serde_json::from_str(&text).expect("JSON")
    }

    #[test]
    fn program_crates_and_pages_are_listed_once_without_those_of_tests() {
        let document = document();
        assert_eq!(document["metadata"]["component"]["name"], NAME);
        let components = document["components"].as_array().expect("a list");
        let references: Vec<_> = components.iter().map(|is| &is["bom-ref"]).collect();
        let names: BTreeSet<_> = components
            .iter()
            .map(|is| is["name"].as_str().expect("a name"))
            .collect();
        for shipped in [
            "odd-core",
            "tokio",
            "libsqlite3-sys",
            "svelte",
            "@xterm/xterm",
        ] {
            assert!(names.contains(shipped), "{shipped}");
        }
        for absent in [NAME, "insta", "proptest", "xtask", "vitest"] {
            assert!(!names.contains(absent), "{absent}");
        }
        let distinct: BTreeSet<_> = references.iter().map(ToString::to_string).collect();
        assert_eq!(distinct.len(), references.len());
    }

    #[test]
    fn crates_have_the_checksum_of_the_lock_file_and_their_dependencies() {
        let document = document();
        let components = document["components"].as_array().expect("a list");
        let tokio = components.iter().find(|is| is["name"] == "tokio");
        let hash = &tokio.expect("a dependency")["hashes"][0];
        assert_eq!(hash["content"].as_str().map(str::len), Some(64));
        let known: BTreeSet<_> = components
            .iter()
            .chain([&document["metadata"]["component"]])
            .map(|is| is["bom-ref"].as_str().expect("a reference"))
            .collect();
        for dependency in document["dependencies"].as_array().expect("a list") {
            let needs = dependency["dependsOn"].as_array().expect("a list");
            for reference in needs.iter().chain([&dependency["ref"]]) {
                assert!(known.contains(reference.as_str().expect("a reference")));
            }
        }
    }
}
