use std::fs;
use std::io::Write as _;
use std::path::Path;

use crate::DeployError;

/// Creates a directory that only its owner can enter, and so read the files in it.
pub(crate) fn create(path: &Path) -> Result<(), DeployError> {
    let create = || {
        fs::create_dir_all(path)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
        }
        Ok(())
    };
    create().map_err(|source| file_error("write", path, source))
}

/// Replaces a file in one step: a reader finds the old or the new content.
///
/// The file can be read by every user that can enter its directory: containers run as other users, and get files mounted out
/// of a directory that only the owner can enter.
pub(crate) fn replace(path: &Path, content: &[u8]) -> Result<(), DeployError> {
    let write = || {
        let dir = path.parent().unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(dir)?;
        file.write_all(content)?;
        file.as_file().sync_all()?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            file.as_file()
                .set_permissions(fs::Permissions::from_mode(0o644))?;
        }
        file.persist(path)?;
        Ok(())
    };
    write().map_err(|source| file_error("write", path, source))
}

/// Writes content over an existing file without replacing it, so that a container that has it mounted sees the change; creates
/// it otherwise.
pub(crate) fn update(path: &Path, content: &[u8]) -> Result<(), DeployError> {
    match fs::read(path) {
        Ok(current) if current == content => Ok(()),
        Ok(_) => fs::write(path, content).map_err(|source| file_error("write", path, source)),
        Err(_) => replace(path, content),
    }
}

pub(crate) fn file_error(action: &'static str, path: &Path, source: std::io::Error) -> DeployError {
    DeployError::File {
        action,
        path: path.to_owned(),
        source,
    }
}
