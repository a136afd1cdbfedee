use std::time::Duration;

use crate::DeployError;
use crate::program::Program;

/// How long a question to an engine or a cluster may take.
pub(crate) const QUESTION_LIMIT: Duration = Duration::from_secs(30);

/// Docker is not installed.
pub(crate) const MISSING_DOCKER: DeployError = DeployError::Missing {
    program: "Docker",
    hint: "install Docker Engine 25 or newer, or Docker Desktop: https://docs.docker.com/get-started/get-docker/",
};

/// Checks that the engine answers.
pub(crate) async fn check_engine(docker: &Program) -> Result<(), DeployError> {
    let version = ["version", "--format", "{{.Server.Version}}"];
    let answer = docker.run(version, QUESTION_LIMIT).await;
    answer.map_err(|error| DeployError::Unusable {
        program: "Docker",
        cause: error.details().unwrap_or_default(),
        hint: "start Docker, and check with `docker version` that you may use it",
    })?;
    Ok(())
}
