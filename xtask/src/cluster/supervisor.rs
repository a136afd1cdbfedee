//! Restarts processes that ended, while the others keep running.

use std::process::ExitStatus;
use std::time::Instant;

use crate::cluster::progress::Progress;
use crate::cluster::restart_policy::{RestartPolicy, RestartState};
use crate::cluster::restartable::Restartable;
use crate::interrupt;

/// The restart policies of a list of processes, which callers pass in the same order every time.
pub(super) struct Supervisor(Vec<RestartPolicy>);

impl Supervisor {
    /// Describes `count` processes that are ready.
    pub(super) fn new(count: usize, now: Instant) -> Self {
        Self((0..count).map(|_| RestartPolicy::new(now)).collect())
    }

    /// Schedules a restart for processes that ended, starts those whose delay has passed, and checks those that were
    /// started. Does not wait until they are ready. Passes a line about each change to `report`. Stops early after an
    /// interrupt. Returns `true` if process ids have changed.
    pub(super) fn check(
        &mut self,
        processes: Vec<&mut dyn Restartable>,
        now: Instant,
        mut report: impl FnMut(String),
    ) -> anyhow::Result<bool> {
        let mut has_started = false;
        for (process, policy) in processes.into_iter().zip(&mut self.0) {
            if interrupt::is_interrupted() {
                break;
            }
            let line = match policy.state() {
                RestartState::Running(_) => detect_end(process, policy, now)?,
                RestartState::Waiting(until) if now < until => None,
                RestartState::Waiting(_) => {
                    has_started = true;
                    start(process, policy, now)
                }
                RestartState::Starting => check_start(process, policy, now),
                RestartState::Listening => match detect_end(process, policy, now)? {
                    None => check_start(process, policy, now),
                    line => line,
                },
            };
            line.map(&mut report);
        }
        Ok(has_started)
    }

    /// Passes a line about each process that ended since the last check to `report`.
    pub(super) fn report_ends(
        &self,
        processes: Vec<&mut dyn Restartable>,
        mut report: impl FnMut(String),
    ) {
        for (process, policy) in processes.into_iter().zip(&self.0) {
            if matches!(policy.state(), RestartState::Waiting(_)) {
                continue;
            }
            if let Ok(Some(status)) = process.exit_status() {
                report(describe_end(process, status));
            }
        }
    }
}

fn detect_end(
    process: &mut dyn Restartable,
    policy: &mut RestartPolicy,
    now: Instant,
) -> anyhow::Result<Option<String>> {
    let Some(status) = process.exit_status()? else {
        return Ok(None);
    };
    let delay = policy.record_failure(now).as_secs();
    let end = describe_end(process, status);
    Ok(Some(format!("{end}; restarting in {delay} s")))
}

fn describe_end(process: &dyn Restartable, status: ExitStatus) -> String {
    let pid = process.pid().unwrap_or_default();
    let (name, log) = (process.name(), process.log_file());
    format!(
        "{name} (pid {pid}) ended with {status} (log: {})",
        log.display()
    )
}

fn start(
    process: &mut dyn Restartable,
    policy: &mut RestartPolicy,
    now: Instant,
) -> Option<String> {
    match process.begin_restart() {
        Ok(()) => {
            policy.record_start();
            None
        }
        Err(error) => Some(failed_restart(process, policy, now, &error)),
    }
}

/// A process is reported as restarted once it listens.
fn check_start(
    process: &mut dyn Restartable,
    policy: &mut RestartPolicy,
    now: Instant,
) -> Option<String> {
    let is_reported = policy.state() == RestartState::Listening;
    match process.poll_start() {
        Ok(Progress::Starting) => return None,
        Ok(Progress::Listening) => policy.record_listening(),
        Ok(Progress::Ready) => policy.record_ready(now),
        Err(error) => return Some(failed_restart(process, policy, now, &error)),
    }
    let pid = process.pid().unwrap_or_default();
    (!is_reported).then(|| format!("{} was restarted (pid {pid})", process.name()))
}

fn failed_restart(
    process: &dyn Restartable,
    policy: &mut RestartPolicy,
    now: Instant,
    error: &anyhow::Error,
) -> String {
    let delay = policy.record_failure(now).as_secs();
    let name = process.name();
    format!("{name} cannot be restarted: {error:#}; retrying in {delay} s")
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;
    use std::path::PathBuf;
    use std::time::Duration;

    use anyhow::{anyhow, bail};

    use super::*;

    /// A process with a behaviour that the test sets.
    struct Fake {
        pid: u32,
        exit: Option<ExitStatus>,
        /// Whether the program exists.
        is_installed: bool,
        /// How far a restart gets; `None` for a process that ends while it starts.
        start: Option<Progress>,
    }

    impl Fake {
        fn kill(&mut self) {
            self.exit = Some(ExitStatus::from_raw(9));
        }
    }

    impl Restartable for Fake {
        fn name(&self) -> String {
            "fake".into()
        }

        fn pid(&self) -> Option<u32> {
            Some(self.pid)
        }

        fn log_file(&self) -> PathBuf {
            "fake.log".into()
        }

        fn exit_status(&mut self) -> anyhow::Result<Option<ExitStatus>> {
            Ok(self.exit)
        }

        fn begin_restart(&mut self) -> anyhow::Result<()> {
            if !self.is_installed {
                bail!("no program");
            }
            self.pid += 1;
            self.exit = None;
            Ok(())
        }

        fn poll_start(&mut self) -> anyhow::Result<Progress> {
            self.start.ok_or_else(|| anyhow!("it ended"))
        }
    }

    /// A supervised process and the time.
    struct SupervisedFake {
        process: Fake,
        supervisor: Supervisor,
        now: Instant,
    }

    impl SupervisedFake {
        fn new() -> Self {
            let now = Instant::now();
            Self {
                process: Fake {
                    pid: 1,
                    exit: None,
                    is_installed: true,
                    start: Some(Progress::Ready),
                },
                supervisor: Supervisor::new(1, now),
                now,
            }
        }

        /// Checks the process after some seconds. Returns the reported lines, and whether ids have changed.
        fn check_after(&mut self, seconds: u64) -> (String, bool) {
            self.now += Duration::from_secs(seconds);
            let mut lines = Vec::new();
            let processes: Vec<&mut dyn Restartable> = vec![&mut self.process];
            let report = |line| lines.push(line);
            let changed = self.supervisor.check(processes, self.now, report);
            (lines.join("\n"), changed.expect("the fake does not fail"))
        }

        fn report_ends(&mut self) -> Vec<String> {
            let mut lines = Vec::new();
            let processes: Vec<&mut dyn Restartable> = vec![&mut self.process];
            self.supervisor
                .report_ends(processes, |line| lines.push(line));
            lines
        }
    }

    const ENDED: &str = "fake (pid 1) ended with signal: 9 (SIGKILL) (log: fake.log)";

    #[test]
    fn ended_process_is_restarted_after_its_delay() {
        let mut fake = SupervisedFake::new();
        assert_eq!(fake.check_after(1), (String::new(), false));
        fake.process.kill();
        let ended = format!("{ENDED}; restarting in 1 s");
        assert_eq!(fake.check_after(0), (ended, false));
        assert_eq!(fake.check_after(0), (String::new(), false));
        assert_eq!(fake.check_after(1), (String::new(), true));
        let restarted = "fake was restarted (pid 2)".to_owned();
        assert_eq!(fake.check_after(0), (restarted, false));
        assert_eq!(fake.check_after(0), (String::new(), false));
    }

    #[test]
    fn process_is_reported_when_it_listens_and_runs_when_it_is_ready() {
        let mut fake = SupervisedFake::new();
        fake.process.kill();
        fake.check_after(0);
        fake.process.start = Some(Progress::Starting);
        fake.check_after(1);
        assert_eq!(fake.check_after(1).0, "");
        fake.process.start = Some(Progress::Listening);
        assert_eq!(fake.check_after(1).0, "fake was restarted (pid 2)");
        // It waits for a server for longer than a stable run takes.
        assert_eq!(fake.check_after(600).0, "");
        fake.process.kill();
        let (line, _) = fake.check_after(0);
        assert!(line.ends_with("restarting in 2 s"), "{line}");
        fake.process.start = Some(Progress::Ready);
        fake.check_after(2);
        fake.check_after(0);
        fake.check_after(600);
        fake.process.kill();
        let (line, _) = fake.check_after(0);
        assert!(line.ends_with("restarting in 1 s"), "{line}");
    }

    #[test]
    fn process_that_ends_while_it_starts_is_not_reported_as_restarted() {
        let mut fake = SupervisedFake::new();
        fake.process.start = None;
        fake.process.kill();
        fake.check_after(0);
        for (waited, delay) in [(1, 2), (2, 4), (4, 8)] {
            assert_eq!(fake.check_after(waited), (String::new(), true));
            let line = format!("fake cannot be restarted: it ended; retrying in {delay} s");
            assert_eq!(fake.check_after(0), (line, false));
        }
    }

    #[test]
    fn restart_that_fails_is_retried() {
        let mut fake = SupervisedFake::new();
        fake.process.is_installed = false;
        fake.process.kill();
        fake.check_after(0);
        let line = "fake cannot be restarted: no program; retrying in 2 s".to_owned();
        assert_eq!(fake.check_after(1), (line, true));
        fake.process.is_installed = true;
        fake.check_after(2);
        assert_eq!(fake.check_after(0).0, "fake was restarted (pid 2)");
    }

    #[test]
    fn end_is_reported_once_although_a_restart_is_pending() {
        let mut fake = SupervisedFake::new();
        fake.process.kill();
        assert_eq!(fake.report_ends(), [ENDED]);
        fake.check_after(0);
        assert!(fake.report_ends().is_empty());
    }
}
