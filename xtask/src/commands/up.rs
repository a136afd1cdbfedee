use std::path::PathBuf;
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context, bail};

use crate::cluster::{Cluster, Plan};
use crate::workspace::{Profile, Workspace};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Start private servers and one process for each role instead: PostgreSQL, RabbitMQ, Redis, MongoDB, two gateways,
    /// two processors, a metrics-engine, a read-model
    #[arg(long)]
    cluster: bool,
    /// With --cluster: keep no archive of events
    #[arg(long, requires = "cluster")]
    no_archive: bool,
    /// With --cluster: where the servers keep their data [default: under the target directory]
    #[arg(long, requires = "cluster", value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Passed on to `odd-dashboard up`
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        conflicts_with = "cluster"
    )]
    rest: Vec<String>,
}

const LOOK_EVERY: Duration = Duration::from_millis(500);

const BUILDING: &str =
    "Building the release binary (minutes the first time; the last crate is the longest)";

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    match args.cluster {
        true => run_cluster(workspace, args),
        false => run_embedded(workspace, args),
    }
}

fn run_embedded(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    eprintln!("{BUILDING}, then starting `odd-dashboard up`.");
    eprintln!("Ctrl+C stops it; what it accepted stays in its data directory.");
    let mut command = workspace.cargo("run");
    command
        .args([
            "--release",
            "--locked",
            "--package",
            "odd-dashboard",
            "--",
            "up",
        ])
        .args(&args.rest);
    become_child(&mut command)
}

/// Hands this process over, so that signals reach the observatory itself.
#[cfg(unix)]
fn become_child(command: &mut Command) -> anyhow::Result<()> {
    use std::os::unix::process::CommandExt;
    Err(command.exec()).context("cannot start cargo")
}

#[cfg(not(unix))]
fn become_child(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status().context("cannot start cargo")?;
    std::process::exit(status.code().unwrap_or(1))
}

fn run_cluster(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    let (sender, stopped) = mpsc::channel();
    // From the very start: what has been started by then is ended all the same.
    ctrlc::set_handler(move || {
        // Nobody listens any more: it is ending already.
        let _ = sender.send(());
    })
    .context("signals cannot be handled")?;
    eprintln!("{BUILDING}, then starting servers and roles.");
    workspace.build_release()?;
    let folder = match &args.dir {
        Some(folder) => folder.clone(),
        None => workspace.scratch("cluster")?,
    };
    let plan = Plan {
        archive: !args.no_archive,
        usual_ports: true,
        ..Plan::default()
    };
    let mut cluster = Cluster::start(&workspace.binary(Profile::Release), &folder, &plan)?;
    cluster.describe(&folder.join("cluster.json"))?;
    println!("The observatory is ready.\n");
    for role in &cluster.roles {
        println!(
            "{0:<16} {1}    documentation {1}/docs",
            role.role(),
            role.url()
        );
    }
    println!("\nlogs             {}", folder.display());
    println!(
        "Try `odd-dashboard submit echo '{{\"hello\":\"world\"}}' --wait` in another terminal. Ctrl+C stops it."
    );
    loop {
        match stopped.recv_timeout(LOOK_EVERY) {
            Ok(()) => return cluster.stop(),
            Err(mpsc::RecvTimeoutError::Disconnected) => bail!("signals are not heard any more"),
            Err(mpsc::RecvTimeoutError::Timeout) => {
                for role in &mut cluster.roles {
                    if let Some(end) = role.has_ended()? {
                        bail!(end);
                    }
                }
            }
        }
    }
}
