use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::Error;
use crate::temporary_dir::{self, TemporaryDir};

/// The folder under which servers keep their data, with one subfolder for each kind of server.
///
/// A temporary root is deleted with the last server in it. Servers keep a reference, so this value may be dropped before
/// them.
#[derive(Debug, Clone)]
pub struct DataRoot {
    path: PathBuf,
    _temporary: Option<Arc<TemporaryDir>>,
}

impl DataRoot {
    /// Creates a temporary folder. If this process is killed, the next call by the same user deletes the folder.
    ///
    /// # Errors
    /// [`Error::Io`] if the folder cannot be created.
    pub fn temporary() -> Result<Self, Error> {
        temporary_dir::remove_abandoned();
        let temporary = TemporaryDir::create().map_err(Error::io("create a temporary folder"))?;
        Ok(Self {
            path: temporary.path().to_owned(),
            _temporary: Some(Arc::new(temporary)),
        })
    }

    /// Uses a permanent folder. Servers with data in it start with that data, the same credentials, and the same port if
    /// it is free.
    ///
    /// # Errors
    /// [`Error::Io`] if the folder cannot be created.
    pub fn at(path: &Path) -> Result<Self, Error> {
        let doing = || format!("create the folder {}", path.display());
        fs::create_dir_all(path).map_err(Error::io(doing()))?;
        let path = path.canonicalize().map_err(Error::io(doing()))?;
        Ok(Self {
            path,
            _temporary: None,
        })
    }

    /// Returns the path of the folder.
    pub fn path(&self) -> &Path {
        &self.path
    }
}
