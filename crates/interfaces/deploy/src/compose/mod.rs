//! The observatory on Docker Compose.

mod mode;
mod service;
mod stack;

pub use mode::Mode;
pub use service::{Published, Service};
pub use stack::{Stack, UpOptions};

use crate::DeployError;
use crate::docker::{MISSING_DOCKER, QUESTION_LIMIT, check_engine};
use crate::program::Program;

const INSTALL_COMPOSE: &str =
    "install Docker Compose 2.23 or newer: https://docs.docker.com/compose/install/";

/// Docker Compose, installed and with an engine that answers.
#[derive(Debug, Clone)]
pub struct Compose {
    program: Program,
    docker: Option<Program>,
}

impl Compose {
    /// Finds Docker Compose, as a plugin of `docker` or as the program `docker-compose`, and checks that the engine answers.
    ///
    /// # Errors
    /// If one of them is missing, or the engine does not answer.
    pub async fn find() -> Result<Self, DeployError> {
        let docker = Program::find("docker");
        let program = compose_program(docker.as_ref()).await?;
        if let Some(docker) = &docker {
            check_engine(docker).await?;
        }
        Ok(Self { program, docker })
    }

    /// Returns `true` if the engine has this volume of the deployment.
    async fn has_volume(&self, mode: Mode, name: &str) -> Result<bool, DeployError> {
        let Some(docker) = &self.docker else {
            return Ok(false);
        };
        let volume = format!("odd-{}_{name}", mode.as_str());
        let volumes = ["volume", "ls", "--format", "{{.Name}}"];
        let output = docker.run(volumes, QUESTION_LIMIT).await?;
        Ok(output.lines().any(|it| it == volume))
    }
}

async fn compose_program(docker: Option<&Program>) -> Result<Program, DeployError> {
    if let Some(docker) = docker {
        let plugin = docker.clone().argument("compose");
        if plugin.run(["version"], QUESTION_LIMIT).await.is_ok() {
            return Ok(plugin);
        }
    }
    let standalone = Program::find("docker-compose");
    standalone.ok_or(match docker {
        Some(_) => DeployError::Missing {
            program: "Docker Compose",
            hint: INSTALL_COMPOSE,
        },
        None => MISSING_DOCKER,
    })
}
