//! Archives whose bytes depend only on their content: sorted, with one date and no owner.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use zip::write::SimpleFileOptions;
use zip::{DateTime, ZipArchive, ZipWriter};

/// 1980-01-01, the earliest date of a ZIP file.
const DATE: u64 = 315_532_800;

const PROGRAM_MODE: u32 = 0o755;
const FILE_MODE: u32 = 0o644;

/// The files of an archive, in one folder.
pub(crate) struct Archive {
    folder: String,
    files: BTreeMap<String, Entry>,
}

struct Entry {
    bytes: Vec<u8>,
    mode: u32,
}

impl Archive {
    /// Returns an archive whose files will be extracted into `folder`.
    pub(crate) fn new(folder: impl Into<String>) -> Self {
        Self {
            folder: folder.into(),
            files: BTreeMap::new(),
        }
    }

    pub(crate) fn add(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.insert(path.into(), bytes.into(), FILE_MODE);
    }

    pub(crate) fn add_program(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.insert(path.into(), bytes.into(), PROGRAM_MODE);
    }

    fn insert(&mut self, path: String, bytes: Vec<u8>, mode: u32) {
        let path = format!("{}/{path}", self.folder);
        self.files.insert(path, Entry { bytes, mode });
    }

    /// Writes a ZIP file if the name ends in `.zip`, otherwise a compressed tar file.
    pub(crate) fn write(&self, path: &Path) -> anyhow::Result<()> {
        self.write_with(path, Compression::best())
    }

    /// Like [`Archive::write`], with another level of compression in tar files.
    pub(crate) fn write_with(&self, path: &Path, level: Compression) -> anyhow::Result<()> {
        let file = File::create(path).map(BufWriter::new);
        let write = |file| match is_zip(path) {
            true => self.write_zip(file),
            false => self.write_tar(file, level),
        };
        file.map_err(Into::into)
            .and_then(write)
            .with_context(|| format!("cannot write {}", path.display()))
    }

    fn write_tar(&self, file: BufWriter<File>, level: Compression) -> anyhow::Result<()> {
        // Without a file name and a date.
        let mut archive = tar::Builder::new(GzEncoder::new(file, level));
        for (path, entry) in &self.files {
            let mut header = tar::Header::new_gnu();
            header.set_size(entry.bytes.len().try_into()?);
            header.set_mode(entry.mode);
            header.set_mtime(DATE);
            archive.append_data(&mut header, path, entry.bytes.as_slice())?;
        }
        archive.into_inner()?.finish()?.flush()?;
        Ok(())
    }

    fn write_zip(&self, file: BufWriter<File>) -> anyhow::Result<()> {
        let mut archive = ZipWriter::new(file);
        for (path, entry) in &self.files {
            let options = SimpleFileOptions::default()
                .last_modified_time(DateTime::default())
                .unix_permissions(entry.mode);
            archive.start_file(path.as_str(), options)?;
            archive.write_all(&entry.bytes)?;
        }
        archive.finish()?.flush()?;
        Ok(())
    }
}

/// Returns the path of each file in an archive, and whether it is a program.
///
/// # Errors
/// If the archive cannot be read to its end.
pub(super) fn list(path: &Path) -> anyhow::Result<BTreeMap<String, bool>> {
    let list = match is_zip(path) {
        true => list_zip(path),
        false => list_tar(path),
    };
    list.with_context(|| format!("cannot read {}", path.display()))
}

fn list_tar(path: &Path) -> anyhow::Result<BTreeMap<String, bool>> {
    let mut archive = tar::Archive::new(GzDecoder::new(File::open(path)?));
    let mut files = BTreeMap::new();
    for entry in archive.entries()? {
        let entry = entry?;
        let path = entry.path()?.to_string_lossy().into_owned();
        files.insert(path, is_program(Some(entry.header().mode()?)));
    }
    // The checksum is at the end.
    std::io::copy(&mut archive.into_inner(), &mut std::io::sink())?;
    Ok(files)
}

fn list_zip(path: &Path) -> anyhow::Result<BTreeMap<String, bool>> {
    let mut archive = ZipArchive::new(File::open(path)?)?;
    let mut files = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index)?;
        // Compares the checksum too.
        std::io::copy(&mut file, &mut std::io::sink())?;
        files.insert(file.name()?.into_owned(), is_program(file.unix_mode()));
    }
    Ok(files)
}

fn is_program(mode: Option<u32>) -> bool {
    mode.is_some_and(|mode| mode & 0o111 != 0)
}

fn is_zip(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "zip")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(names: [&str; 2]) -> Archive {
        let mut archive = Archive::new("folder");
        for name in names {
            archive.add(name, name);
        }
        archive.add_program("run", "#!/bin/sh\n");
        archive
    }

    #[test]
    fn equal_content_makes_equal_bytes() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["a.tar.gz", "a.zip"] {
            let path = folder.path().join(name);
            let write = |names| {
                archive(names).write(&path).expect("written");
                std::fs::read(&path).expect("readable")
            };
            assert!(write(["x", "y/z"]) == write(["y/z", "x"]), "{name}");
            assert!(write(["x", "y/z"]) != write(["x", "y/y"]), "{name}");
        }
    }

    #[test]
    fn files_and_programs_are_listed() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["a.tar.gz", "a.zip"] {
            let path = folder.path().join(name);
            archive(["x", "y/z"]).write(&path).expect("written");
            let listed: Vec<_> = list(&path).expect("readable").into_iter().collect();
            let expected = [
                ("folder/run", true),
                ("folder/x", false),
                ("folder/y/z", false),
            ];
            assert_eq!(listed, expected.map(|(path, is)| (path.to_owned(), is)));
        }
    }

    #[test]
    fn truncated_archive_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["a.tar.gz", "a.zip"] {
            let path = folder.path().join(name);
            archive(["x", "y/z"]).write(&path).expect("written");
            let bytes = std::fs::read(&path).expect("readable");
            std::fs::write(&path, &bytes[..bytes.len() - 4]).expect("written");
            assert!(list(&path).is_err(), "{name}");
        }
    }
}
