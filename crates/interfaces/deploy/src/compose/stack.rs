use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use serde::de::IgnoredAny;
use tokio::time::Instant;

use super::{Compose, Mode, Service};
use crate::docker::QUESTION_LIMIT;
use crate::program::{Program, last_lines};
use crate::{Bundle, Credentials, DeployError};

/// A volume that exists once the stores have been created.
const STORE_VOLUME: &str = "postgres-data";

/// How often the containers are inspected while they start.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// How long the containers may take to stop; the stores have a minute each.
const DOWN_LIMIT: Duration = Duration::from_secs(180);

/// How much of the log of a container an error shows.
const LOG_LINES: usize = 12;

/// One deployment on Docker Compose: its files in a directory, and its containers.
#[derive(Debug)]
pub struct Stack {
    program: Program,
    mode: Mode,
    secrets: PathBuf,
}

/// The part of the configuration that decides what runs.
#[derive(Debug, Default, Deserialize)]
struct Configured {
    services: BTreeMap<String, ConfiguredService>,
}

#[derive(Debug, Deserialize)]
struct ConfiguredService {
    healthcheck: Option<IgnoredAny>,
}

/// How a deployment is started.
#[derive(Debug, Clone)]
pub struct UpOptions {
    /// Services that are not started.
    pub without: Vec<String>,
    /// How long it may take, with the download of the images.
    pub limit: Duration,
}

impl Stack {
    /// Prepares a deployment in `dir`: writes the files of this version.
    /// `image` replaces the released image of the roles.
    ///
    /// # Errors
    /// If a file cannot be read or written.
    pub fn prepare(
        compose: &Compose,
        mode: Mode,
        dir: &Path,
        image: Option<&str>,
    ) -> Result<Self, DeployError> {
        let files = dir.join("infra");
        Bundle::write(&files)?;
        let file = files.join(format!("compose/{}.yaml", mode.as_str()));
        let secrets = dir.join("secrets");
        let mut program = compose
            .program
            .clone()
            // Otherwise COMPOSE_PROJECT_NAME would select the containers of another project.
            .argument("--project-name")
            .argument(format!("odd-{}", mode.as_str()))
            .argument("--file")
            .argument(file.to_string_lossy())
            .argument("--progress")
            .argument("quiet")
            .variable("ODD_SECRETS_DIR", secrets.to_string_lossy())
            .variable("ODD_FILES", Bundle::fingerprint());
        if let Some(image) = image {
            program = program.variable("ODD_IMAGE", image);
        }
        Ok(Self {
            program,
            mode,
            secrets,
        })
    }

    /// Starts the services, and waits until all of them are ready. `progress` gets the containers about once a second.
    /// Containers that run already and have not changed are kept.
    ///
    /// # Errors
    /// If a service does not exist, cannot be started, or is not ready in time. Containers that run then keep running.
    pub async fn up(
        &self,
        options: &UpOptions,
        mut progress: impl FnMut(&[Service]),
    ) -> Result<Vec<Service>, DeployError> {
        let deadline = Instant::now() + options.limit;
        let configured = self.configured().await?;
        let services = selected(&configured, &options.without)?;
        let mut arguments = vec!["up", "--detach", "--remove-orphans", "--quiet-pull"];
        arguments.extend(services.iter().map(String::as_str));
        self.remove(&options.without).await?;
        {
            let start = self.program.run(&arguments, options.limit);
            tokio::pin!(start);
            loop {
                tokio::select! {
                    started = &mut start => match started {
                        Ok(_) => break,
                        Err(error) => return Err(self.explain(error).await),
                    },
                    () = tokio::time::sleep(POLL_INTERVAL) => {
                        // Compose may be busy; its own result decides.
                        if let Ok(containers) = self.containers(&configured).await {
                            progress(&containers);
                        }
                    }
                }
            }
        }
        loop {
            let containers = self.containers(&configured).await?;
            progress(&containers);
            let waiting: Vec<&str> = containers
                .iter()
                .filter(|it| !it.is_ready())
                .map(|it| it.name.as_str())
                .collect();
            if waiting.is_empty() && !containers.is_empty() {
                return Ok(containers);
            }
            if Instant::now() > deadline {
                let error = DeployError::NotReady {
                    services: waiting.join(", "),
                    seconds: options.limit.as_secs(),
                };
                return Err(self.explain(error).await);
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    /// Stops and removes the containers. The data is kept, unless `delete_data`.
    ///
    /// # Errors
    /// If a container cannot be stopped.
    pub async fn down(&self, delete_data: bool) -> Result<(), DeployError> {
        let mut arguments = vec!["down", "--remove-orphans"];
        if delete_data {
            arguments.push("--volumes");
        }
        self.program.run(&arguments, DOWN_LIMIT).await.map(drop)
    }

    /// Returns the containers of the deployment, also those that have ended.
    ///
    /// # Errors
    /// If the engine does not answer.
    async fn containers(&self, configured: &Configured) -> Result<Vec<Service>, DeployError> {
        let arguments = ["ps", "--all", "--format", "json"];
        let mut containers = self
            .program
            .json_lines::<Service>(&arguments, QUESTION_LIMIT)
            .await?;
        containers.sort_by(|a, b| a.name.cmp(&b.name));
        for container in &mut containers {
            let service = configured.services.get(&container.name);
            container.is_checked = service.is_some_and(|it| it.healthcheck.is_some());
        }
        Ok(containers)
    }

    /// Returns the passwords and tokens of the deployment, and writes every file with secrets. They are generated at the first
    /// start.
    ///
    /// # Errors
    /// If a file cannot be read or written. If the passwords are missing although the stores have data: they would not accept
    /// new ones.
    pub async fn credentials(&self, compose: &Compose) -> Result<Credentials, DeployError> {
        let path = Credentials::path(&self.secrets);
        if !path.exists() && compose.has_volume(self.mode, STORE_VOLUME).await? {
            return Err(DeployError::LostPasswords {
                path,
                delete: format!(
                    "odd-dashboard down --compose {} --delete-data",
                    self.mode.as_str()
                ),
            });
        }
        Credentials::open(&self.secrets)
    }

    /// Returns the directory of the secrets.
    pub fn secrets_dir(&self) -> &Path {
        &self.secrets
    }

    /// Removes the containers of services that an earlier start has started, and this one leaves out.
    async fn remove(&self, services: &[String]) -> Result<(), DeployError> {
        if services.is_empty() {
            return Ok(());
        }
        let mut arguments = vec!["rm", "--stop", "--force"];
        arguments.extend(services.iter().map(String::as_str));
        self.program.run(&arguments, DOWN_LIMIT).await.map(drop)
    }

    /// Returns the services of the deployment, without those of profiles that are not active.
    async fn configured(&self) -> Result<Configured, DeployError> {
        let arguments = ["config", "--format", "json"];
        self.program.json(&arguments, QUESTION_LIMIT).await
    }

    /// Replaces an error by that of the container that caused it, with the end of its log.
    async fn explain(&self, error: DeployError) -> DeployError {
        let configured = Configured::default();
        let containers = self.containers(&configured).await.unwrap_or_default();
        let failed = containers
            .iter()
            .find_map(|it| it.problem().map(|problem| (it, problem)));
        let Some((container, problem)) = failed else {
            return error;
        };
        let lines = LOG_LINES.to_string();
        let arguments = ["logs", "--no-color", "--tail", &lines, &container.name];
        let log = self.program.run(arguments, QUESTION_LIMIT).await;
        DeployError::Service {
            service: container.name.clone(),
            problem,
            log: last_lines(&log.unwrap_or_default(), LOG_LINES),
        }
    }
}

/// Returns the names of the services without those that are left out.
///
/// # Errors
/// If one of these does not exist.
fn selected(configured: &Configured, without: &[String]) -> Result<Vec<String>, DeployError> {
    let services = &configured.services;
    if let Some(name) = without.iter().find(|name| !services.contains_key(*name)) {
        let known: Vec<&str> = services.keys().map(String::as_str).collect();
        return Err(DeployError::UnknownService {
            name: name.clone(),
            known: known.join(", "),
        });
    }
    let selected = services.keys().filter(|name| !without.contains(name));
    Ok(selected.cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn service_that_does_not_exist_cannot_be_left_out() {
        let json = r#"{"name":"odd-dev","services":{"web":{"image":"a","healthcheck":{"test":["CMD"]}},"jaeger":{}}}"#;
        let configured: Configured = serde_json::from_str(json).expect("a configuration");
        assert!(configured.services["web"].healthcheck.is_some());
        let names = selected(&configured, &["jaeger".to_owned()]).expect("it exists");
        assert_eq!(names, ["web"]);
        let error = selected(&configured, &["grafana".to_owned()]).expect_err("unknown");
        assert_eq!(
            error.hint().as_deref(),
            Some("the services are: jaeger, web")
        );
    }
}
