use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use cargo_metadata::{Metadata, MetadataCommand};

/// The repository of this xtask and its target directory.
pub(crate) struct Workspace {
    /// The folder of the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// The output of `cargo metadata --no-deps`.
    pub(crate) metadata: Metadata,
}

/// A cargo profile, by name.
#[derive(Clone, Copy)]
pub(crate) struct Profile(&'static str);

impl Profile {
    /// The profile of tests: fast to build.
    pub(crate) const DEV: Self = Self("dev");
    /// The profile of `cargo xtask up`.
    pub(crate) const UP: Self = Self("quick");
    /// An optimised build with debug information.
    pub(crate) const RELEASE: Self = Self("release");
    /// The profile of deployed binaries.
    pub(crate) const DIST: Self = Self("dist");

    /// Returns the name that `cargo build --profile` takes.
    pub(crate) const fn name(self) -> &'static str {
        self.0
    }

    /// Returns the name of the profile's folder in the target directory.
    fn folder(self) -> &'static str {
        match self.0 {
            "dev" => "debug",
            name => name,
        }
    }
}

impl Workspace {
    /// Reads the metadata of the workspace that this xtask was compiled from.
    pub(crate) fn locate() -> anyhow::Result<Self> {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
        let metadata = MetadataCommand::new()
            .manifest_path(manifest)
            .no_deps()
            .other_options(vec!["--locked".into()])
            .exec()
            .context("cargo metadata failed")?;
        Ok(Self {
            root: metadata.workspace_root.clone().into_std_path_buf(),
            metadata,
        })
    }

    /// Returns a `cargo` command that runs in the root of the workspace.
    pub(crate) fn cargo(&self, subcommand: &str) -> Command {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.current_dir(&self.root).arg(subcommand);
        command
    }

    /// Returns a folder for xtask under the target directory, and creates it if it is missing.
    pub(crate) fn scratch(&self, name: &str) -> anyhow::Result<PathBuf> {
        let path = self
            .metadata
            .target_directory
            .join("xtask")
            .join(name)
            .into_std_path_buf();
        std::fs::create_dir_all(&path)
            .with_context(|| format!("cannot create {}", path.display()))?;
        Ok(path)
    }

    /// Returns the path of the compiled `odd-dashboard` binary.
    pub(crate) fn binary(&self, profile: Profile) -> PathBuf {
        self.metadata
            .target_directory
            .join(profile.folder())
            .join(format!("odd-dashboard{}", env::consts::EXE_SUFFIX))
            .into_std_path_buf()
    }

    /// Like [`Self::binary`], but compiles the binary first if it does not exist.
    pub(crate) fn built(&self, profile: Profile) -> anyhow::Result<PathBuf> {
        let binary = self.binary(profile);
        if !binary.exists() {
            self.build(profile)?;
        }
        Ok(binary)
    }

    /// Compiles all targets, so that later steps other than lints compile nothing.
    pub(crate) fn build_all(&self) -> anyhow::Result<()> {
        crate::process::run(
            self.cargo("build")
                .args(["--workspace", "--all-targets", "--locked"]),
        )
    }

    /// Compiles the `odd-dashboard` binary and shows the progress.
    pub(crate) fn build(&self, profile: Profile) -> anyhow::Result<()> {
        crate::build_progress::run(self.cargo("build").args([
            "--profile",
            profile.name(),
            "--locked",
            "--package",
            "odd-dashboard",
        ]))
    }

    /// Returns the files that git tracks or would track, relative to the root.
    pub(crate) fn files(&self) -> anyhow::Result<Vec<PathBuf>> {
        let mut git = Command::new("git");
        git.current_dir(&self.root).args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ]);
        let listing = crate::process::output(&mut git)?;
        let mut files: Vec<PathBuf> = listing
            .split('\0')
            .filter(|name| !name.is_empty())
            .map(PathBuf::from)
            .filter(|file| self.root.join(file).is_file())
            .collect();
        files.sort();
        files.dedup();
        Ok(files)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profiles() -> toml::Table {
        let workspace = Workspace::locate().expect("xtask is compiled from a workspace");
        let manifest =
            std::fs::read_to_string(workspace.root.join("Cargo.toml")).expect("readable");
        let mut manifest: toml::Table = manifest.parse().expect("the manifest is TOML");
        match manifest.remove("profile") {
            Some(toml::Value::Table(profiles)) => profiles,
            other => panic!("no profiles: {other:?}"),
        }
    }

    #[test]
    fn quick_builds_without_link_time_optimisation() {
        let quick = &profiles()[Profile::UP.0];
        assert_eq!(quick["lto"].as_str(), Some("off"));
        assert_eq!(quick["debug"].as_bool(), Some(false));
    }

    #[test]
    fn deployed_binaries_have_link_time_optimisation() {
        let dist = &profiles()[Profile::DIST.0];
        assert_eq!(dist["lto"].as_str(), Some("fat"));
    }
}
