use std::fs::{DirBuilder, File};
use std::io;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::sync::mpsc;

use super::log_line::rendered;
use super::output_line::announced;
use super::tail::Tail;
use crate::launch::{LaunchTarget, LaunchUpdate, Launcher};
use crate::message::Message;

/// Time between two reads of the files of the process.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// Reads after the end of the process, each of 64 KiB.
const LAST_READS: usize = 64;

/// An observatory that this interface has started. It outlives the interface, and so does its output, which goes to files.
#[derive(Debug)]
pub(crate) struct Observatory {
    stop: mpsc::Sender<()>,
}

/// The process while this interface watches it.
struct Watched {
    child: Child,
    output: Tail,
    log: Tail,
}

impl Observatory {
    /// Starts one; what it does follows as [`Message::Launch`].
    ///
    /// # Errors
    /// When a file or the process cannot be created.
    pub(crate) fn start(
        launcher: &Launcher,
        target: LaunchTarget,
        messages: mpsc::Sender<Message>,
    ) -> io::Result<Self> {
        let watched = Watched::start(launcher, target)?;
        let (stop, stops) = mpsc::channel(1);
        tokio::spawn(watched.watch(stops, messages));
        Ok(Self { stop })
    }

    /// Asks it to stop, unless it has ended.
    pub(crate) fn stop(&self) {
        // A full channel contains the same request.
        let _ = self.stop.try_send(());
    }
}

impl Watched {
    fn start(launcher: &Launcher, target: LaunchTarget) -> io::Result<Self> {
        create_private(&launcher.log_dir)?;
        let (output_file, log_file) = (launcher.output_file(target), launcher.log_file(target));
        let mut command = Command::new(&launcher.program);
        command
            .args(launcher.args(target))
            .stdin(Stdio::null())
            .stdout(create_log(&output_file)?)
            .stderr(create_log(&log_file)?);
        // Neither Ctrl+C in the terminal nor its end reaches another process group.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        Ok(Self {
            output: Tail::open(&output_file)?,
            log: Tail::open(&log_file)?,
            child: command.spawn()?,
        })
    }

    /// Reports what happens until the process ends, or the interface does.
    async fn watch(mut self, mut stops: mpsc::Receiver<()>, messages: mpsc::Sender<Message>) {
        let pid = self.child.id();
        let mut updates = vec![LaunchUpdate::Started { pid }];
        loop {
            // First, so that the lines before the end are complete.
            let ended = self.child.try_wait();
            match ended {
                Ok(None) => updates.extend(self.updates()),
                _ => updates.extend(self.last_updates()),
            }
            let status = match ended {
                Ok(None) => None,
                Ok(Some(status)) => Some(status.to_string()),
                Err(error) => Some(error.to_string()),
            };
            let is_ended = status.is_some();
            updates.extend(status.map(|status| LaunchUpdate::Exited { status }));
            for update in updates.drain(..) {
                if messages.send(Message::Launch(update)).await.is_err() {
                    return;
                }
            }
            if is_ended {
                return;
            }
            tokio::select! {
                request = stops.recv() => match request {
                    Some(()) => updates.extend(self.terminate()),
                    None => return,
                },
                () = tokio::time::sleep(POLL_INTERVAL) => {}
            }
        }
    }

    /// Reads what the process has written since the last time.
    fn updates(&mut self) -> Vec<LaunchUpdate> {
        let announcements = self.output.lines();
        let announcements = announcements.iter().filter_map(|line| announced(line));
        let mut updates: Vec<_> = announcements.collect();
        let log = self.log.lines();
        if !log.is_empty() {
            let lines = log.iter().map(|line| rendered(line)).collect();
            updates.push(LaunchUpdate::Log(lines));
        }
        updates
    }

    /// Reads everything that is left after the end of the process; of many lines, the first.
    fn last_updates(&mut self) -> Vec<LaunchUpdate> {
        let mut updates = Vec::new();
        for _ in 0..LAST_READS {
            let more = self.updates();
            if more.is_empty() {
                break;
            }
            updates.extend(more);
        }
        let last = self.log.rest().map(|line| vec![rendered(&line)]);
        updates.extend(last.map(LaunchUpdate::Log));
        updates
    }

    /// Sends SIGTERM. The process has not been waited for, so that its id cannot be that of another one.
    #[cfg(unix)]
    fn terminate(&mut self) -> Option<LaunchUpdate> {
        let pid = rustix::process::Pid::from_child(&self.child);
        let sent = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        let error = sent.err()?;
        Some(LaunchUpdate::Log(vec![format!("cannot stop it: {error}")]))
    }

    /// Ends the process: there is no request to stop on this operating system. Accepted jobs are safe.
    #[cfg(not(unix))]
    fn terminate(&mut self) -> Option<LaunchUpdate> {
        let error = self.child.kill().err()?;
        Some(LaunchUpdate::Log(vec![format!("cannot stop it: {error}")]))
    }
}

/// Creates a file that output is appended to. One that exists is renamed: the process that writes it may still run.
fn create_log(path: &Path) -> io::Result<File> {
    if path.exists() {
        let mut old = path.as_os_str().to_owned();
        old.push(".old");
        std::fs::rename(path, old)?;
    }
    File::options().create_new(true).append(true).open(path)
}

/// Creates a directory that only its owner can use.
fn create_private(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn launcher(script: &str, directory: &Path) -> Launcher {
        Launcher {
            program: "/bin/sh".into(),
            process_args: vec!["-c".into(), script.into()],
            cluster_args: Vec::new(),
            data_dir: directory.to_owned(),
            log_dir: directory.join("logs"),
        }
    }

    /// Runs a script to its end; `stop_at` is the update after which it is stopped.
    async fn updates(script: &str, stop_at: Option<LaunchUpdate>) -> Vec<LaunchUpdate> {
        let directory = tempfile::tempdir().expect("a directory");
        let (sender, mut messages) = mpsc::channel(16);
        let started = Observatory::start(
            &launcher(script, directory.path()),
            LaunchTarget::Process,
            sender,
        );
        let observatory = started.expect("it starts");
        let mut updates = Vec::new();
        while let Some(Message::Launch(update)) = messages.recv().await {
            if Some(&update) == stop_at.as_ref() {
                observatory.stop();
            }
            updates.push(update);
        }
        updates
    }

    #[tokio::test]
    async fn output_of_a_process_that_fails_is_complete() {
        let script = r#"echo '{"event":"listening","role":"gateway","url":"u"}'; echo 'error: no' >&2; printf 'hint: yes' >&2; exit 3"#;
        let updates = updates(script, None).await;
        assert!(matches!(updates[0], LaunchUpdate::Started { .. }));
        // Two files have no order between them.
        let expected = [
            LaunchUpdate::Listening {
                role: "gateway".into(),
                url: "u".into(),
            },
            LaunchUpdate::Log(vec!["error: no".into()]),
            LaunchUpdate::Log(vec!["hint: yes".into()]),
        ];
        assert!(expected.iter().all(|update| updates.contains(update)));
        let exited = LaunchUpdate::Exited {
            status: "exit status: 3".into(),
        };
        assert_eq!(updates[4..], [exited]);
    }

    #[tokio::test]
    async fn stop_is_a_request_that_the_process_handles() {
        let script = r#"trap 'echo drained >&2; exit 0' TERM; echo '{"event":"ready"}'; while :; do sleep 0.05; done"#;
        let updates = updates(script, Some(LaunchUpdate::Ready)).await;
        assert!(updates.contains(&LaunchUpdate::Log(vec!["drained".into()])));
        let exited = LaunchUpdate::Exited {
            status: "exit status: 0".into(),
        };
        assert_eq!(updates.last(), Some(&exited));
    }

    #[tokio::test]
    async fn missing_program_is_an_error() {
        let directory = tempfile::tempdir().expect("a directory");
        let launcher = Launcher {
            program: "/nowhere/odd-dashboard".into(),
            ..launcher("", directory.path())
        };
        let (sender, _messages) = mpsc::channel(16);
        let error =
            Observatory::start(&launcher, LaunchTarget::Process, sender).expect_err("missing");
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn log_of_an_earlier_start_is_kept() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("up.log");
        std::fs::write(&path, "first").expect("written");
        create_log(&path).expect("created");
        assert_eq!(std::fs::read(&path).expect("it exists"), b"");
        let old = directory.path().join("up.log.old");
        assert_eq!(std::fs::read(old).expect("it exists"), b"first");
    }
}
