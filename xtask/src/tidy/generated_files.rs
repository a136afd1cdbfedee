//! Generated files are equal to what their generators return.

use super::Finding;
use crate::generated;
use crate::workspace::Workspace;

pub(super) fn check(workspace: &Workspace) -> anyhow::Result<Vec<Finding>> {
    let outdated = generated::outdated(workspace)?.into_iter();
    Ok(outdated
        .map(|(path, _)| {
            Finding::error(
                path.display().to_string(),
                "is outdated: run `cargo xtask generate`",
            )
        })
        .collect())
}
