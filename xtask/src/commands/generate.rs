use crate::generated;
use crate::workspace::Workspace;

/// Writes the generated files that are outdated.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    let written = generated::write(workspace)?;
    if written.is_empty() {
        println!("every generated file is up to date");
    }
    for path in written {
        println!("wrote {}", path.display());
    }
    Ok(())
}
