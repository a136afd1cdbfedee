use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use odd_private_servers::Kind;

use crate::cluster::{self, Cluster, Plan, SupervisedCluster};
use crate::interrupt;
use crate::process;
use crate::web_pages;
use crate::workspace::{Profile, Workspace};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Start private servers and one process per role instead: PostgreSQL, RabbitMQ, Redis, MongoDB, Prometheus,
    /// Alertmanager, two gateways, two processors, a metrics-engine, a read-model, the web dashboard. Processes that end are restarted
    #[arg(long)]
    cluster: bool,
    /// With --cluster: do not archive events
    #[arg(long, requires = "cluster")]
    no_archive: bool,
    /// With --cluster: start neither Prometheus nor Alertmanager
    #[arg(long, requires = "cluster")]
    no_monitoring: bool,
    /// With --cluster: data directory of the servers [default: under the target directory]
    #[arg(long, requires = "cluster", value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Arguments of `odd-dashboard up`
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        conflicts_with = "cluster"
    )]
    rest: Vec<String>,
}

/// Interval at which the processes of a cluster are checked.
const CHECK_EVERY: Duration = Duration::from_millis(500);

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    match args.cluster {
        true => run_cluster(workspace, args),
        false => run_embedded(workspace, args),
    }
}

fn run_embedded(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    eprintln!("Building odd-dashboard (minutes the first time), then starting `odd-dashboard up`.");
    web_pages::build_if_possible(workspace)?;
    workspace.build(Profile::UP)?;
    eprintln!("Press Ctrl+C to stop. Accepted jobs stay in the data directory.");
    let mut command = Command::new(workspace.binary(Profile::UP));
    command.arg("up").args(&args.rest);
    process::replace_by(&mut command)
}

fn run_cluster(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    cluster::check_default_ports()?;
    eprintln!("Building odd-dashboard (minutes the first time), then starting servers and roles.");
    web_pages::build_if_possible(workspace)?;
    workspace.build(Profile::UP)?;
    let folder = match &args.dir {
        Some(folder) => folder.clone(),
        None => workspace.scratch("cluster")?,
    };
    let plan = Plan {
        archive: !args.no_archive,
        monitoring: (!args.no_monitoring).then(|| workspace.root.join("infra")),
        default_ports: true,
        ..Plan::default()
    };
    let cluster = Cluster::start(&workspace.binary(Profile::UP), &folder, &plan)?;
    print_overview(&cluster, &folder);
    supervise(cluster, &folder.join("cluster.json"))
}

fn print_overview(cluster: &Cluster, folder: &Path) {
    println!("The observatory is ready.\n");
    println!("{:<16} {:>8}  address", "process", "pid");
    for role in &cluster.roles {
        let (name, pid, url) = (role.role(), role.pid(), role.url());
        let page = match name {
            "web" => "dashboard for browsers".to_owned(),
            _ => format!("documentation {url}/docs"),
        };
        println!("{name:<16} {pid:>8}  {url}    {page}");
    }
    for server in cluster.backends.servers() {
        let pid = server.pid.unwrap_or_default();
        let kind = server.kind.to_string();
        let scheme = match server.kind {
            Kind::Prometheus | Kind::Alertmanager => "http://",
            _ => "",
        };
        println!("{kind:<16} {pid:>8}  {scheme}{}", server.address);
    }
    println!("\nlogs and data    {}", folder.display());
    println!(
        "Run `odd-dashboard submit echo '{{\"hello\":\"world\"}}' --wait` in another terminal."
    );
    println!("`kill -9` any of these processes: it is restarted, and the others keep running.");
    println!("While PostgreSQL is down, submissions are answered with 503.");
    println!("Press Ctrl+C to stop.");
}

/// Restarts processes that end, until Ctrl+C. Then stops the cluster.
fn supervise(cluster: Cluster, description: &Path) -> anyhow::Result<()> {
    // It may fail: the signal may be that the terminal was closed.
    let print = |line: String| drop(writeln!(io::stdout(), "{line}"));
    let mut cluster = SupervisedCluster::new(cluster);
    let outcome = restart_until_interrupted(&mut cluster, description, print);
    print("Draining the roles, then stopping the servers. Ctrl+C again kills them.".to_owned());
    let stopped = cluster.stop(print);
    if let (Err(_), Err(error)) = (&outcome, &stopped) {
        eprintln!("warning: cannot stop the cluster in order: {error:#}");
    }
    outcome.and(stopped)
}

fn restart_until_interrupted(
    cluster: &mut SupervisedCluster,
    description: &Path,
    print: impl Fn(String),
) -> anyhow::Result<()> {
    cluster.cluster().describe(description)?;
    while !interrupt::is_interrupted() {
        thread::sleep(CHECK_EVERY);
        if cluster.check(&print)?
            && let Err(error) = cluster.cluster().describe(description)
        {
            eprintln!(
                "warning: cannot update {}: {error:#}",
                description.display()
            );
        }
    }
    Ok(())
}
