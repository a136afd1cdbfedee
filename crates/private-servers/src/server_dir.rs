use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use crate::data_root::DataRoot;
use crate::file_lock::FileLock;
use crate::{Error, Kind};

/// The folder of one server under a [`DataRoot`], locked against a second server of the same kind.
#[derive(Debug)]
pub struct ServerDir {
    path: PathBuf,
    _lock: FileLock,
    _root: DataRoot,
}

impl ServerDir {
    pub(crate) fn lock(root: &DataRoot, kind: Kind) -> Result<Self, Error> {
        let path = root.path().join(kind.folder());
        let doing = || format!("create the folder {}", path.display());
        fs::create_dir_all(&path).map_err(Error::io(doing()))?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700))
            .map_err(Error::io(doing()))?;
        let lock = FileLock::try_acquire(&path.join("lock")).map_err(Error::io(doing()))?;
        let Some(lock) = lock else {
            return Err(Error::DirInUse(path));
        };
        Ok(Self {
            path,
            _lock: lock,
            _root: root.clone(),
        })
    }

    /// Returns the folder, which only the user of the server may enter.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the subfolder that [`crate::Server::wipe`] deletes. The server creates it if it is missing.
    pub(crate) fn data(&self) -> PathBuf {
        self.path.join("data")
    }

    /// Returns the file with the output of the server, appended to at every start.
    pub(crate) fn log(&self) -> PathBuf {
        self.path.join("server.log")
    }

    /// Deletes the data.
    pub(crate) fn clear(&self) -> Result<(), Error> {
        let data = self.data();
        if data.exists() {
            fs::remove_dir_all(&data)
                .map_err(Error::io(format!("delete the folder {}", data.display())))?;
        }
        Ok(())
    }
}

/// Writes a file that only its owner may read.
pub(crate) fn write_private(file: &Path, text: &str) -> Result<(), Error> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(file)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(Error::io(format!("write {}", file.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn temporary_root_is_deleted_with_its_last_server() {
        let root = DataRoot::temporary().expect("a temporary folder");
        let path = root.path().to_owned();
        let dir = ServerDir::lock(&root, Kind::Redis).expect("not locked");
        drop(root);
        assert!(path.exists());
        drop(dir);
        assert!(!path.exists());
    }

    #[test]
    fn server_dir_is_locked_by_one_server() {
        let root = DataRoot::temporary().expect("a temporary folder");
        let _dir = ServerDir::lock(&root, Kind::Redis).expect("not locked");
        let second = ServerDir::lock(&root, Kind::Redis);
        assert!(matches!(second, Err(Error::DirInUse(_))), "{second:?}");
        assert!(ServerDir::lock(&root, Kind::Mongo).is_ok());
    }
}
