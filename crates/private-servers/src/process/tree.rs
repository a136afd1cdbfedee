//! The descendants of a process, as the operating system lists them.

use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::Error;
use crate::wait::poll;

/// A process that was alive when it was listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    pid: u32,
    parent: u32,
    /// Tells it from a later process with the same id.
    born: String,
}

impl Member {
    /// Sends a signal if it is still the same process.
    pub(super) fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.pid).ok().and_then(Pid::from_raw);
        if let Some(pid) = pid.filter(|_| self.is_alive()) {
            let _ended_meanwhile = kill_process(pid, signal);
        }
    }

    fn is_alive(&self) -> bool {
        listing::one(self.pid).is_some_and(|now| now.born == self.born)
    }
}

/// Children, their children, and so on.
pub(super) fn descendants(root: u32) -> Vec<Member> {
    let everyone = listing::all();
    let mut family = vec![root];
    let mut found = Vec::new();
    let mut next = 0;
    while let Some(&parent) = family.get(next) {
        for member in everyone.iter().filter(|member| member.parent == parent) {
            family.push(member.pid);
            found.push(member.clone());
        }
        next += 1;
    }
    found
}

/// Kills those who still live and waits until they are gone.
pub(super) fn kill(members: &[Member], limit: Duration) -> Result<(), Error> {
    for member in members {
        member.signal(Signal::KILL);
    }
    for member in members {
        poll(limit, || (!member.is_alive()).then_some(())).ok_or_else(|| undead(member.pid))?;
    }
    Ok(())
}

/// What to say of a process that outlives its killing.
pub(super) fn undead(pid: u32) -> Error {
    Error::io(format!("end process {pid}"))(std::io::ErrorKind::TimedOut.into())
}

#[cfg(target_os = "linux")]
mod listing {
    use std::fs;

    use super::Member;

    pub(super) fn all() -> Vec<Member> {
        let folders = fs::read_dir("/proc").into_iter().flatten().flatten();
        folders
            .filter_map(|folder| folder.file_name().to_str()?.parse().ok())
            .filter_map(one)
            .collect()
    }

    /// Nothing for a zombie: it runs no longer, and only its parent can remove it.
    pub(super) fn one(pid: u32) -> Option<Member> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The second field is the name in brackets, which may hold anything; state is the third, parent the fourth,
        // time of birth the twenty-second: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
        let (_, rest) = stat.rsplit_once(") ")?;
        let fields: Vec<&str> = rest.split(' ').collect();
        if matches!(*fields.first()?, "Z" | "X") {
            return None;
        }
        Some(Member {
            pid,
            parent: fields.get(1)?.parse().ok()?,
            born: (*fields.get(19)?).to_owned(),
        })
    }
}

#[cfg(not(target_os = "linux"))]
mod listing {
    use std::process::Command;

    use super::Member;

    pub(super) fn all() -> Vec<Member> {
        list(&["-A"])
    }

    pub(super) fn one(pid: u32) -> Option<Member> {
        list(&["-p", &pid.to_string()]).pop()
    }

    fn list(which: &[&str]) -> Vec<Member> {
        let output = Command::new("ps")
            .args(which)
            .args(["-o", "pid=,ppid=,stat=,lstart="])
            .output();
        let text = output.map(|output| output.stdout).unwrap_or_default();
        let text = String::from_utf8_lossy(&text).into_owned();
        text.lines().filter_map(parse).collect()
    }

    fn parse(line: &str) -> Option<Member> {
        let mut words = line.split_whitespace();
        let (pid, parent) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        let is_zombie = words.next()?.starts_with('Z');
        let born = words.collect::<Vec<_>>().join(" ");
        (!is_zombie).then_some(Member { pid, parent, born })
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn grandchildren_are_found_and_killed() {
        // Both wait for the end of an input that nobody closes.
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
        kill(&family, Duration::from_secs(20)).expect("they can be killed");
        assert!(family.iter().all(|member| !member.is_alive()));
        child.wait().expect("it ends after its children");
    }
}
