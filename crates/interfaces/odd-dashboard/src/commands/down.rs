use std::path::{Path, PathBuf};
use std::time::Duration;

use odd_deploy::Mode;
use odd_doctor::{HolderProcess, LockHolder, LockState};
use serde::Serialize;

use crate::commands::compose;
use crate::completion;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::settings;
use crate::signals;

const EXAMPLES: &str = "  odd-dashboard down
  odd-dashboard down --data-dir ./data --timeout 5m
  odd-dashboard down --compose demo";

/// Stop the observatory that `up` has started, and wait until it has stopped
///
/// It is found by its data directory. It finishes the running jobs, or releases them for the next start; accepted jobs are
/// safe. If nothing runs, nothing is done. --timeout limits the wait, which is 60 s otherwise.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Args {
    /// Data directory [env: ODD_DATA_DIR]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Stop the deployment that `up --compose` has started: dev, demo or integration
    #[arg(long, value_name = "DEPLOYMENT", value_parser = compose::parse_mode, conflicts_with = "data_dir", add = completion::names(compose::mode_names()))]
    compose: Option<Mode>,
    /// With --compose: also delete the data of the deployment, such as its jobs
    #[arg(long, requires = "compose")]
    delete_data: bool,
}

/// Longest wait without `--timeout`: longer than `up` waits for its jobs.
const DEFAULT_LIMIT: Duration = Duration::from_secs(60);

/// How long the entry of a process that has just taken the lock may be missing or out of date.
const ENTRY_LIMIT: Duration = Duration::from_secs(2);

const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// What was stopped, for programs.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Stopped {
    data_dir: String,
    /// Absent if nothing was running.
    #[serde(skip_serializing_if = "Option::is_none")]
    pid: Option<u32>,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    if let Some(mode) = args.compose {
        return compose::down(mode, args.delete_data, context);
    }
    let data_dir = settings::data_dir(&context.sources, args.data_dir)?;
    context.block_on_uninterrupted(async {
        tokio::select! {
            result = stop(&data_dir, context) => result,
            exit = signals::first() => Ok(exit),
        }
    })
}

async fn stop(data_dir: &Path, context: &Context) -> Result<Exit, Failure> {
    let shown = data_dir.display();
    let Some(holder) = confirmed_holder(data_dir).await? else {
        report(
            context,
            data_dir,
            None,
            &format!("no observatory uses {shown}; there is nothing to stop"),
        )?;
        return Ok(Exit::Ok);
    };
    let pid = holder.pid;
    terminate(pid)?;
    let limit = context.timeout().unwrap_or(DEFAULT_LIMIT);
    tokio::time::timeout(limit, released(data_dir, pid))
        .await
        .map_err(|_| still_running(pid, limit))?;
    report(
        context,
        data_dir,
        Some(pid),
        &format!("process {pid} has stopped"),
    )?;
    Ok(Exit::Ok)
}

/// Returns the process that holds the lock, once it is certain; `None` if the lock is free.
async fn confirmed_holder(data_dir: &Path) -> Result<Option<LockHolder>, Failure> {
    let deadline = tokio::time::Instant::now() + ENTRY_LIMIT;
    loop {
        let holder = match LockState::inspect(data_dir) {
            LockState::Free => return Ok(None),
            LockState::Unknown(error) => {
                let what = format!("cannot inspect the lock of {}", data_dir.display());
                return Err(Failure::failed(what).cause(error));
            }
            LockState::Held(holder) => holder,
        };
        match holder.map(|holder| (holder, holder.verify(data_dir))) {
            Some((holder, HolderProcess::Confirmed)) => return Ok(Some(holder)),
            Some((holder, HolderProcess::OtherUser)) => return Err(of_other_user(holder.pid)),
            Some((holder, HolderProcess::Unverified)) => {
                return Err(unverified(data_dir, holder.pid));
            }
            _ if tokio::time::Instant::now() >= deadline => return Err(unknown_holder(data_dir)),
            _ => tokio::time::sleep(POLL_INTERVAL).await,
        }
    }
}

/// Waits until the process no longer holds the lock. Another one, such as a restart by a supervisor, may hold it then.
async fn released(data_dir: &Path, pid: u32) {
    loop {
        match LockState::inspect(data_dir) {
            LockState::Held(None) => {}
            LockState::Held(Some(holder)) if holder.pid == pid => {}
            _ => return,
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}

/// Sends one SIGTERM: a second one would end the process without finishing its jobs.
#[cfg(unix)]
fn terminate(pid: u32) -> Result<(), Failure> {
    use rustix::process::{Pid, Signal, kill_process};
    let id = i32::try_from(pid).ok().and_then(Pid::from_raw);
    let sent = match id {
        Some(id) => kill_process(id, Signal::TERM),
        None => Err(rustix::io::Errno::SRCH),
    };
    match sent {
        // It has ended in the meantime.
        Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
        Err(rustix::io::Errno::PERM) => Err(of_other_user(pid)),
        Err(error) => Err(Failure::failed(format!("cannot stop process {pid}")).cause(error)),
    }
}

/// Windows has no signals.
#[cfg(not(unix))]
fn terminate(pid: u32) -> Result<(), Failure> {
    let what = format!("process {pid} cannot be stopped from here on Windows");
    Err(Failure::failed(what).hint("press Ctrl+C in the window in which `odd-dashboard up` runs"))
}

fn report(
    context: &Context,
    data_dir: &Path,
    pid: Option<u32>,
    message: &str,
) -> Result<(), Failure> {
    let data_dir = data_dir.display().to_string();
    let stopped = Stopped { data_dir, pid };
    let names = pid.map(|pid| pid.to_string());
    context.printer.value(&stopped, names, |_| String::new())?;
    context.printer.note(message);
    Ok(())
}

fn of_other_user(pid: u32) -> Failure {
    Failure::failed(format!("process {pid} belongs to another user"))
        .hint("run `odd-dashboard down` as that user, with the same data directory")
}

fn unverified(data_dir: &Path, pid: u32) -> Failure {
    let what = format!(
        "{} is in use, but the operating system does not tell whether by process {pid}, which its lock file names",
        data_dir.display()
    );
    Failure::failed(what)
        .cause("nothing was stopped, because it could be the wrong process")
        .hint(format!(
            "check with `ps -fp {pid}` whether it is odd-dashboard, and stop it with `kill {pid}`"
        ))
}

fn unknown_holder(data_dir: &Path) -> Failure {
    let what = format!(
        "{} is in use, but not by the process that its lock file names",
        data_dir.display()
    );
    Failure::failed(what)
        .cause("nothing was stopped, because it could be the wrong process")
        .hint("find the process that has opened the file `lock` in it, and stop that with SIGTERM")
}

fn still_running(pid: u32, limit: Duration) -> Failure {
    Failure::new(Exit::TimedOut, format!("process {pid} has not stopped within {limit:?}"))
        .cause("it finishes its running jobs first")
        .hint(format!(
            "wait with `odd-dashboard down --timeout 10m`, or end it at once with `kill -9 {pid}`: accepted jobs are safe in both cases"
        ))
}
