use std::fs::{self, File};

use super::{advice, debian, ferretdb, tools};
use crate::{Error, Kind};

/// Waits for the installation lock, then installs the server unless another process has done so.
pub(super) fn install(kind: Kind, is_installed: impl Fn() -> bool) -> Result<(), Error> {
    let _lock = lock()?;
    if is_installed() {
        return Ok(());
    }
    match kind {
        Kind::Mongo => ferretdb::install(),
        _ if debian::can_install() => debian::install(kind),
        _ => Err(advice::not_installed(kind)),
    }
}

/// Locks the installation against other processes until the file is dropped.
fn lock() -> Result<File, Error> {
    let folder = tools::folder()?;
    let doing = || format!("lock the folder {}", folder.display());
    fs::create_dir_all(&folder).map_err(Error::io(doing()))?;
    let file = File::create(folder.join("install.lock")).map_err(Error::io(doing()))?;
    file.lock().map_err(Error::io(doing()))?;
    Ok(file)
}
