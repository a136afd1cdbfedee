//! The folder for programs that no package installs, and the time limit of an installation.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::Error;
use crate::search_path::in_folder;

/// The time limit of one installation step.
pub(super) const INSTALL_LIMIT: Duration = Duration::from_secs(30 * 60);

/// Returns `ODD_TOOLS_DIR`, or `odd-dashboard/tools` in the user's cache folder.
pub(super) fn folder() -> Result<PathBuf, Error> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    if let Some(folder) = variable("ODD_TOOLS_DIR") {
        return Ok(PathBuf::from(folder));
    }
    let cache = variable("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(Path::new(&variable("HOME")?).join(".cache")))
        .ok_or_else(|| std::io::ErrorKind::NotFound.into())
        .map_err(Error::io("find a folder for tools: set ODD_TOOLS_DIR"))?;
    Ok(cache.join("odd-dashboard").join("tools"))
}

/// Returns the path of a program in the folder.
pub(super) fn program(name: &str) -> Option<PathBuf> {
    in_folder(&programs().ok()?, name)
}

/// Returns the subfolder with the programs.
pub(super) fn programs() -> Result<PathBuf, Error> {
    Ok(folder()?.join("bin"))
}
