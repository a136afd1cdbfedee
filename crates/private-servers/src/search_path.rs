//! Looks up programs and folders in the file system.

use std::path::{Path, PathBuf};

/// Returns the path of a program in the folders of `PATH`.
pub(crate) fn in_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).find_map(|folder| in_folder(&folder, name))
}

/// Returns the path of a program in one folder.
pub(crate) fn in_folder(folder: &Path, name: &str) -> Option<PathBuf> {
    Some(folder.join(name)).filter(|program| program.is_file())
}

/// Returns the entries of a folder, or none if the folder does not exist.
pub(crate) fn entries(folder: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}
