use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde_json::Value;

/// Directories nested deeper than this are not contracts.
const MAX_DEPTH: usize = 8;

/// The contracts could not be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {path}")]
pub struct LoadError {
    /// The file or directory.
    pub path: PathBuf,
    /// The error of the operating system.
    pub source: io::Error,
}

/// The files of a `contracts/` directory at one point in time: on disk, or in a revision.
#[derive(Debug, Clone, Default)]
pub struct ContractSet {
    documents: BTreeMap<String, Value>,
    texts: BTreeMap<String, String>,
    broken: BTreeMap<String, String>,
}

impl ContractSet {
    /// Reads the directory `dir`, the one that holds `schemas/`.
    ///
    /// # Errors
    /// When a file or directory cannot be read. A file with invalid JSON is not an error here;
    /// [`crate::check::check`] reports it.
    pub fn from_dir(dir: &Path) -> Result<Self, LoadError> {
        let mut files = Vec::new();
        collect(dir, "", MAX_DEPTH, &mut files)?;
        Ok(Self::from_files(files))
    }

    /// Creates a set from paths relative to the contracts directory, with `/` between names, and contents.
    pub fn from_files(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        let mut set = Self::default();
        for (path, bytes) in files {
            set.add(path, &bytes);
        }
        set
    }

    fn add(&mut self, path: String, bytes: &[u8]) {
        if path.ends_with(".json") {
            match serde_json::from_slice(bytes) {
                Ok(document) => {
                    self.documents.insert(path, document);
                }
                Err(error) => {
                    self.broken.insert(path, error.to_string());
                }
            }
        } else {
            let text = String::from_utf8_lossy(bytes).into_owned();
            self.texts.insert(path, text);
        }
    }

    /// Returns `true` if the set has no files.
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty() && self.texts.is_empty() && self.broken.is_empty()
    }

    /// Returns the JSON document at `path`.
    pub fn document(&self, path: &str) -> Option<&Value> {
        self.documents.get(path)
    }

    /// Returns every JSON document with its path.
    pub fn documents(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.documents
            .iter()
            .map(|(path, document)| (path.as_str(), document))
    }

    /// Returns every schema with its name: the path under `schemas/` without `.json`.
    pub fn schemas(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.documents()
            .filter_map(|(path, document)| Some((schema_name(path)?, document)))
    }

    /// Returns the schema with this name.
    pub fn schema(&self, name: &str) -> Option<&Value> {
        self.document(&format!("schemas/{name}.json"))
    }

    /// Returns the text of the file at `path`, if it is not JSON.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(String::as_str)
    }

    /// Returns the `.json` files that are not JSON, with the parser's message.
    pub fn broken(&self) -> impl Iterator<Item = (&str, &str)> {
        self.broken
            .iter()
            .map(|(path, error)| (path.as_str(), error.as_str()))
    }
}

/// Returns the name of the schema in the file at `path`.
pub(crate) fn schema_name(path: &str) -> Option<&str> {
    path.strip_prefix("schemas/")?.strip_suffix(".json")
}

fn collect(
    dir: &Path,
    prefix: &str,
    depth: usize,
    files: &mut Vec<(String, Vec<u8>)>,
) -> Result<(), LoadError> {
    for entry in fs::read_dir(dir).map_err(at(dir))? {
        let entry = entry.map_err(at(dir))?;
        let path = entry.path();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if !path.is_dir() {
            files.push((name, fs::read(&path).map_err(at(&path))?));
        } else if depth > 0 {
            collect(&path, &format!("{name}/"), depth - 1, files)?;
        }
    }
    Ok(())
}

fn at(path: &Path) -> impl Fn(io::Error) -> LoadError + '_ {
    move |source| LoadError {
        path: path.to_owned(),
        source,
    }
}
