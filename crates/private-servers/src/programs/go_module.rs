use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::go_build::{GoBuild, publish};
use super::{go_source, install, tools};
use crate::Error;
use crate::search_path::in_path;

/// The files that determine the program.
const SOURCES: [&str; 3] = ["go.mod", "go.sum", "main.go"];
/// Next to the program, the sources that it was built from.
const STAMP: &str = "built-from.txt";
/// Each build writes to a folder of its own with this prefix.
const BUILD: &str = "build-";

/// A program whose source is a Go module of the caller: `go.mod`, `go.sum`, which pins every dependency, and `main.go`.
#[derive(Debug, Clone, Copy)]
pub struct GoModule<'a> {
    /// The folder of the module.
    pub folder: &'a Path,
    /// The name of the program.
    pub program: &'a str,
    /// Variables of packages, each with the value that the linker gives it.
    pub variables: &'a [(&'a str, &'a str)],
    /// The longest build.
    pub limit: Duration,
}

impl GoModule<'_> {
    /// Returns the path of the program in the folder for tools (see [`ensure_installed`](super::ensure_installed)). Builds
    /// it first unless it was built from the same sources. An interrupted build continues where it stopped: its cache is
    /// kept, which several processes may use at a time.
    ///
    /// # Errors
    /// [`Error::NotInstalled`] without Go; [`Error::Program`] if the build fails; [`Error::Io`].
    pub fn build(&self) -> Result<PathBuf, Error> {
        let folder = tools::folder()?.join(self.program);
        let program = folder.join(self.program);
        let stamp = folder.join(STAMP);
        let sources = self.sources()?;
        let is_current =
            || program.is_file() && fs::read_to_string(&stamp).is_ok_and(|from| from == sources);
        if is_current() {
            return Ok(program);
        }
        // Not the lock of other installations: they do not wait for a build of many minutes.
        let _lock = install::lock(&format!("{}.lock", self.program))?;
        if is_current() {
            return Ok(program);
        }
        self.build_in(&folder)?;
        fs::write(&stamp, sources).map_err(Error::io(format!("write {}", stamp.display())))?;
        Ok(program)
    }

    fn sources(&self) -> Result<String, Error> {
        let mut sources = format!("{:?}\n", self.variables);
        for file in SOURCES {
            sources.push_str(&read(&self.folder.join(file))?);
        }
        Ok(sources)
    }

    fn build_in(&self, folder: &Path) -> Result<(), Error> {
        let manifest = read(&self.folder.join("go.mod"))?;
        let go = in_path("go").ok_or_else(|| Error::NotInstalled {
            name: self.program.to_owned(),
            advice: format!(
                "install Go {} or newer and run the command again, which builds it",
                go_version(&manifest)
            ),
        })?;
        eprintln!(
            "Building {} with Go in {}, once for each version",
            self.program,
            folder.display()
        );
        remove_abandoned(folder);
        let work = fs::create_dir_all(folder)
            .and_then(|()| tempfile::Builder::new().prefix(BUILD).tempdir_in(folder))
            .map_err(Error::io(format!(
                "create a folder in {}",
                folder.display()
            )))?;
        let cache = folder.join("cache");
        let build = GoBuild {
            go: &go,
            source: self.folder,
            packages: vec![".".to_owned()],
            tags: "",
            variables: self.variables.to_vec(),
            output: &work.path().join(self.program),
            temporary: Some(work.path()),
            // Several gigabytes, which nothing needs after the build.
            cache: Some(&cache),
            limit: self.limit,
        };
        build.run()?;
        publish(work.path(), self.program, folder)?;
        fs::remove_dir_all(&cache).map_err(Error::io(format!("delete {}", cache.display())))
    }
}

/// Deletes what killed builds left, with the lock of the program. A folder that cannot be deleted is skipped.
fn remove_abandoned(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(BUILD) {
            let _skipped = fs::remove_dir_all(entry.path());
        }
    }
}

/// Returns the lowest version of Go that a `go.mod` allows.
fn go_version(manifest: &str) -> &str {
    let mut lines = manifest.lines();
    lines
        .find_map(|line| line.strip_prefix("go "))
        .unwrap_or_default()
}

fn read(file: &Path) -> Result<String, Error> {
    fs::read_to_string(file).map_err(Error::io(format!("read {}", file.display())))
}

/// Downloads a Go module and returns the folder with its files in Go's cache.
///
/// # Errors
/// [`Error::NotInstalled`] without Go; [`Error::Program`] if the download fails; [`Error::Io`].
pub fn go_module(module: &str, version: &str) -> Result<PathBuf, Error> {
    let go = in_path("go").ok_or_else(|| Error::NotInstalled {
        name: "Go".to_owned(),
        advice: "install Go and run the command again".to_owned(),
    })?;
    let folder = tempfile::tempdir().map_err(Error::io("create a temporary folder"))?;
    go_source::download(&go, module, version, folder.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_and_variable_belongs_to_the_stamp() {
        let folder = tempfile::tempdir().expect("a folder");
        let module = |variables| GoModule {
            folder: folder.path(),
            program: "example",
            variables,
            limit: Duration::from_secs(1),
        };
        let missing = module(&[]).sources().expect_err("no files").to_string();
        assert!(missing.contains("go.mod"), "{missing}");
        for file in SOURCES {
            fs::write(folder.path().join(file), file).expect("a file");
        }
        let before = module(&[]).sources().expect("sources");
        assert_ne!(module(&[("a.b", "1")]).sources().expect("sources"), before);
        for file in SOURCES {
            fs::write(folder.path().join(file), "changed").expect("a file");
            assert_ne!(module(&[]).sources().expect("sources"), before, "{file}");
            fs::write(folder.path().join(file), file).expect("a file");
        }
    }

    #[test]
    fn what_killed_builds_left_is_deleted() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["build-1", "cache"] {
            fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        remove_abandoned(folder.path());
        assert!(!folder.path().join("build-1").exists());
        assert!(folder.path().join("cache").exists());
        remove_abandoned(&folder.path().join("absent"));
    }

    #[test]
    fn lowest_version_of_go_is_that_of_the_module() {
        let manifest = "module go\n\ngo 1.26.0\n\nrequire a.b v1.0.0\n";
        assert_eq!(go_version(manifest), "1.26.0");
    }
}
