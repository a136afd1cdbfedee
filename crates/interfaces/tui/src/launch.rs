use std::path::PathBuf;

/// How the interface starts an observatory on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launcher {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<String>,
    /// The data directory of the observatory.
    pub data_dir: PathBuf,
    /// The directory of the files that receive its output.
    pub log_dir: PathBuf,
}

impl Launcher {
    /// Returns the file of its log.
    pub(crate) fn log_file(&self) -> PathBuf {
        self.log_dir.join("up.log")
    }

    /// Returns the file of its standard output.
    pub(crate) fn output_file(&self) -> PathBuf {
        self.log_dir.join("up.out")
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

/// An observatory that keeps running after the interface that has started it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftRunning {
    /// The id of its process.
    pub pid: u32,
    /// Its data directory.
    pub data_dir: PathBuf,
}
