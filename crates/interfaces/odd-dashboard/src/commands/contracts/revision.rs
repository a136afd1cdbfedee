use std::path::Path;
use std::process::Command;

use odd_contract_tools::ContractSet;

use crate::failure::Failure;

/// The folders that a comparison reads. Fixtures and interface documents are not compared.
const PARTS: [&str; 2] = ["schemas", "migrations"];

/// Reads the contracts as they were in a git revision.
///
/// # Errors
/// When git cannot be run, or does not know the revision.
pub(super) fn read(revision: &str, dir: &Path) -> Result<ContractSet, Failure> {
    let unknown = |why: String| {
        Failure::usage(format!(
            "{revision} is neither a directory nor a git revision"
        ))
        .cause(why)
    };
    let commit = format!("{revision}^{{commit}}");
    let verify = [
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        &commit,
    ];
    let commit = git(dir, &verify).map_err(unknown)?;
    let commit = String::from_utf8_lossy(&commit).trim().to_owned();
    let list = [
        "ls-tree",
        "-r",
        "-z",
        "--name-only",
        &commit,
        "--",
        PARTS[0],
        PARTS[1],
    ];
    let names = git(dir, &list).map_err(Failure::failed)?;
    let names = String::from_utf8_lossy(&names).into_owned();
    let mut files = Vec::new();
    for name in names.split('\0').filter(|name| !name.is_empty()) {
        let object = format!("{commit}:./{name}");
        let content = git(dir, &["cat-file", "blob", &object]).map_err(Failure::failed)?;
        files.push((name.to_owned(), content));
    }
    Ok(ContractSet::from_files(files))
}

fn git(dir: &Path, args: &[&str]) -> Result<Vec<u8>, String> {
    let output = Command::new("git")
        .arg("-C")
        .arg(dir)
        .args(args)
        .output()
        .map_err(|error| format!("cannot run git: {error}"))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(match message.is_empty() {
        true => "git does not know the revision".to_owned(),
        false => message,
    })
}
