use std::fs;
use std::process::Command;

use anyhow::Context as _;

use crate::dist;
use crate::process;
use crate::web_pages;
use crate::workspace::{Profile, Workspace};

/// Where the Dockerfile expects a binary that was built before.
const PREBUILT: &str = "target/image";

/// Characters of the hash of an image in its tag.
const HASH_LENGTH: usize = 12;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Arguments of `odd-dashboard cluster up`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

/// Builds the binary and its image, and starts the image in a cluster of kind.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    web_pages::build_if_possible(workspace)?;
    workspace.build(Profile::UP)?;
    let image = build_image(workspace)?;
    let mut command = Command::new(workspace.binary(Profile::UP));
    command
        .args(["cluster", "up", "--image", &image])
        .args(&args.rest);
    process::replace_by(&mut command)
}

/// Returns the name of the image. Its tag is that of its content: what has not changed is not restarted.
fn build_image(workspace: &Workspace) -> anyhow::Result<String> {
    let folder = workspace.root.join(PREBUILT);
    fs::create_dir_all(&folder)?;
    let id_file = workspace.scratch("kind")?.join("image");
    let version = dist::product::version(&workspace.metadata)?;
    let mut git = Command::new("git");
    git.current_dir(&workspace.root)
        .args(["rev-parse", "--short=12", "HEAD"]);
    let commit = process::output(&mut git)?;
    let mut docker = Command::new("docker");
    docker
        .current_dir(&workspace.root)
        .args(["build", "--file", "infra/docker/Dockerfile", "--iidfile"])
        .arg(&id_file)
        .arg(format!("--build-arg=VERSION={version}"))
        .arg(format!("--build-arg=COMMIT={}", commit.trim()));
    // The image needs a program for Linux, which only Linux compiles without more tools.
    if cfg!(target_os = "linux") {
        let binary = workspace.binary(Profile::UP);
        fs::copy(&binary, folder.join("odd-dashboard"))
            .with_context(|| format!("cannot copy {}", binary.display()))?;
        docker.arg("--build-arg=BINARY=prebuilt");
    }
    process::run(docker.arg("."))?;
    let id = fs::read_to_string(&id_file)
        .with_context(|| format!("cannot read {}", id_file.display()))?;
    let image = image_name(&id);
    process::run(Command::new("docker").args(["tag", id.trim(), &image]))?;
    Ok(image)
}

fn image_name(id: &str) -> String {
    let hash = id.trim().rsplit(':').next().unwrap_or_default();
    let hash: String = hash.chars().take(HASH_LENGTH).collect();
    format!("odd-dashboard:dev-{hash}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tag_is_the_hash_of_the_image() {
        let id = "sha256:9dac0a79194e45a7da0158a9c6da57b217585af0786db3845d1f0ec1a0dd182f\n";
        assert_eq!(image_name(id), "odd-dashboard:dev-9dac0a79194e");
    }
}
