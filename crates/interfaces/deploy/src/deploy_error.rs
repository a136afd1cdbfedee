use std::path::PathBuf;

/// Why a deployment cannot be started, stopped or inspected.
#[derive(Debug, thiserror::Error)]
pub enum DeployError {
    /// A program that controls the containers is not installed.
    #[error("{program} is not installed")]
    Missing {
        /// The name of the program.
        program: &'static str,
        /// How to install it.
        hint: &'static str,
    },
    /// A program is installed, but cannot be used.
    #[error("{program} cannot be used")]
    Unusable {
        /// The name of the program.
        program: &'static str,
        /// Its error message.
        cause: String,
        /// What to do about it.
        hint: &'static str,
    },
    /// A program reported a failure.
    #[error("`{command}` failed with {status}")]
    Failed {
        /// The program and its arguments.
        command: String,
        /// Its exit status.
        status: String,
        /// The end of what it printed.
        output: String,
    },
    /// A program did not end in time, and was stopped.
    #[error("`{command}` did not end within {seconds} s")]
    TooSlow {
        /// The program and its arguments.
        command: String,
        /// The limit.
        seconds: u64,
    },
    /// The output of a program cannot be read.
    #[error("the output of `{command}` is not as expected")]
    Output {
        /// The program and its arguments.
        command: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A container has ended or is not healthy.
    #[error("{service} {problem}")]
    Service {
        /// The name of the service.
        service: String,
        /// What is wrong with it.
        problem: String,
        /// The end of its log.
        log: String,
    },
    /// A pod does not start.
    #[error("the pod {pod} does not start: {reason}")]
    Pod {
        /// The name of the pod.
        pod: String,
        /// One word, such as `ImagePullBackOff`.
        reason: String,
        /// What Kubernetes tells about it.
        message: String,
        /// The end of its log.
        log: String,
        /// What to do about it.
        hint: String,
    },
    /// The services do not become ready.
    #[error("not ready after {seconds} s: {services}")]
    NotReady {
        /// The services that are not ready, separated by commas.
        services: String,
        /// How long they had.
        seconds: u64,
    },
    /// There is no service with this name.
    #[error("there is no service `{name}`")]
    UnknownService {
        /// The name.
        name: String,
        /// The services that exist, separated by commas.
        known: String,
    },
    /// A file or directory cannot be read or written.
    #[error("cannot {action} {}", path.display())]
    File {
        /// `read` or `write`.
        action: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// Error of the file system.
        source: std::io::Error,
    },
    /// The file with the passwords has been damaged.
    #[error("{} is not a table of passwords: {mistake}", path.display())]
    Passwords {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        mistake: String,
    },
    /// The file with the passwords is missing, but the deployment has data.
    #[error("{} is missing, but the deployment has data", path.display())]
    LostPasswords {
        /// The file.
        path: PathBuf,
        /// The command that deletes the deployment with its data.
        delete: String,
    },
    /// A directory for secrets exists, and other users can enter it.
    #[error("other users can enter {}", path.display())]
    NotPrivate {
        /// The directory.
        path: PathBuf,
    },
}

impl DeployError {
    /// Returns a text that explains the failure: the output of a program, or the log of a container.
    pub fn details(&self) -> Option<String> {
        let text = match self {
            Self::Unusable { cause, .. } => cause.clone(),
            Self::Failed { output, .. } => output.clone(),
            Self::Service { log, .. } => log.clone(),
            Self::Pod { message, log, .. } => format!("{message}\n{log}").trim().to_owned(),
            _ => String::new(),
        };
        (!text.is_empty()).then_some(text)
    }

    /// Returns what the user can do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Missing { hint, .. } | Self::Unusable { hint, .. } => (*hint).to_owned(),
            Self::Pod { hint, .. } => hint.clone(),
            Self::UnknownService { known, .. } => format!("the services are: {known}"),
            Self::Passwords { path, .. } => format!(
                "restore {} from a backup: the stores of this deployment accept no other passwords",
                path.display()
            ),
            Self::LostPasswords { delete, .. } => format!(
                "name the data directory of its first start with ODD_DATA_DIR, restore the file from a backup, or delete the deployment and its data with `{delete}`"
            ),
            Self::NotPrivate { path } => format!(
                "choose a new directory, or forbid it to others with `chmod 700 {}`",
                path.display()
            ),
            Self::NotReady { .. } => {
                "wait longer with --timeout 30m; the first start downloads the images".to_owned()
            }
            Self::Failed { command, .. } if command.starts_with("kind export") => {
                "if the cluster was not created completely, delete it with `odd-dashboard cluster down`, and start again".to_owned()
            }
            Self::Failed { command, output, .. }
                if command.starts_with("kubectl") && output.contains("refused") =>
            {
                "the node may be stopped: `docker ps --all` shows it, `docker start` starts it"
                    .to_owned()
            }
            Self::Failed { output, .. } if output.contains("port is already allocated") => {
                "stop the program that uses the port, or the other deployment".to_owned()
            }
            _ => return None,
        };
        Some(hint)
    }
}
