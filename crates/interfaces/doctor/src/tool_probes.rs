use crate::install::PackageManager;
use crate::tool::{COMPOSE, DOCKER, KIND, KUBECTL, Tool};
use crate::tool_path::{ToolFailure, ToolOutput};
use crate::{Finding, Fix, Group, Probe, Target, ToolPath};

/// Returns the probes of the programs that a target needs: none for an embedded observatory.
pub(crate) fn tool_probes(target: Target, path: &ToolPath) -> Vec<Probe> {
    let tool = |tool: &'static Tool| tool_probe(tool, path.clone());
    match target {
        Target::Embedded => vec![],
        Target::Compose => vec![tool(&DOCKER), daemon_probe(path.clone()), tool(&COMPOSE)],
        Target::Kind => vec![
            tool(&DOCKER),
            daemon_probe(path.clone()),
            tool(&KIND),
            tool(&KUBECTL),
        ],
        Target::Kubernetes => vec![tool(&KUBECTL), cluster_probe(path.clone())],
    }
}

fn tool_probe(tool: &'static Tool, path: ToolPath) -> Probe {
    Probe::new(tool.id, Group::Tools, tool.title, async move {
        let run = path.run(tool.program, tool.version_args).await;
        tool.finding(run, PackageManager::find(&path))
    })
}

fn daemon_probe(path: ToolPath) -> Probe {
    Probe::new("docker-daemon", Group::Tools, "Docker daemon", async move {
        let args = ["version", "--format", "{{.Server.Version}}"];
        daemon_finding(path.run("docker", &args).await)
    })
}

fn daemon_finding(run: Result<ToolOutput, ToolFailure>) -> Finding {
    match run {
        Err(ToolFailure::NotInstalled) => Finding::skipped("docker is not installed"),
        Err(ToolFailure::NotStarted(error)) => {
            Finding::fail(format!("docker does not start: {error}"), start_docker())
        }
        Err(ToolFailure::TimedOut) => Finding::fail("the daemon does not answer", start_docker()),
        Ok(output) if output.succeeded => {
            Finding::ok(format!("running, version {}", output.stdout.trim()))
        }
        Ok(output) if output.stderr.contains("permission denied") => Finding::fail(
            "this user may not use the daemon",
            Fix::new("add this user to the group docker, then log in again")
                .command("sudo usermod -aG docker \"$USER\""),
        ),
        Ok(output) => Finding::fail(
            format!("the daemon cannot be reached: {}", output.complaint()),
            start_docker(),
        ),
    }
}

fn start_docker() -> Fix {
    match std::env::consts::OS {
        "linux" => Fix::new("start the daemon").command("sudo systemctl start docker"),
        "macos" => Fix::new("start Docker Desktop").command("open -a Docker"),
        _ => Fix::new("start Docker Desktop"),
    }
}

fn cluster_probe(path: ToolPath) -> Probe {
    Probe::new("kubernetes-cluster", Group::Tools, "Cluster", async move {
        let args = ["get", "--raw", "/readyz", "--request-timeout=5s"];
        cluster_finding(path.run("kubectl", &args).await)
    })
}

fn cluster_finding(run: Result<ToolOutput, ToolFailure>) -> Finding {
    let fix = || {
        let text = "select a cluster that runs and that this machine can reach";
        Fix::new(text).command("kubectl config get-contexts")
    };
    match run {
        Err(ToolFailure::NotInstalled) => Finding::skipped("kubectl is not installed"),
        Err(ToolFailure::NotStarted(error)) => {
            Finding::fail(format!("kubectl does not start: {error}"), fix())
        }
        Err(ToolFailure::TimedOut) => Finding::fail("the cluster does not answer", fix()),
        Ok(output) if output.succeeded => Finding::ok("ready"),
        Ok(output) => Finding::fail(
            format!("the cluster cannot be used: {}", output.complaint()),
            fix(),
        ),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::{CheckStatus, Checkup, Report};

    /// A directory with programs that are scripts.
    fn path(programs: &[(&str, &str)]) -> (tempfile::TempDir, ToolPath) {
        let dir = tempfile::tempdir().expect("a directory");
        for (name, script) in programs {
            // Another process writes the script: Linux does not execute a file that this process has open, which a child
            // of a test that runs in parallel might inherit.
            let written = std::process::Command::new("sh")
                .args([
                    "-c",
                    r#"printf '#!/bin/sh\n%s\n' "$1" > "$0"; chmod +x "$0""#,
                ])
                .arg(dir.path().join(name))
                .arg(script)
                .status();
            assert!(written.is_ok_and(|status| status.success()));
        }
        let path = ToolPath::new(dir.path().into());
        (dir, path)
    }

    async fn report(target: Target, programs: &[(&str, &str)]) -> Report {
        let (_dir, path) = path(programs);
        Checkup::start(tool_probes(target, &path)).finish().await
    }

    fn statuses(report: &Report) -> Vec<(&str, CheckStatus)> {
        let checks = report.checks.iter();
        checks
            .map(|check| (check.id.as_str(), check.status))
            .collect()
    }

    const DOWN: &str = r#"case "$1" in
--version) echo 'Docker version 27.3.1, build ce12230' ;;
compose) echo 2.29.7 ;;
*) echo; echo 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock.' >&2; exit 1 ;;
esac"#;

    #[tokio::test]
    async fn absent_docker_fails_once_and_its_daemon_is_skipped() {
        let report = report(Target::Compose, &[]).await;
        let expected = [
            ("docker-client", CheckStatus::Fail),
            ("docker-daemon", CheckStatus::Skipped),
            ("docker-compose", CheckStatus::Fail),
        ];
        assert_eq!(statuses(&report), expected);
    }

    #[tokio::test]
    async fn client_without_a_daemon_fails() {
        let report = report(Target::Compose, &[("docker", DOWN)]).await;
        let expected = [
            ("docker-client", CheckStatus::Ok),
            ("docker-daemon", CheckStatus::Fail),
            ("docker-compose", CheckStatus::Ok),
        ];
        assert_eq!(statuses(&report), expected);
        let daemon = &report.checks[1];
        assert!(
            daemon
                .detail
                .contains("Cannot connect to the Docker daemon"),
            "{daemon:?}"
        );
        assert!(daemon.fix.is_some());
    }

    #[tokio::test]
    async fn user_without_permission_learns_the_group() {
        let denied = "echo 'permission denied while trying to connect' >&2; exit 1";
        let report = report(Target::Compose, &[("docker", denied)]).await;
        let fix = report.checks[1].fix.as_ref().expect("a fix");
        assert!(fix.command.as_ref().expect("a command").contains("usermod"));
    }

    #[tokio::test]
    async fn kubernetes_needs_a_cluster_that_answers() {
        let kubectl =
            r#"case "$1" in version) echo 'Client Version: v1.31.2' ;; *) echo ok ;; esac"#;
        let report = report(Target::Kubernetes, &[("kubectl", kubectl)]).await;
        let expected = [
            ("kubectl", CheckStatus::Ok),
            ("kubernetes-cluster", CheckStatus::Ok),
        ];
        assert_eq!(statuses(&report), expected);
    }
}
