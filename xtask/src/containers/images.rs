use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use odd_private_servers::{ferretdb, kubernetes_promtool};

use super::Engine;
use super::base::{SERVERS, ensure_base};
use crate::kubernetes::replacement_program;
use crate::process;
use crate::workspace::{Profile, Workspace};

/// The name of an image that is built from this checkout. That of a release is not used.
pub(crate) const LOCAL_IMAGE: &str = "odd-dashboard:local";

/// The name of the released image, without its version.
const RELEASED_IMAGE: &str = "ghcr.io/odd-dashboard/odd-dashboard";

/// The version of the C library in the base image of the Dockerfile, Debian 12, is 2.36.
const BASE_LIBRARY_MINOR: u32 = 36;

/// Replacements of public images: the target in `tests/containers/Dockerfile`, and the service of compose whose image it replaces.
const REPLACEMENTS: [(&str, &str); 6] = [
    ("postgres", "postgres"),
    ("rabbitmq", "rabbitmq"),
    ("redis", "redis"),
    ("mongo", "mongodb"),
    ("prometheus", "prometheus"),
    ("alertmanager", "alertmanager"),
];

/// Services whose images neither Debian nor a language registry has, and the ports of their containers.
const MISSING: [(&str, &str); 6] = [
    ("grafana", "3002"),
    ("otel-collector", "4318 13133"),
    ("jaeger", "16686 4317 13133"),
    ("pgadmin", "5050"),
    ("mongo-express", "8082"),
    ("redisinsight", "8001"),
];

/// The images that a deployment on an engine can use.
pub(crate) struct Images {
    /// Services that cannot run, because their images are missing.
    pub(crate) missing: Vec<&'static str>,
}

impl Images {
    /// Builds the image of the roles, and replacements of public images where there is no registry.
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
        let base = ensure_base(engine, &folder, SERVERS)?;
        build_role_image(workspace, engine, profile, Some(&base))?;
        build_replacements(workspace, engine, &folder, &base)?;
        Ok(Self {
            missing: MISSING.map(|(service, _)| service).to_vec(),
        })
    }
}

/// Writes the images of [`Images::prepare`] to an archive, under the names that the manifests have, with a Prometheus that finds
/// pods.
///
/// # Errors
/// If the engine is that of this machine: the name of a release must keep its image there. If the archive cannot be written.
pub(crate) fn save(workspace: &Workspace, engine: &Engine, archive: &Path) -> anyhow::Result<()> {
    ensure!(
        !engine.has_registry(),
        "images are only saved from a private engine, which starts where no Docker engine answers"
    );
    let role = format!("{RELEASED_IMAGE}:{}", version(workspace)?);
    process::run(&mut engine.docker(&["tag", LOCAL_IMAGE, &role]))?;
    let services = services(workspace)?;
    let folder = workspace.scratch("containers")?;
    let base = ensure_base(engine, &folder, SERVERS)?;
    replace_prometheus(engine, &folder.join("context"), &base, &services)?;
    let mut save = engine.docker(&["save", "--output"]);
    save.arg(archive).arg(&role);
    for (_, service) in REPLACEMENTS {
        save.arg(image_of(&services, service)?);
    }
    process::run(&mut save)
}

/// Builds the image of the roles, [`LOCAL_IMAGE`]. `base` replaces the base image of the Dockerfile.
///
/// The image gets the binary of `profile` if it runs there. Otherwise it is compiled in the image, which takes longer.
///
/// # Errors
/// If the binary is missing, or the image cannot be built.
pub(crate) fn build_role_image(
    workspace: &Workspace,
    engine: &Engine,
    profile: Profile,
    base: Option<&str>,
) -> anyhow::Result<()> {
    let version = version(workspace)?;
    let commit = process::output(Command::new("git").current_dir(&workspace.root).args([
        "rev-parse",
        "--short=12",
        "HEAD",
    ]))?;
    let mut build = engine.docker(&["build", "--file", "infra/docker/Dockerfile"]);
    build
        .current_dir(&workspace.root)
        .args(["--build-arg", &format!("VERSION={version}")])
        .args(["--build-arg", &format!("COMMIT={}", commit.trim())])
        .args(["--tag", LOCAL_IMAGE]);
    if let Some(base) = base {
        build.args(["--build-arg", &format!("BASE_IMAGE={base}")]);
    }
    let answer = process::output(Command::new("ldd").arg("--version"));
    if base.is_some() || answer.is_ok_and(|answer| is_old_enough(&answer)) {
        copy_stripped(workspace, profile)?;
        build.args(["--build-arg", "BINARY=prebuilt"]);
    } else {
        build.args(["--build-arg", "PROFILE=quick"]);
    }
    process::run(build.arg("."))
}

/// Returns `true` if a program that was linked on this machine runs in the base image. The answer of `ldd` has the version of
/// the C library in its first line.
fn is_old_enough(answer: &str) -> bool {
    let version = answer
        .lines()
        .next()
        .and_then(|it| it.split(' ').next_back());
    let minor = version.and_then(|it| it.strip_prefix("2."));
    minor.is_some_and(|it| {
        it.parse::<u32>()
            .is_ok_and(|minor| minor <= BASE_LIBRARY_MINOR)
    })
}

/// Copies the binary to where the Dockerfile expects it, without symbols.
fn copy_stripped(workspace: &Workspace, profile: Profile) -> anyhow::Result<()> {
    let folder = workspace.root.join("target/image");
    fs::create_dir_all(&folder)?;
    let mut strip = Command::new("strip");
    strip
        .arg("-o")
        .arg(folder.join("odd-dashboard"))
        .arg(workspace.binary(profile));
    process::run(&mut strip)
}

/// Builds each replacement under the name that compose has for it.
fn build_replacements(
    workspace: &Workspace,
    engine: &Engine,
    folder: &Path,
    base: &str,
) -> anyhow::Result<()> {
    let services = services(workspace)?;
    let context = folder.join("context");
    if context.exists() {
        fs::remove_dir_all(&context)?;
    }
    fs::create_dir(&context)?;
    copy_files(&workspace.root.join("tests/containers"), &context)?;
    fs::copy(ferretdb()?, context.join("ferretdb")).context("cannot copy FerretDB")?;
    let prometheus = kubernetes_promtool()?.with_file_name("prometheus");
    fs::copy(prometheus, context.join("prometheus")).context("cannot copy Prometheus")?;
    for (target, service) in REPLACEMENTS {
        build_target(
            engine,
            &context,
            base,
            target,
            image_of(&services, service)?,
            &[],
        )?;
    }
    Ok(())
}

/// Copies the files of a folder, without those of folders in it.
pub(super) fn copy_files(folder: &Path, target: &Path) -> anyhow::Result<()> {
    for file in fs::read_dir(folder)? {
        let file = file?;
        if file.file_type()?.is_file() {
            fs::copy(file.path(), target.join(file.file_name()))?;
        }
    }
    Ok(())
}

/// Builds, for a cluster, each missing image with a program that answers on its ports, and a Prometheus that finds pods, after
/// [`Images::prepare`]. Returns the names of all images of the manifests, except that of the roles.
///
/// # Errors
/// If an image cannot be built.
pub(crate) fn complete(workspace: &Workspace, engine: &Engine) -> anyhow::Result<Vec<String>> {
    let services = services(workspace)?;
    let folder = workspace.scratch("containers")?;
    let base = ensure_base(engine, &folder, SERVERS)?;
    let context = folder.join("context");
    fs::copy(replacement_program(workspace)?, context.join("stand-in"))?;
    for (service, ports) in MISSING {
        let ports = format!("PORTS={ports}");
        build_target(
            engine,
            &context,
            &base,
            "stand-in",
            image_of(&services, service)?,
            &["--build-arg", &ports],
        )?;
    }
    replace_prometheus(engine, &context, &base, &services)?;
    let replaced = REPLACEMENTS.iter().map(|(_, service)| *service);
    replaced
        .chain(MISSING.map(|(service, _)| service))
        .map(|service| image_of(&services, service).map(str::to_owned))
        .collect()
}

/// Builds a Prometheus that finds pods in the place of the one that does not.
fn replace_prometheus(
    engine: &Engine,
    context: &Path,
    base: &str,
    services: &str,
) -> anyhow::Result<()> {
    let image = image_of(services, "prometheus")?;
    build_target(engine, context, base, "prometheus-kubernetes", image, &[])
}

/// Builds a target of the Dockerfile in a folder under a name.
pub(super) fn build_target(
    engine: &Engine,
    context: &Path,
    base: &str,
    target: &str,
    image: &str,
    options: &[&str],
) -> anyhow::Result<()> {
    let mut build = engine.docker(&["build", "--quiet", "--target", target, "--tag", image]);
    build.args(["--build-arg", &format!("BASE={base}")]);
    build.args(options);
    process::run(build.arg(context).stdout(Stdio::null()))
}

fn services(workspace: &Workspace) -> anyhow::Result<String> {
    const SERVICES: &str = "infra/compose/services.yaml";
    fs::read_to_string(workspace.root.join(SERVICES))
        .with_context(|| format!("cannot read {SERVICES}"))
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
    fn binary_of_a_newer_system_is_not_copied() {
        assert!(is_old_enough(
            "ldd (Debian GLIBC 2.36-9+deb12u14) 2.36\nCopyright"
        ));
        assert!(!is_old_enough("ldd (Ubuntu GLIBC 2.39-0ubuntu8.6) 2.39"));
        assert!(!is_old_enough("musl libc (x86_64)"));
    }

    #[test]
    fn every_replacement_and_missing_service_is_one_of_compose() {
        let workspace = Workspace::locate().expect("xtask is compiled from a workspace");
        let services = services(&workspace).expect("readable");
        let replacements = REPLACEMENTS.iter().map(|(_, service)| *service);
        for service in replacements.chain(MISSING.map(|(service, _)| service)) {
            let image = image_of(&services, service).expect("a service");
            assert!(image.contains(':'), "{image}");
        }
        assert!(image_of(&services, "unknown").is_err());
    }
}
