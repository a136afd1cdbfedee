use crate::containers::{Engine, LOCAL_IMAGE, build_role_image};
use crate::process;
use crate::workspace::{Profile, Workspace};

/// Builds the image of the roles from this checkout, and starts the demonstration with it.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    workspace.build(Profile::UP)?;
    let engine = Engine::installed()?;
    build_role_image(workspace, &engine, Profile::UP, None)?;
    let mut up = engine.command(workspace.binary(Profile::UP));
    process::run(up.args(["up", "--compose", "demo", "--image", LOCAL_IMAGE]))
}
