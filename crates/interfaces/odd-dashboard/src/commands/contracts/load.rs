use std::path::{Path, PathBuf};

use odd_contract_tools::{ContractSet, LoadError};

use crate::failure::Failure;

/// Finds the directory that holds `schemas/`: `dir` itself, or `contracts` in it.
pub(super) fn contracts_dir(dir: &Path) -> Result<PathBuf, Failure> {
    [dir.to_owned(), dir.join("contracts")]
        .into_iter()
        .find(|candidate| candidate.join("schemas").is_dir())
        .ok_or_else(|| {
            Failure::usage(format!("there are no contracts in {}", dir.display()))
                .hint("name the directory that holds schemas/ with --dir")
        })
}

/// Reads the contracts in a directory.
pub(super) fn load(dir: &Path) -> Result<ContractSet, Failure> {
    ContractSet::from_dir(dir).map_err(unreadable)
}

fn unreadable(error: LoadError) -> Failure {
    Failure::failed(error.to_string()).cause(error.source)
}
