use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

use crate::DeployError;

/// Creates a directory that only its owner can enter, and so read the files in it. An existing one has to be like that already:
/// its permissions are not changed, because it may serve another purpose.
pub(crate) fn create(path: &Path) -> Result<(), DeployError> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(|source| file_error("write", parent, source))?;
    }
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    match builder.create(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => check_private(path),
        created => created.map_err(|source| file_error("write", path, source)),
    }
}

#[cfg(unix)]
fn check_private(path: &Path) -> Result<(), DeployError> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = fs::metadata(path).map_err(|source| file_error("read", path, source))?;
    match metadata.is_dir() && metadata.permissions().mode() & 0o077 == 0 {
        true => Ok(()),
        false => Err(DeployError::NotPrivate {
            path: path.to_owned(),
        }),
    }
}

/// Permissions of Windows are inherited from the directory above.
#[cfg(not(unix))]
fn check_private(_path: &Path) -> Result<(), DeployError> {
    Ok(())
}

/// Creates a file that only its owner can read, unless there is one already. Returns `false` in that case.
pub(crate) fn create_file(path: &Path, content: &[u8]) -> Result<bool, DeployError> {
    let result = temporary(path, content).and_then(|file| match file.persist_noclobber(path) {
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Ok(false),
        persisted => {
            persisted?;
            sync_directory(path)?;
            Ok(true)
        }
    });
    result.map_err(|source| file_error("write", path, source))
}

/// Replaces a file that only its owner can read, in one step: a reader finds the old or the new content.
pub(crate) fn replace_file(path: &Path, content: &[u8]) -> Result<(), DeployError> {
    let result = temporary(path, content).and_then(|file| {
        file.persist(path)?;
        sync_directory(path)
    });
    result.map_err(|source| file_error("write", path, source))
}

/// The library creates the file with the mode 0600.
fn temporary(path: &Path, content: &[u8]) -> io::Result<tempfile::NamedTempFile> {
    let mut file = tempfile::NamedTempFile::new_in(directory(path))?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    Ok(file)
}

fn directory(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("."))
}

/// Without this, a new name may be lost with the power.
#[cfg(unix)]
fn sync_directory(path: &Path) -> io::Result<()> {
    fs::File::open(directory(path))?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory(_path: &Path) -> io::Result<()> {
    Ok(())
}

/// Writes a file that every user can read who can enter its directory: containers run as other users. An existing file is not
/// replaced but changed, so that a container that has it mounted sees the change.
pub(crate) fn update(path: &Path, content: &[u8]) -> Result<(), DeployError> {
    let write = || {
        if fs::read(path).is_ok_and(|current| current == content) {
            return Ok(());
        }
        fs::write(path, content)?;
        set_mode(path, 0o644)
    };
    write().map_err(|source| file_error("write", path, source))
}

/// Sets the permissions of a file or directory that containers read; the umask may forbid it.
#[cfg(unix)]
pub(crate) fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
pub(crate) fn set_mode(_path: &Path, _mode: u32) -> io::Result<()> {
    Ok(())
}

pub(crate) fn file_error(action: &'static str, path: &Path, source: std::io::Error) -> DeployError {
    DeployError::File {
        action,
        path: path.to_owned(),
        source,
    }
}
