use std::path::{Path, PathBuf};

use super::{debian, install};
use crate::Error;
use crate::search_path::in_path;

const NAME: &str = "Chromium";
/// The names of its program in packages, and of browsers that are built from it.
const PROGRAMS: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];
/// Where it is installed on macOS.
const APPLICATIONS: [&str; 2] = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// Returns the path of the browser for tests: `ODD_CHROMIUM`, or Chromium or Chrome if one of them is installed. Otherwise
/// installs the Debian package, under the conditions of [`ensure_installed`](super::ensure_installed).
///
/// # Errors
/// [`Error::NotInstalled`] names the package to install; [`Error::Program`] if an installation fails.
pub fn chromium() -> Result<PathBuf, Error> {
    if let Some(configured) = std::env::var_os("ODD_CHROMIUM") {
        return Ok(PathBuf::from(configured));
    }
    if let Some(found) = find() {
        return Ok(found);
    }
    let _lock = install::lock(install::LOCK)?;
    if find().is_none() && debian::can_install() {
        debian::install(NAME, "chromium")?;
    }
    find().ok_or_else(|| Error::NotInstalled {
        name: NAME.to_owned(),
        advice: "on Debian and Ubuntu `apt-get install chromium`, on Fedora `dnf install chromium`, on macOS `brew \
                 install --cask chromium`, or set ODD_CHROMIUM to its path"
            .to_owned(),
    })
}

fn find() -> Option<PathBuf> {
    let application = || {
        APPLICATIONS
            .iter()
            .map(Path::new)
            .find(|path| path.exists())
    };
    PROGRAMS
        .iter()
        .find_map(|name| in_path(name))
        .or_else(|| application().map(Path::to_owned))
}
