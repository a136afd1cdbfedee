use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{INSTALL_LIMIT, advice, in_path, tools};
use crate::process::{Once, run};
use crate::{Error, Kind};

/// The program.
pub(super) const NAME: &str = "ferretdb";
const MODULE: &str = "github.com/FerretDB/FerretDB";
/// The last version with SQLite.
const VERSION: &str = "v1.24.2";

/// Builds it from the module's own source with the dependencies that its `go.sum` pins, and puts it into the folder of
/// tools.
///
/// `go install` makes a program that does not start: it looks for the file `version.txt`, which its makers generate
/// and the module lacks.
pub(super) fn install() -> Result<(), Error> {
    let Some(go) = in_path("go") else {
        return Err(advice::not_installed(Kind::Mongo));
    };
    eprintln!(
        "Installing FerretDB {VERSION}: go build {MODULE}/cmd/{NAME}, which takes a few minutes"
    );
    let workshop = tempfile::tempdir().map_err(Error::io("make a temporary folder"))?;
    let source = workshop.path().join("source");
    copy(&download(&go, workshop.path())?, &source).map_err(Error::io("copy FerretDB's source"))?;
    let version = source.join("build/version/version.txt");
    fs::write(&version, VERSION).map_err(Error::io("write FerretDB's version"))?;
    let built = workshop.path().join(NAME);
    let mut build = Command::new(&go);
    build
        .current_dir(&source)
        .args(["build", "-trimpath", "-ldflags=-s -w", "-o"])
        .arg(&built)
        .arg(format!("./cmd/{NAME}"))
        .env("GOFLAGS", "")
        .env("GOWORK", "off");
    run(&Once::new("go build").within(INSTALL_LIMIT), build)?;
    put_in_place(&built)
}

/// The folder with the module's source, in Go's cache.
fn download(go: &Path, workshop: &Path) -> Result<PathBuf, Error> {
    let manifest = format!("module workshop\n\ngo 1.24\n\nrequire {MODULE} {VERSION}\n");
    fs::write(workshop.join("go.mod"), manifest).map_err(Error::io("write a Go module"))?;
    let mut download = Command::new(go);
    download
        .current_dir(workshop)
        .args(["mod", "download", "-json", MODULE])
        .env("GOFLAGS", "")
        .env("GOWORK", "off");
    let answer = run(
        &Once::new("go mod download").within(INSTALL_LIMIT),
        download,
    )?;
    // Both streams are in it; the answer is an object that begins and ends on lines of its own.
    let start = answer.find('{').unwrap_or(0);
    let end = answer.rfind('}').map_or(answer.len(), |end| end + 1);
    serde_json::from_str::<serde_json::Value>(&answer[start..end])
        .ok()
        .and_then(|answer| Some(PathBuf::from(answer.get("Dir")?.as_str()?)))
        .ok_or_else(|| std::io::ErrorKind::InvalidData.into())
        .map_err(Error::io("read the answer of `go mod download`"))
}

/// A copy that may be written to, which Go's cache may not.
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

/// It appears whole or not at all, also for those who look while it is written.
fn put_in_place(built: &Path) -> Result<(), Error> {
    let folder = tools::programs()?;
    fs::create_dir_all(&folder)
        .map_err(Error::io(format!("make the folder {}", folder.display())))?;
    let unfinished = folder.join(format!("{NAME}.new"));
    fs::copy(built, &unfinished)
        .and_then(|_length| fs::rename(&unfinished, folder.join(NAME)))
        .map_err(Error::io("put FerretDB in place"))
}
