use std::fs::{self, File};

use super::{advice, debian, ferretdb, tools};
use crate::{Error, Kind};

/// Installs a server unless it `is_there` by the time that it is our turn.
pub(super) fn install(kind: Kind, is_there: impl Fn() -> bool) -> Result<(), Error> {
    let _turn = take_turn()?;
    if is_there() {
        return Ok(());
    }
    match kind {
        Kind::Mongo => ferretdb::install(),
        _ if debian::can_install() => debian::install(kind),
        _ => Err(advice::not_installed(kind)),
    }
}

/// Waits until no other process installs anything. Dropping the file ends the turn.
fn take_turn() -> Result<File, Error> {
    let folder = tools::folder()?;
    let doing = || format!("lock the folder {}", folder.display());
    fs::create_dir_all(&folder).map_err(Error::io(doing()))?;
    let file = File::create(folder.join("install.lock")).map_err(Error::io(doing()))?;
    file.lock().map_err(Error::io(doing()))?;
    Ok(file)
}
