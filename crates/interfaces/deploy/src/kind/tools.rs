use crate::DeployError;
use crate::docker::{MISSING_DOCKER, check_engine};
use crate::program::Program;

const MISSING_KIND: DeployError = DeployError::Missing {
    program: "kind",
    hint: "install kind 0.29 or newer: https://kind.sigs.k8s.io/docs/user/quick-start/#installation",
};

const MISSING_KUBECTL: DeployError = DeployError::Missing {
    program: "kubectl",
    hint: "install kubectl: https://kubernetes.io/docs/tasks/tools/",
};

/// The programs that control a cluster.
#[derive(Debug, Clone)]
pub(super) struct Tools {
    pub(super) docker: Program,
    pub(super) kind: Program,
    pub(super) kubectl: Program,
}

impl Tools {
    /// Finds the programs, and checks that the engine answers.
    pub(super) async fn find() -> Result<Self, DeployError> {
        let tools = Self {
            docker: Program::find("docker").ok_or(MISSING_DOCKER)?,
            kind: Program::find("kind").ok_or(MISSING_KIND)?,
            kubectl: Program::find("kubectl").ok_or(MISSING_KUBECTL)?,
        };
        check_engine(&tools.docker).await?;
        Ok(tools)
    }
}
