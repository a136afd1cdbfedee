use std::path::PathBuf;
use std::process::ExitStatus;

use anyhow::bail;
use odd_private_servers::{Engine, Server};

use crate::cluster::RoleProcess;
use crate::cluster::progress::Progress;

/// A process that can be restarted at its address and with its data.
pub(super) trait Restartable {
    fn name(&self) -> String;
    fn pid(&self) -> Option<u32>;
    fn log_file(&self) -> PathBuf;
    /// Returns the exit status of a process that ended.
    fn exit_status(&mut self) -> anyhow::Result<Option<ExitStatus>>;
    /// Starts the process, and returns before it is ready.
    fn begin_restart(&mut self) -> anyhow::Result<()>;
    /// Returns how far the restarted process has started.
    ///
    /// # Errors
    /// If it has ended, or does not become ready in time. It has ended then, too.
    fn poll_start(&mut self) -> anyhow::Result<Progress>;
}

impl Restartable for RoleProcess {
    fn name(&self) -> String {
        format!("{} at {}", self.role(), self.url())
    }

    fn pid(&self) -> Option<u32> {
        Some(Self::pid(self))
    }

    fn log_file(&self) -> PathBuf {
        self.log().to_owned()
    }

    fn exit_status(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        self.status()
    }

    fn begin_restart(&mut self) -> anyhow::Result<()> {
        self.restart()
    }

    /// A role that waits for a server works as intended, so there is no limit to enforce.
    fn poll_start(&mut self) -> anyhow::Result<Progress> {
        if let Some(status) = self.status()? {
            bail!("it ended with {status} (log: {})", self.log().display());
        }
        Ok(self.progress())
    }
}

impl<E: Engine> Restartable for Server<E> {
    fn name(&self) -> String {
        format!("{} at {}", E::KIND, self.address())
    }

    fn pid(&self) -> Option<u32> {
        Self::pid(self)
    }

    fn log_file(&self) -> PathBuf {
        Self::log_file(self)
    }

    fn exit_status(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        Ok(self.unexpected_exit())
    }

    fn begin_restart(&mut self) -> anyhow::Result<()> {
        Ok(Self::begin_restart(self)?)
    }

    fn poll_start(&mut self) -> anyhow::Result<Progress> {
        Ok(match self.poll_ready()? {
            true => Progress::Ready,
            false => Progress::Starting,
        })
    }
}
