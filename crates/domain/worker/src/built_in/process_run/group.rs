//! Signals to a program and the processes that it has started.

#[cfg(unix)]
pub(super) use unix::Group;

#[cfg(not(unix))]
pub(super) use other::Group;

#[cfg(unix)]
mod unix {
    use rustix::process::{Pid, Signal, kill_process_group};
    use tokio::process::{Child, Command};

    /// The process group that a program leads. The kernel does not reuse the group's id while a process of it exists, so no
    /// other process is signalled by mistake.
    #[derive(Clone, Copy)]
    pub(in super::super) struct Group(Option<Pid>);

    impl Group {
        pub(in super::super) fn prepare(command: &mut Command) {
            command.process_group(0);
        }

        pub(in super::super) fn of(child: &Child) -> Self {
            Self(child.id().and_then(|id| Pid::from_raw(id.cast_signed())))
        }

        /// Sets the soft limit of open files of the leader, which has just been started. Its first instructions may have run with
        /// that of the worker: setting it in between, after the fork, is not possible without unsafe code.
        #[cfg(target_os = "linux")]
        pub(in super::super) fn limit_open_files(self, limit: u64) {
            use rustix::process::{Resource, Rlimit, getrlimit, prlimit};
            let limit = Rlimit {
                current: Some(limit),
                maximum: getrlimit(Resource::Nofile).maximum,
            };
            if self.0.is_some() {
                // Fails if the program has ended, or has become one of another user.
                let _ = prlimit(self.0, Resource::Nofile, limit);
            }
        }

        #[cfg(not(target_os = "linux"))]
        pub(in super::super) fn limit_open_files(self, _limit: u64) {}

        /// Sends SIGTERM to every process.
        pub(in super::super) fn terminate(self) {
            self.signal(Signal::TERM);
        }

        /// Sends SIGKILL to every process.
        pub(in super::super) fn kill(self) {
            self.signal(Signal::KILL);
        }

        fn signal(self, signal: Signal) {
            if let Some(leader) = self.0 {
                // Fails when no process is left, which is the purpose of the signal.
                let _ = kill_process_group(leader, signal);
            }
        }
    }
}

#[cfg(not(unix))]
mod other {
    use tokio::process::{Child, Command};

    /// Without process groups only the program itself is killed, through its handle.
    #[derive(Clone, Copy)]
    pub(in super::super) struct Group;

    impl Group {
        pub(in super::super) fn prepare(_command: &mut Command) {}

        pub(in super::super) fn of(_child: &Child) -> Self {
            Self
        }

        pub(in super::super) fn limit_open_files(self, _limit: u64) {}

        pub(in super::super) fn terminate(self) {}

        pub(in super::super) fn kill(self) {}
    }
}
