use std::path::PathBuf;

use odd_deploy::{Compose, DeployError, Mode, Stack};

use crate::context::Context;
use crate::failure::Failure;
use crate::settings;

/// Parses the name of a deployment on the command line.
pub(in crate::commands) fn parse_mode(name: &str) -> Result<Mode, String> {
    Mode::named(name).ok_or_else(|| format!("must be one of: {}", mode_names().join(", ")))
}

/// Returns the names of the deployments.
pub(in crate::commands) fn mode_names() -> Vec<&'static str> {
    Mode::ALL.map(Mode::as_str).to_vec()
}

/// Finds Docker Compose, and prepares the files of the deployment.
pub(super) async fn prepare(
    mode: Mode,
    image: Option<&str>,
    context: &Context,
) -> Result<(Compose, Stack), Failure> {
    let dir = dir(mode, context)?;
    let compose = Compose::find().await?;
    let stack = Stack::prepare(&compose, mode, &dir, image)?;
    Ok((compose, stack))
}

/// Returns the directory of the deployment's files, in the data directory.
fn dir(mode: Mode, context: &Context) -> Result<PathBuf, Failure> {
    let data_dir = settings::data_dir(&context.sources, None)?;
    let dir = data_dir.join("compose").join(mode.as_str());
    Ok(std::path::absolute(dir)?)
}

impl From<DeployError> for Failure {
    fn from(error: DeployError) -> Self {
        let mut failure = Self::failed("").caused_by(&error);
        failure.what = failure.causes.remove(0);
        if let Some(details) = error.details() {
            failure
                .causes
                .extend(details.lines().map(|line| line.trim_end().to_owned()));
        }
        failure.hint = error.hint();
        failure
    }
}
