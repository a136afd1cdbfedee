use std::time::{Duration, Instant};

use odd_client::Token;
use odd_deploy::{Cluster, Credentials, Forward, Forwards, Image, NODE_IMAGE};

use super::announce::{self, service_url};
use super::name::Name;
use super::progress::{Rollout, step};
use crate::commands::containers::StartEvent;
use crate::commands::deployment::Deployment;
use crate::commands::gate;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::settings::{ClientSettings, parse_url};
use crate::signals::Signals;

const EXAMPLES: &str = "  odd-dashboard cluster up
  odd-dashboard cluster up --detach --skip-gate
  odd-dashboard cluster up --image odd-dashboard:dev-1 --timeout 30m";

/// How long the start may take without `--timeout`. The first one downloads the images.
const LIMIT: Duration = Duration::from_secs(15 * 60);

/// Start the observatory on Kubernetes, in a cluster of kind, and check it
///
/// Creates the cluster, applies the manifests, waits until everything is ready, forwards every page to this machine, and runs
/// the checks of `gate`. A second call does only what is missing. Ctrl+C ends the forwards; the cluster keeps running.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    name: Name,
    /// Image of the roles, instead of the released one
    #[arg(long, value_name = "IMAGE")]
    image: Option<Image>,
    /// Further images of the local engine to load into the cluster, separated by commas: for machines without a registry
    #[arg(long, value_name = "IMAGE", value_delimiter = ',')]
    load: Vec<String>,
    /// Image of the node of a new cluster
    #[arg(long, value_name = "IMAGE", default_value = NODE_IMAGE, hide_default_value = true)]
    node_image: String,
    /// Return when everything is ready, without forwards
    #[arg(long)]
    detach: bool,
    /// Do not run the checks of `gate`, which take about two minutes
    #[arg(long)]
    skip_gate: bool,
}

/// A cluster whose services are ready.
struct Started {
    cluster: Cluster,
    credentials: Credentials,
    forwards: Option<Forwards>,
    has_passed: bool,
}

pub(super) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    let printer = context.printer;
    context.block_on_uninterrupted(async {
        let mut signals = Signals::listen_with_hangup();
        let started = tokio::select! {
            started = start(&args, context) => started?,
            exit = signals.next() => {
                printer.note("stopped before everything was ready; the same command continues, `odd-dashboard cluster down` deletes the cluster");
                return Ok(exit);
            }
        };
        let Started { cluster, credentials, forwards, has_passed } = started;
        let exit = match has_passed {
            true => Exit::Ok,
            false => Exit::Failure,
        };
        let down = cluster.command("down");
        let list: &[Forward] = forwards.as_ref().map_or(&[], Forwards::list);
        announce::ready(&cluster, &credentials, list, context)?;
        if args.detach {
            announce::forward_commands(&cluster, printer);
            printer.note(&format!("The cluster keeps running; `{down}` deletes it."));
            return Ok(exit);
        }
        printer.note("Ctrl+C ends the forwards.");
        signals.next().await;
        printer.note(&format!("the forwards have ended; the cluster keeps running, and `{down}` deletes it"));
        Ok(exit)
    })
}

async fn start(args: &Args, context: &Context) -> Result<Started, Failure> {
    let printer = context.printer;
    let limit = context.timeout().unwrap_or(LIMIT);
    let begun = Instant::now();
    let remaining = || limit.saturating_sub(begun.elapsed());
    let find = args.name.find(context);
    let text = "looking for Docker, kind and kubectl";
    let cluster = step("prerequisites", text, printer, find).await?;
    // Before the cluster, so that no cluster is without them after an interruption.
    let credentials = cluster.credentials().await?;
    let create = cluster.create(&args.node_image, remaining());
    step("cluster", "creating the cluster", printer, create).await?;
    let load = load(args, &cluster, &remaining);
    step("images", "loading local images", printer, load).await?;
    let apply = cluster.apply(&credentials, args.image.as_ref());
    step("manifests", "applying the manifests", printer, apply).await?;
    let mut report = Rollout::new(printer);
    let rollout = cluster.rollout(remaining(), |it| report.report(it));
    step("rollout", "waiting for every service", printer, rollout).await?;
    let mut forwards = None;
    let mut has_passed = true;
    if !(args.detach && args.skip_gate) {
        let opened = step(
            "forwards",
            "forwarding the pages",
            printer,
            cluster.forward(),
        )
        .await?;
        if !args.skip_gate {
            let check = check(&cluster, &credentials, opened.list(), context);
            has_passed = step("gate", "checking the deployment", printer, check).await?;
            let text = match has_passed {
                true => "every check has passed",
                false => "a check has failed",
            };
            StartEvent::Gate { passed: has_passed }.report(printer, text);
        }
        forwards = (!args.detach).then_some(opened);
    }
    Ok(Started {
        cluster,
        credentials,
        forwards,
        has_passed,
    })
}

/// Loads the image of the roles, if the local engine has it, and those that `--load` names.
async fn load(
    args: &Args,
    cluster: &Cluster,
    remaining: &impl Fn() -> Duration,
) -> Result<(), Failure> {
    let roles = args.image.clone().unwrap_or_else(Image::released);
    let roles = roles.to_string();
    let others = args.load.iter().filter(|image| **image != roles);
    let mut images: Vec<&str> = others.map(String::as_str).collect();
    if cluster.has_image(&roles).await || args.load.contains(&roles) {
        images.push(&roles);
    }
    cluster.load(&images, remaining()).await?;
    Ok(())
}

/// Runs the checks of `gate`. Grafana is left out, because it asks for a login.
async fn check(
    cluster: &Cluster,
    credentials: &Credentials,
    forwards: &[Forward],
    context: &Context,
) -> Result<bool, Failure> {
    let url = |service| {
        let url = service_url(forwards, service).ok_or("it is not forwarded".to_owned());
        url.and_then(|url| parse_url(&url))
            .map_err(|error| Failure::failed(format!("{service} cannot be reached")).cause(error))
    };
    let settings = ClientSettings {
        gateway_url: url("gateway")?,
        read_model_url: url("read-model")?,
        token: Some(Token::new(credentials.admin_token().to_owned())),
    };
    let (prometheus, alertmanager) = (url("prometheus")?, url("alertmanager")?);
    let deployment = Deployment::new(settings, Some(prometheus), Some(alertmanager), None)?;
    gate::passes(deployment, &cluster.artifacts_dir(), context).await
}
