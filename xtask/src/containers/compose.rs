//! The programs of a private engine: Debian's `docker`, and Docker Compose, which a Python package contains.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::Context;

use crate::python::Python;
use crate::workspace::Workspace;

/// Debian's client builds images without a plugin, which other clients need.
const DEBIAN_PROGRAMS: &str = "/usr/bin";

/// Returns the search path of commands that use a private engine.
pub(super) fn search_path(workspace: &Workspace) -> anyhow::Result<OsString> {
    let environment = Python::find()?.environment(workspace, "containers")?;
    let compose = environment.program("docker-compose");
    let compose = compose.parent().context("a program is in a folder")?;
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = [compose.to_owned(), PathBuf::from(DEBIAN_PROGRAMS)];
    env::join_paths(folders.into_iter().chain(env::split_paths(&path)))
        .context("a folder of PATH contains a colon")
}
