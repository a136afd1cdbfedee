use semver::Version;

use crate::install::{PackageManager, Packages};
use crate::tool_path::{ToolFailure, ToolOutput};
use crate::version::first_version;
use crate::{Finding, Fix};

/// A program that a cluster target needs.
#[derive(Debug)]
pub(crate) struct Tool {
    /// The id of its check.
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) program: &'static str,
    /// Prints the version, without a connection to a server.
    pub(crate) version_args: &'static [&'static str],
    pub(crate) minimum: Version,
    pub(crate) packages: Packages,
    /// Instructions for systems without a package.
    pub(crate) page: &'static str,
}

pub(crate) static DOCKER: Tool = Tool {
    id: "docker-client",
    title: "Docker",
    program: "docker",
    version_args: &["--version"],
    minimum: Version::new(24, 0, 0),
    packages: Packages {
        apt: Some("docker.io"),
        dnf: Some("moby-engine"),
        pacman: Some("docker"),
        brew: Some("--cask docker"),
        winget: Some("Docker.DockerDesktop"),
    },
    page: "https://docs.docker.com/engine/install/",
};

pub(crate) static COMPOSE: Tool = Tool {
    id: "docker-compose",
    title: "Docker Compose",
    program: "docker",
    version_args: &["compose", "version"],
    minimum: Version::new(2, 20, 0),
    packages: Packages {
        apt: Some("docker-compose-v2"),
        dnf: Some("docker-compose"),
        pacman: Some("docker-compose"),
        brew: Some("docker-compose"),
        winget: Some("Docker.DockerDesktop"),
    },
    page: "https://docs.docker.com/compose/install/linux/",
};

pub(crate) static KUBECTL: Tool = Tool {
    id: "kubectl",
    title: "kubectl",
    program: "kubectl",
    version_args: &["version", "--client"],
    minimum: Version::new(1, 28, 0),
    packages: Packages {
        apt: None,
        dnf: None,
        pacman: Some("kubectl"),
        brew: Some("kubectl"),
        winget: Some("Kubernetes.kubectl"),
    },
    page: "https://kubernetes.io/docs/tasks/tools/",
};

pub(crate) static KIND: Tool = Tool {
    id: "kind",
    title: "kind",
    program: "kind",
    version_args: &["version"],
    minimum: Version::new(0, 29, 0),
    packages: Packages {
        apt: None,
        dnf: None,
        pacman: None,
        brew: Some("kind"),
        winget: Some("Kubernetes.kind"),
    },
    page: "https://kind.sigs.k8s.io/docs/user/quick-start/#installation",
};

impl Tool {
    /// Checks what the program printed about its version.
    pub(crate) fn finding(
        &self,
        run: Result<ToolOutput, ToolFailure>,
        manager: Option<PackageManager>,
    ) -> Finding {
        let output = match run {
            Ok(output) => output,
            Err(ToolFailure::NotInstalled) => return self.missing("not installed", manager),
            Err(ToolFailure::NotStarted(error)) => {
                return self.missing(&format!("installed, but does not start: {error}"), manager);
            }
            Err(ToolFailure::TimedOut) => {
                return self.missing("installed, but does not answer", manager);
            }
        };
        if !output.succeeded {
            // `docker compose` without its plugin.
            return self.missing(&format!("not usable: {}", output.complaint()), manager);
        }
        self.installed(&output, manager)
    }

    fn installed(&self, output: &ToolOutput, manager: Option<PackageManager>) -> Finding {
        let minimum = &self.minimum;
        if output.stdout.to_ascii_lowercase().contains("podman") {
            let fix = Fix::new(format!("install {}, see {}", self.title, self.page));
            return Finding::warn("Podman under the name docker, which is not tested", fix);
        }
        match first_version(&output.stdout) {
            None => Finding::warn(
                "its version is not known",
                Fix::new(format!("check that it is at least {minimum}")),
            ),
            Some(version) if version < *minimum => Finding::fail(
                format!("version {version}, and {minimum} is needed"),
                self.install("upgrade", manager),
            ),
            Some(version) => Finding::ok(format!("version {version}")),
        }
    }

    fn missing(&self, detail: &str, manager: Option<PackageManager>) -> Finding {
        Finding::fail(detail, self.install("install", manager))
    }

    fn install(&self, verb: &str, manager: Option<PackageManager>) -> Fix {
        let fix = Fix::new(format!("{verb} {}, see {}", self.title, self.page));
        match self.packages.command(manager) {
            Some(command) => fix.command(command),
            None => fix,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CheckStatus;

    fn printed(stdout: &str) -> Result<ToolOutput, ToolFailure> {
        Ok(ToolOutput {
            succeeded: true,
            stdout: stdout.to_owned(),
            stderr: String::new(),
        })
    }

    #[test]
    fn version_is_compared_with_the_minimum() {
        let finding = KIND.finding(printed("kind v0.29.0 go1.24.2 linux/amd64"), None);
        assert_eq!(finding, Finding::ok("version 0.29.0"));
        let old = KIND.finding(printed("kind v0.19.9 go1.20.4 linux/amd64"), None);
        assert_eq!(old.detail(), "version 0.19.9, and 0.29.0 is needed");
        assert_eq!(old.status(), CheckStatus::Fail);
        let unknown = KIND.finding(printed("kind, built from source"), None);
        assert_eq!(unknown.status(), CheckStatus::Warn);
    }

    #[test]
    fn missing_program_comes_with_the_command_of_this_machine() {
        let missing = |manager| DOCKER.finding(Err(ToolFailure::NotInstalled), manager);
        let fix = |finding: Finding| finding.fix().expect("a fix").clone();
        let with_apt = fix(missing(Some(PackageManager::Apt)));
        assert_eq!(
            with_apt.command.as_deref(),
            Some("sudo apt-get install -y docker.io")
        );
        let without = fix(missing(None));
        assert!(
            without.text.contains("https://docs.docker.com/"),
            "{without:?}"
        );
        assert_eq!(without.command, None);
    }

    #[test]
    fn compose_without_its_plugin_is_missing() {
        let run = Ok(ToolOutput {
            succeeded: false,
            stdout: String::new(),
            stderr: "docker: 'compose' is not a docker command.\nSee 'docker --help'".to_owned(),
        });
        let finding = COMPOSE.finding(run, None);
        let expected = "not usable: docker: 'compose' is not a docker command.";
        assert_eq!(
            (finding.status(), finding.detail()),
            (CheckStatus::Fail, expected)
        );
    }

    #[test]
    fn podman_under_the_name_of_docker_is_a_warning() {
        let finding = DOCKER.finding(printed("podman version 5.2.3"), None);
        assert_eq!(finding.status(), CheckStatus::Warn);
    }
}
