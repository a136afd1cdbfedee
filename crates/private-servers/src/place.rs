use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::claim::Claim;
use crate::temporary::{self, Temporary};
use crate::{Error, Kind};

/// Where servers keep their data: one folder in it for each kind of server.
///
/// A temporary place is gone after the last server in it. Servers hold on to their place, so it may be dropped early.
#[derive(Debug, Clone)]
pub struct Place {
    path: PathBuf,
    _temporary: Option<Arc<Temporary>>,
}

impl Place {
    /// A fresh folder, removed with the last server in it. When this process is killed before, the next temporary place
    /// of the same user removes it.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be made.
    pub fn temporary() -> Result<Self, Error> {
        temporary::remove_abandoned();
        let temporary = Temporary::make().map_err(Error::io("make a temporary folder"))?;
        Ok(Self {
            path: temporary.path().to_owned(),
            _temporary: Some(Arc::new(temporary)),
        })
    }

    /// A folder that stays. Servers that already have data there continue with it, with the same credentials, and at
    /// the same port if it is free.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be made.
    pub fn at(path: &Path) -> Result<Self, Error> {
        let doing = || format!("make the folder {}", path.display());
        fs::create_dir_all(path).map_err(Error::io(doing()))?;
        let path = path.canonicalize().map_err(Error::io(doing()))?;
        Ok(Self {
            path,
            _temporary: None,
        })
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// The folder of one server in a place, locked against a second one.
#[derive(Debug)]
pub struct Room {
    path: PathBuf,
    _lock: Claim,
    _place: Place,
}

impl Room {
    pub(crate) fn enter(place: &Place, kind: Kind) -> Result<Self, Error> {
        let path = place.path.join(kind.folder());
        let doing = || format!("make the folder {}", path.display());
        fs::create_dir_all(&path).map_err(Error::io(doing()))?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700))
            .map_err(Error::io(doing()))?;
        let Some(lock) = Claim::take(&path.join("lock")).map_err(Error::io(doing()))? else {
            return Err(Error::PlaceInUse(path));
        };
        Ok(Self {
            path,
            _lock: lock,
            _place: place.clone(),
        })
    }

    /// The folder itself, for its user only.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What [`crate::Server::wipe`] deletes. The server makes it when it is missing.
    pub(crate) fn data(&self) -> PathBuf {
        self.path.join("data")
    }

    /// What the server printed, over all its starts.
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
    fn a_temporary_place_lives_as_long_as_its_last_server() {
        let place = Place::temporary().expect("a place");
        let path = place.path().to_owned();
        let room = Room::enter(&place, Kind::Redis).expect("a room");
        drop(place);
        assert!(path.exists());
        drop(room);
        assert!(!path.exists());
    }

    #[test]
    fn a_room_is_for_one_server() {
        let place = Place::temporary().expect("a place");
        let _room = Room::enter(&place, Kind::Redis).expect("a room");
        let second = Room::enter(&place, Kind::Redis);
        assert!(matches!(second, Err(Error::PlaceInUse(_))), "{second:?}");
        assert!(Room::enter(&place, Kind::Mongo).is_ok());
    }
}
