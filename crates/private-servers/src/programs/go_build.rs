use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::Error;
use crate::process::{Account, Invocation, command, run};

/// One run of `go build`, at the lowest priority: it may take minutes, and other work continues meanwhile.
pub(super) struct GoBuild<'a> {
    pub(super) go: &'a Path,
    /// The folder with `go.mod`.
    pub(super) source: &'a Path,
    pub(super) packages: Vec<String>,
    /// Build tags, separated by commas.
    pub(super) tags: &'a str,
    /// Variables of packages, each with the value that the linker gives it.
    pub(super) variables: Vec<(&'a str, &'a str)>,
    /// The file or folder that receives the result.
    pub(super) output: &'a Path,
    /// The folder of the build cache, or `None` for the user's.
    pub(super) cache: Option<&'a Path>,
    /// The folder of temporary files, or `None` for the user's.
    pub(super) temporary: Option<&'a Path>,
    pub(super) limit: Duration,
}

impl GoBuild<'_> {
    /// Builds the packages with the dependencies that `go.sum` pins.
    pub(super) fn run(&self) -> Result<(), Error> {
        let variables = self.variables.iter();
        let linker_flags: String = variables
            .map(|(variable, value)| format!(" -X {variable}={value}"))
            .collect();
        // It ends with this process. A compiler that it has started ends after its current package.
        let mut build = command("nice", Account::CURRENT);
        build
            .current_dir(self.source)
            .args(["-n", "19"])
            .arg(self.go)
            .args(["build", "-mod=readonly", "-trimpath", "-buildvcs=false"])
            .args(["-tags", self.tags])
            .arg(format!("-ldflags=-s -w{linker_flags}"))
            .arg("-o")
            .arg(self.output)
            .args(&self.packages)
            .env("CGO_ENABLED", "0")
            .env("GOFLAGS", "")
            .env("GOWORK", "off");
        if let Some(cache) = self.cache {
            build.env("GOCACHE", cache);
        }
        if let Some(temporary) = self.temporary {
            build.env("GOTMPDIR", temporary);
        }
        run(&Invocation::new("go build").time_limit(self.limit), build).map(drop)
    }
}

/// Copies a program to a folder. It appears by a rename, so other processes never see a partial file.
pub(super) fn publish(built: &Path, program: &str, folder: &Path) -> Result<(), Error> {
    fs::create_dir_all(folder)
        .map_err(Error::io(format!("create the folder {}", folder.display())))?;
    let unfinished = folder.join(format!("{program}.new"));
    fs::copy(built.join(program), &unfinished)
        .and_then(|_length| fs::rename(&unfinished, folder.join(program)))
        .map_err(Error::io(format!("copy {program} to the tools folder")))
}
