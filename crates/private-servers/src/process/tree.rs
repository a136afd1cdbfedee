//! The descendants of a process, from the process list of the operating system.

use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::Error;
use crate::wait::poll;

/// A process that was alive when it was listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ListedProcess {
    pid: u32,
    parent: u32,
    /// Start time, which tells it from a later process with the same id.
    started: String,
}

impl ListedProcess {
    /// Sends a signal unless the process has ended.
    pub(super) fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.pid).ok().and_then(Pid::from_raw);
        if let Some(pid) = pid.filter(|_| self.is_alive()) {
            let _ended = kill_process(pid, signal);
        }
    }

    fn is_alive(&self) -> bool {
        listing::one(self.pid).is_some_and(|now| now.started == self.started)
    }
}

/// Returns the children of a process, their children, and so on.
pub(super) fn descendants(root: u32) -> Vec<ListedProcess> {
    let all = listing::all();
    let mut family = vec![root];
    let mut found = Vec::new();
    let mut next = 0;
    while let Some(&parent) = family.get(next) {
        for process in all.iter().filter(|process| process.parent == parent) {
            family.push(process.pid);
            found.push(process.clone());
        }
        next += 1;
    }
    found
}

/// Kills the processes that are still alive and waits until they have ended.
pub(super) fn kill(processes: &[ListedProcess], limit: Duration) -> Result<(), Error> {
    for process in processes {
        process.signal(Signal::KILL);
    }
    for process in processes {
        let ended = poll(limit, || (!process.is_alive()).then_some(()));
        ended.ok_or_else(|| kill_timeout(process.pid))?;
    }
    Ok(())
}

/// Returns the error for a process that does not end after SIGKILL.
pub(super) fn kill_timeout(pid: u32) -> Error {
    Error::io(format!("end process {pid}"))(std::io::ErrorKind::TimedOut.into())
}

#[cfg(target_os = "linux")]
mod listing {
    use std::fs;

    use super::ListedProcess;

    pub(super) fn all() -> Vec<ListedProcess> {
        let folders = fs::read_dir("/proc").into_iter().flatten().flatten();
        folders
            .filter_map(|folder| folder.file_name().to_str()?.parse().ok())
            .filter_map(one)
            .collect()
    }

    /// Returns `None` for a zombie: it has ended, and only its parent can remove it.
    pub(super) fn one(pid: u32) -> Option<ListedProcess> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The second field is the name in parentheses, which may contain any character. The state is the third field,
        // the parent the fourth, the start time the 22nd: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
        let (_, rest) = stat.rsplit_once(") ")?;
        let fields: Vec<&str> = rest.split(' ').collect();
        if matches!(*fields.first()?, "Z" | "X") {
            return None;
        }
        Some(ListedProcess {
            pid,
            parent: fields.get(1)?.parse().ok()?,
            started: (*fields.get(19)?).to_owned(),
        })
    }
}

#[cfg(not(target_os = "linux"))]
mod listing {
    use std::process::Command;

    use super::ListedProcess;

    pub(super) fn all() -> Vec<ListedProcess> {
        list(&["-A"])
    }

    pub(super) fn one(pid: u32) -> Option<ListedProcess> {
        list(&["-p", &pid.to_string()]).pop()
    }

    fn list(which: &[&str]) -> Vec<ListedProcess> {
        let output = Command::new("ps")
            .args(which)
            .args(["-o", "pid=,ppid=,stat=,lstart="])
            .output();
        let text = output.map(|output| output.stdout).unwrap_or_default();
        let text = String::from_utf8_lossy(&text).into_owned();
        text.lines().filter_map(parse).collect()
    }

    fn parse(line: &str) -> Option<ListedProcess> {
        let mut words = line.split_whitespace();
        let (pid, parent) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        let is_zombie = words.next()?.starts_with('Z');
        let started = words.collect::<Vec<_>>().join(" ");
        let process = ListedProcess {
            pid,
            parent,
            started,
        };
        (!is_zombie).then_some(process)
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn grandchildren_are_found_and_killed() {
        // Both wait for the end of an input that stays open.
        let mut child = Command::new("sh")
            .args(["-c", "sh -c 'cat; :' <&0; :"])
            .stdin(Stdio::piped())
            .spawn()
            .expect("a shell");
        let family = poll(Duration::from_secs(20), || {
            let family = descendants(child.id());
            (family.len() == 2).then_some(family)
        });
        let family = family.expect("a shell and its cat");
        kill(&family, Duration::from_secs(20)).expect("they end");
        assert!(family.iter().all(|process| !process.is_alive()));
        child.wait().expect("it ends after its children");
    }
}
