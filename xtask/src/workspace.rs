use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use cargo_metadata::{Metadata, MetadataCommand};

/// The repository that xtask works on, and where its build goes.
pub(crate) struct Workspace {
    /// The folder that holds the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// What `cargo metadata --no-deps` says of the workspace.
    pub(crate) metadata: Metadata,
}

/// How a binary was compiled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Quick to build; what tests use.
    Dev,
    /// What `cargo xtask up` runs.
    Release,
    /// What is deployed.
    Dist,
}

impl Workspace {
    /// Reads the workspace that this xtask was compiled from.
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

    /// A `cargo` command in the root of the workspace.
    pub(crate) fn cargo(&self, subcommand: &str) -> Command {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.current_dir(&self.root).arg(subcommand);
        command
    }

    /// A folder of xtask's own under the target directory; made when absent.
    pub(crate) fn scratch(&self, name: &str) -> anyhow::Result<PathBuf> {
        let path = self
            .metadata
            .target_directory
            .join("xtask")
            .join(name)
            .into_std_path_buf();
        std::fs::create_dir_all(&path)
            .with_context(|| format!("cannot make {}", path.display()))?;
        Ok(path)
    }

    /// Where cargo puts the `odd-dashboard` binary.
    pub(crate) fn binary(&self, profile: Profile) -> PathBuf {
        let folder = match profile {
            Profile::Dev => "debug",
            Profile::Release => "release",
            Profile::Dist => "dist",
        };
        self.metadata
            .target_directory
            .join(folder)
            .join(format!("odd-dashboard{}", env::consts::EXE_SUFFIX))
            .into_std_path_buf()
    }

    /// Compiles everything once, so that lints aside no later step compiles anything.
    pub(crate) fn build_all(&self) -> anyhow::Result<()> {
        crate::process::run(
            self.cargo("build")
                .args(["--workspace", "--all-targets", "--locked"]),
        )
    }

    /// Compiles the binary as `cargo xtask up` runs it.
    pub(crate) fn build_release(&self) -> anyhow::Result<()> {
        self.build("release")
    }

    /// Compiles the binary as it is deployed.
    pub(crate) fn build_dist(&self) -> anyhow::Result<()> {
        self.build("dist")
    }

    fn build(&self, profile: &str) -> anyhow::Result<()> {
        crate::process::run(self.cargo("build").args([
            "--profile",
            profile,
            "--locked",
            "--package",
            "odd-dashboard",
        ]))
    }

    /// The files that git tracks or would track, relative to the root.
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
