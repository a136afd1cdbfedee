//! Revisions in git with which a change is compared.

use std::process::Command;

use anyhow::Context;

use crate::workspace::Workspace;

/// The variable with the revision of [`base`], if it is not the merge base.
pub(crate) const VARIABLE: &str = "ODD_BASE_REVISION";

/// Returns the given revision, otherwise the merge base with the main branch, or on that branch the previous commit.
///
/// # Errors
/// If the given revision does not exist.
pub(crate) fn base(workspace: &Workspace, given: Option<&str>) -> anyhow::Result<Option<String>> {
    if let Some(given) = given {
        let hash = resolve(workspace, given)
            .with_context(|| format!("there is no revision `{given}` to compare with"))?;
        return Ok(Some(hash));
    }
    let head = resolve(workspace, "HEAD");
    let fork = ["origin/main", "main"].iter().find_map(|branch| {
        git(workspace, &["merge-base", "HEAD", branch]).filter(|fork| Some(fork) != head.as_ref())
    });
    Ok(fork.or_else(|| resolve(workspace, "HEAD~1")))
}

/// Returns `true` if the file or folder exists in the revision.
pub(crate) fn contains(workspace: &Workspace, revision: &str, path: &str) -> bool {
    git(
        workspace,
        &["cat-file", "-e", &format!("{revision}:{path}")],
    )
    .is_some()
}

/// Returns the text of a file in the revision, or `None` if it does not exist there.
pub(crate) fn text(workspace: &Workspace, revision: &str, path: &str) -> Option<String> {
    git(workspace, &["show", &format!("{revision}:{path}")])
}

fn resolve(workspace: &Workspace, revision: &str) -> Option<String> {
    let commit = format!("{revision}^{{commit}}");
    git(workspace, &["rev-parse", "--verify", "--quiet", &commit])
}

/// Returns the output of git, or `None` if it fails.
fn git(workspace: &Workspace, args: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .current_dir(&workspace.root)
        .args(args)
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
