//! Signals to a program and all it has started.

#[cfg(unix)]
pub(super) use unix::Group;

#[cfg(not(unix))]
pub(super) use other::Group;

#[cfg(unix)]
mod unix {
    use rustix::process::{Pid, Signal, kill_process_group};
    use tokio::process::{Child, Command};

    /// The process group that a program leads. Its id is not used again while a member lives, so signals reach
    /// nobody else until the last member is gone; after that they are sent at once or not at all.
    #[derive(Clone, Copy)]
    pub(in super::super) struct Group(Option<Pid>);

    impl Group {
        pub(in super::super) fn prepare(command: &mut Command) {
            command.process_group(0);
        }

        pub(in super::super) fn of(child: &Child) -> Self {
            Self(child.id().and_then(|id| Pid::from_raw(id.cast_signed())))
        }

        /// Asks every member to end.
        pub(in super::super) fn terminate(self) {
            self.signal(Signal::TERM);
        }

        /// Ends every member.
        pub(in super::super) fn kill(self) {
            self.signal(Signal::KILL);
        }

        fn signal(self, signal: Signal) {
            if let Some(leader) = self.0 {
                // Fails when no member is left, which is what the signal is for.
                let _ = kill_process_group(leader, signal);
            }
        }
    }
}

#[cfg(not(unix))]
mod other {
    use tokio::process::{Child, Command};

    /// Without process groups the program alone is ended, by the handle to it.
    #[derive(Clone, Copy)]
    pub(in super::super) struct Group;

    impl Group {
        pub(in super::super) fn prepare(_command: &mut Command) {}

        pub(in super::super) fn of(_child: &Child) -> Self {
            Self
        }

        pub(in super::super) fn terminate(self) {}

        pub(in super::super) fn kill(self) {}
    }
}
