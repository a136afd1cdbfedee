use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::dashboard::Dashboard;
use crate::process;
use crate::python::{Environment, Python};
use crate::tally::Count;
use crate::workspace::{Profile, Workspace};

const CONFIG: &str = "tests/schemathesis/schemathesis.toml";
const HOOKS: &str = "tests/schemathesis/hooks.py";
/// Far longer than a run takes. Without it, a server that hangs would block the suite.
const LIMIT: Duration = Duration::from_secs(480);

/// Generates requests from the OpenAPI document of a role, and checks every answer against it.
pub(crate) fn run(workspace: &Workspace, role: &str) -> anyhow::Result<Count> {
    let environment = Python::find()?.environment(workspace, "schemathesis")?;
    let scratch = workspace.scratch("schemathesis")?;
    let folder = tempfile::tempdir_in(&scratch)?;
    let dashboard = Dashboard::start(&workspace.binary(Profile::DEV), folder.path())?;
    let mut command = schemathesis(&environment, folder.path());
    command
        .env("SCHEMATHESIS_HOOKS", workspace.root.join(HOOKS))
        .arg(format!(
            "--config-file={}",
            workspace.root.join(CONFIG).display()
        ))
        .args(["run", "--checks=all"])
        .arg(format!("{}/openapi.json", dashboard.url(role)?));
    let outcome = process::run_within(&mut command, LIMIT);
    dashboard.stop()?;
    outcome.map(|()| Count::ONE)
}

fn schemathesis(environment: &Environment, folder: &Path) -> Command {
    let mut command = Command::new(environment.program("schemathesis"));
    command
        .current_dir(folder)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("NO_COLOR", "1");
    command
}
