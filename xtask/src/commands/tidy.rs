use crate::tidy::{self, Severity};
use crate::workspace::Workspace;

pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    let findings = tidy::inspect(workspace)?;
    for finding in &findings {
        println!("{finding}");
    }
    let errors = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .count();
    anyhow::ensure!(errors == 0, "tidy found {errors} violations");
    println!("tidy: every rule holds");
    Ok(())
}
