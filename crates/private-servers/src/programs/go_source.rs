use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::go_build::{GoBuild, publish};
use super::tools;
use super::tools::INSTALL_LIMIT;
use crate::Error;
use crate::process::{Invocation, run};

/// Programs that are built from the source of their Go module, with the dependencies that its `go.sum` pins.
///
/// `go install` is not enough: modules lack the files that their release build generates.
pub(super) struct GoSource {
    pub(super) module: &'static str,
    pub(super) version: &'static str,
    /// The programs, which are also the names of their folders under `cmd`.
    pub(super) programs: &'static [&'static str],
    /// Build tags, separated by commas.
    pub(super) tags: &'static str,
    /// The variable that `--version` prints, or an empty string.
    pub(super) version_variable: &'static str,
    /// Files that are missing from the module: path and content.
    pub(super) generated: &'static [(&'static str, &'static str)],
}

impl GoSource {
    /// Builds the programs and copies them to the tools folder.
    pub(super) fn install(&self, go: &Path) -> Result<(), Error> {
        let (module, version) = (self.module, self.version);
        eprintln!("Installing {module} {version}: go build, which takes a few minutes");
        let build_dir = tempfile::tempdir().map_err(Error::io("create a temporary folder"))?;
        let source = build_dir.path().join("source");
        copy(&download(go, module, version, build_dir.path())?, &source)
            .map_err(Error::io(format!("copy the source of {module}")))?;
        for (file, text) in self.generated {
            write(&source.join(file), text).map_err(Error::io(format!("write {file}")))?;
        }
        let built = build_dir.path().join("bin");
        fs::create_dir(&built).map_err(Error::io("create a temporary folder"))?;
        let programs = self.programs.iter();
        let is_versioned = !self.version_variable.is_empty();
        let build = GoBuild {
            go,
            source: &source,
            packages: programs.map(|program| format!("./cmd/{program}")).collect(),
            tags: self.tags,
            variables: is_versioned
                .then_some((self.version_variable, version))
                .into_iter()
                .collect(),
            output: &built,
            cache: None,
            temporary: Some(build_dir.path()),
            limit: INSTALL_LIMIT,
        };
        build.run()?;
        let folder = tools::programs()?;
        let mut programs = self.programs.iter();
        programs.try_for_each(|program| publish(&built, program, &folder))
    }
}

/// Downloads a module and returns the folder with its source in Go's cache. `work` is an empty folder.
pub(super) fn download(
    go: &Path,
    module: &str,
    version: &str,
    work: &Path,
) -> Result<PathBuf, Error> {
    let manifest = format!("module workshop\n\ngo 1.24\n\nrequire {module} {version}\n");
    fs::write(work.join("go.mod"), manifest).map_err(Error::io("write a Go module"))?;
    let mut download = Command::new(go);
    download
        .current_dir(work)
        .args(["mod", "download", "-json", module])
        .env("GOFLAGS", "")
        .env("GOWORK", "off");
    let answer = run(
        &Invocation::new("go mod download").time_limit(INSTALL_LIMIT),
        download,
    )?;
    // The text contains both output streams; the answer is the JSON object in it.
    let start = answer.find('{').unwrap_or(0);
    let end = answer.rfind('}').map_or(answer.len(), |end| end + 1);
    serde_json::from_str::<serde_json::Value>(&answer[start..end])
        .ok()
        .and_then(|answer| Some(PathBuf::from(answer.get("Dir")?.as_str()?)))
        .ok_or_else(|| std::io::ErrorKind::InvalidData.into())
        .map_err(Error::io("read the answer of `go mod download`"))
}

/// Copies a folder and makes the files writable, which those in Go's cache are not.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to)?;
        } else {
            fs::copy(&from, &to)?;
            fs::set_permissions(&to, fs::Permissions::from_mode(0o644))?;
        }
    }
    Ok(())
}

/// Writes a file, and creates its folder if it is missing.
fn write(file: &Path, text: &str) -> std::io::Result<()> {
    fs::create_dir_all(file.parent().unwrap_or(file))?;
    fs::write(file, text)
}
