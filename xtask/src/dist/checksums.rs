//! The file `SHA256SUMS` of a release, in the format of `sha256sum`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, bail};
use sha2::{Digest, Sha256};

use super::file;

pub(crate) const FILE: &str = "SHA256SUMS";

/// The SHA-256 of files, in lower-case hexadecimal digits.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Checksums(BTreeMap<String, String>);

impl Checksums {
    /// Computes the checksums of all files in a folder.
    pub(crate) fn compute(folder: &Path) -> anyhow::Result<Self> {
        let mut checksums = BTreeMap::new();
        for name in file_names(folder)? {
            if name != FILE {
                let bytes = file::read(&folder.join(&name))?;
                checksums.insert(name, hexadecimal(&Sha256::digest(bytes)));
            }
        }
        Ok(Self(checksums))
    }

    /// Reads the file of a release.
    pub(super) fn read(folder: &Path) -> anyhow::Result<Self> {
        let text = String::from_utf8(file::read(&folder.join(FILE))?)?;
        let mut checksums = BTreeMap::new();
        for line in text.lines() {
            let Some((digest, name)) = line.split_once("  ") else {
                bail!("{FILE} contains `{line}`");
            };
            checksums.insert(name.to_owned(), digest.to_owned());
        }
        Ok(Self(checksums))
    }

    pub(crate) fn write(&self, folder: &Path) -> anyhow::Result<()> {
        let mut text = String::new();
        for (name, digest) in &self.0 {
            writeln!(text, "{digest}  {name}")?;
        }
        file::write(&folder.join(FILE), text)
    }

    pub(super) fn get(&self, name: &str) -> anyhow::Result<&str> {
        let digest = self.0.get(name).map(String::as_str);
        digest.with_context(|| format!("there is no {name}"))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, digest)| (name.as_str(), digest.as_str()))
    }
}

/// Returns the names of the files in a folder.
///
/// # Errors
/// If it contains anything else.
pub(super) fn file_names(folder: &Path) -> anyhow::Result<Vec<String>> {
    let entries = std::fs::read_dir(folder);
    let mut names = Vec::new();
    for entry in entries.with_context(|| format!("cannot list {}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !entry.file_type()?.is_file() {
            bail!("{} contains `{name}`, which is no file", folder.display());
        }
        names.push(name);
    }
    Ok(names)
}

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_is_in_the_format_of_sha256sum() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("abc"), "abc").expect("written");
        let checksums = Checksums::compute(folder.path()).expect("computed");
        checksums.write(folder.path()).expect("written");
        let text = std::fs::read_to_string(folder.path().join(FILE)).expect("readable");
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(text, format!("{abc}  abc\n"));
        assert_eq!(Checksums::read(folder.path()).expect("valid"), checksums);
    }
}
