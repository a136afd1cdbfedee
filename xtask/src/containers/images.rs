use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context;
use odd_private_servers::ferretdb;

use super::Engine;
use super::base::{BASE, ensure_base};
use crate::process;
use crate::workspace::{Profile, Workspace};

/// The image of the roles, as the manifests name it without its version.
const ROLE_IMAGE: &str = "ghcr.io/odd-dashboard/odd-dashboard";

/// The stand-ins: the target in `tests/containers/Dockerfile`, and the service of compose whose image it replaces.
const STAND_INS: [(&str, &str); 6] = [
    ("postgres", "postgres"),
    ("rabbitmq", "rabbitmq"),
    ("redis", "redis"),
    ("mongo", "mongodb"),
    ("prometheus", "prometheus"),
    ("alertmanager", "alertmanager"),
];

/// Services whose images neither Debian nor a language registry has.
const MISSING: [&str; 6] = [
    "grafana",
    "otel-collector",
    "jaeger",
    "pgadmin",
    "mongo-express",
    "redisinsight",
];

/// The images that a deployment on an engine can use.
pub(crate) struct Images {
    /// Services that cannot run, because their images are missing.
    pub(crate) missing: Vec<&'static str>,
}

impl Images {
    /// Builds the image of the roles, and stand-ins for public images where there is no registry.
    ///
    /// # Errors
    /// If an image cannot be built.
    pub(crate) fn prepare(
        workspace: &Workspace,
        engine: &Engine,
        profile: Profile,
    ) -> anyhow::Result<Self> {
        if engine.has_registry() {
            build_role_image(workspace, engine, profile, None)?;
            return Ok(Self {
                missing: Vec::new(),
            });
        }
        let folder = workspace.scratch("containers")?;
        ensure_base(engine, &folder)?;
        build_role_image(workspace, engine, profile, Some(BASE))?;
        build_stand_ins(workspace, engine, &folder)?;
        Ok(Self {
            missing: MISSING.to_vec(),
        })
    }
}

/// Builds the image of the roles from the binary of `profile`, under the name that the manifests have. `base` replaces the
/// base image of the Dockerfile.
///
/// # Errors
/// If the binary is missing, or the image cannot be built.
pub(crate) fn build_role_image(
    workspace: &Workspace,
    engine: &Engine,
    profile: Profile,
    base: Option<&str>,
) -> anyhow::Result<()> {
    let folder = workspace.root.join("target/image");
    fs::create_dir_all(&folder)?;
    let binary = workspace.binary(profile);
    let mut strip = Command::new("strip");
    strip
        .arg("-o")
        .arg(folder.join("odd-dashboard"))
        .arg(&binary);
    process::run(&mut strip)?;
    let version = version(workspace)?;
    let commit = process::output(Command::new("git").current_dir(&workspace.root).args([
        "rev-parse",
        "--short=12",
        "HEAD",
    ]))?;
    let mut build = engine.docker(&["build", "--quiet", "--file", "infra/docker/Dockerfile"]);
    build
        .current_dir(&workspace.root)
        .args(["--build-arg", "BINARY=prebuilt"])
        .args(["--build-arg", &format!("VERSION={version}")])
        .args(["--build-arg", &format!("COMMIT={}", commit.trim())])
        .args(["--tag", &format!("{ROLE_IMAGE}:{version}")])
        .stdout(Stdio::null());
    if let Some(base) = base {
        build.args(["--build-arg", &format!("BASE_IMAGE={base}")]);
    }
    process::run(build.arg("."))
}

/// Builds each stand-in under the name that compose has for it.
fn build_stand_ins(workspace: &Workspace, engine: &Engine, folder: &Path) -> anyhow::Result<()> {
    let services = fs::read_to_string(workspace.root.join("infra/compose/services.yaml"))?;
    let context = folder.join("context");
    if context.exists() {
        fs::remove_dir_all(&context)?;
    }
    fs::create_dir(&context)?;
    for file in fs::read_dir(workspace.root.join("tests/containers"))? {
        let file = file?;
        fs::copy(file.path(), context.join(file.file_name()))?;
    }
    fs::copy(ferretdb()?, context.join("ferretdb")).context("cannot copy FerretDB")?;
    for (target, service) in STAND_INS {
        let image = image_of(&services, service)?;
        let mut build = engine.docker(&["build", "--quiet", "--target", target, "--tag", image]);
        process::run(build.arg(&context).stdout(Stdio::null()))?;
    }
    Ok(())
}

/// Returns the image of a service in the text of `services.yaml`.
fn image_of<'a>(services: &'a str, service: &str) -> anyhow::Result<&'a str> {
    let section = services
        .split_once(&format!("\n  {service}:\n"))
        .with_context(|| format!("compose has no service {service}"))?
        .1;
    let image = section
        .lines()
        .find_map(|it| it.trim().strip_prefix("image: "));
    image.with_context(|| format!("the service {service} has no image"))
}

fn version(workspace: &Workspace) -> anyhow::Result<String> {
    let packages = workspace.metadata.workspace_packages();
    let package = packages.into_iter().find(|it| it.name == "odd-dashboard");
    let package = package.context("the workspace has the package odd-dashboard")?;
    Ok(package.version.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stand_in_and_missing_service_is_one_of_compose() {
        let workspace = Workspace::locate().expect("xtask is compiled from a workspace");
        let services = workspace.root.join("infra/compose/services.yaml");
        let services = fs::read_to_string(services).expect("readable");
        let stand_ins = STAND_INS.iter().map(|(_, service)| *service);
        for service in stand_ins.chain(MISSING) {
            let image = image_of(&services, service).expect("a service");
            assert!(image.contains(':'), "{image}");
        }
        assert!(image_of(&services, "unknown").is_err());
    }
}
