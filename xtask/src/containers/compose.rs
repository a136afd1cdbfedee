//! Docker Compose on a machine without it: a Python package contains the program.

use std::env;
use std::ffi::OsString;

use anyhow::Context;

use crate::process;
use crate::python::Python;
use crate::workspace::Workspace;

/// Returns the search path of this process, and on it a folder with `docker-compose` if the machine has no Docker Compose.
pub(super) fn search_path(workspace: &Workspace) -> anyhow::Result<OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    let has_compose = process::is_installed("docker", &["compose", "version"])
        || process::is_installed("docker-compose", &["version"]);
    if has_compose {
        return Ok(path);
    }
    let environment = Python::find()?.environment(workspace, "containers")?;
    let program = environment.program("docker-compose");
    let folder = program.parent().context("a program is in a folder")?;
    let folders = std::iter::once(folder.to_owned()).chain(env::split_paths(&path));
    env::join_paths(folders).context("a folder of PATH contains a colon")
}
