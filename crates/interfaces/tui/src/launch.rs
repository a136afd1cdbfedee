use std::path::PathBuf;

use odd_client::Url;

/// What an observatory is started as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum LaunchTarget {
    /// One process, which `up` runs.
    #[default]
    Process,
    /// A cluster of Kubernetes, which `cluster up` creates and forwards to this machine.
    Cluster,
}

/// How the interface starts an observatory on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launcher {
    /// The program.
    pub program: PathBuf,
    /// Its arguments for one process.
    pub process_args: Vec<String>,
    /// Its arguments for a cluster.
    pub cluster_args: Vec<String>,
    /// The data directory of the observatory.
    pub data_dir: PathBuf,
    /// The directory of the files that receive its output.
    pub log_dir: PathBuf,
}

impl Launcher {
    /// Returns the arguments of the program.
    pub(crate) fn args(&self, target: LaunchTarget) -> &[String] {
        match target {
            LaunchTarget::Process => &self.process_args,
            LaunchTarget::Cluster => &self.cluster_args,
        }
    }

    /// Returns the file of its log.
    pub(crate) fn log_file(&self, target: LaunchTarget) -> PathBuf {
        self.log_dir.join(format!("{}.log", file_stem(target)))
    }

    /// Returns the file of its standard output.
    pub(crate) fn output_file(&self, target: LaunchTarget) -> PathBuf {
        self.log_dir.join(format!("{}.out", file_stem(target)))
    }
}

const fn file_stem(target: LaunchTarget) -> &'static str {
    match target {
        LaunchTarget::Process => "up",
        LaunchTarget::Cluster => "cluster",
    }
}

/// A change of the observatory that this interface has started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LaunchUpdate {
    /// The process runs.
    Started {
        /// Its id.
        pid: u32,
    },
    /// A role listens; it may not be ready yet.
    Listening {
        /// The role.
        role: String,
        /// Its URL.
        url: String,
    },
    /// A step of the start has begun or ended.
    Step {
        /// Its name.
        name: String,
        /// Whether it has ended.
        is_done: bool,
    },
    /// A service of the cluster is ready.
    ServiceReady {
        /// The service.
        service: String,
    },
    /// A pod of the cluster does not start yet.
    PodProblem {
        /// The pod, and what Kubernetes says about it.
        text: String,
    },
    /// The token of an administrator was written.
    TokenFile {
        /// The file.
        path: PathBuf,
    },
    /// Every role can do its work.
    Ready,
    /// Lines of the log, safe to show.
    Log(Vec<String>),
    /// The process has ended.
    Exited {
        /// Such as "exit status: 1".
        status: String,
    },
    /// The process could not be started.
    NotStarted {
        /// Why not.
        why: String,
    },
}

/// Where an observatory answers that was started here, as it has announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Started {
    /// The URL of the gateway.
    pub gateway: Url,
    /// The URL of the read-model.
    pub read_model: Url,
    /// The URL of the web dashboard.
    pub web: Option<Url>,
    /// The file with the token of an administrator.
    pub token_file: Option<PathBuf>,
}

/// An observatory that keeps running after the interface that has started it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftRunning {
    /// What it was started as.
    pub target: LaunchTarget,
    /// The id of its process.
    pub pid: u32,
    /// Its data directory.
    pub data_dir: PathBuf,
    /// Where it answers; `None` while it starts.
    pub started: Option<Started>,
}
