use std::io::IsTerminal;
use std::time::Duration;

use odd_client::{Client, ClientConfig, Token};
use odd_contracts::UiDeployment;
use odd_deploy::{Credentials, Mode, Published, Service, Stack, UpOptions};

use super::examples;
use super::prepare::{mode_names, parse_mode, prepare};
use crate::commands::announce::Announcement;
use crate::commands::containers::{Page, Progress, StartEvent, pages, table};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::role_name::RoleName;
use crate::settings::parse_url;
use crate::signals::Signals;

/// How long the start may take without `--timeout`. The first one downloads the images.
const LIMIT: Duration = Duration::from_secs(15 * 60);

const GATEWAY_PORT: u16 = 3000;
const READ_MODEL_PORT: u16 = 8080;

/// The options of `up` for containers.
#[derive(Debug, clap::Args)]
pub(in crate::commands) struct UpArgs {
    /// Start every role, store and page in containers of Docker Compose instead: dev has the usual ports, demo ports from 13000 up and example jobs, integration free ports for tests
    #[arg(long, value_name = "DEPLOYMENT", value_parser = parse_mode, add = crate::completion::names(mode_names()))]
    pub(in crate::commands) compose: Option<Mode>,
    /// With --compose: return when everything is ready, and keep it running until `down --compose`
    #[arg(long, requires = "compose")]
    detach: bool,
    /// With --compose: services that are not started, separated by commas
    #[arg(
        long,
        requires = "compose",
        value_name = "SERVICE",
        value_delimiter = ','
    )]
    without: Vec<String>,
    /// With --compose: image of the roles, instead of the released one
    #[arg(long, requires = "compose", value_name = "IMAGE")]
    image: Option<String>,
}

/// Starts a deployment, reports where it answers, and stops it at a signal.
pub(in crate::commands) fn up(
    mode: Mode,
    args: UpArgs,
    context: &Context,
) -> Result<Exit, Failure> {
    context.block_on_uninterrupted(async {
        let mut signals = Signals::listen_with_hangup();
        let start = async {
            let (compose, stack) = prepare(mode, args.image.as_deref(), context).await?;
            let credentials = stack.credentials(&compose).await?;
            let options = UpOptions {
                without: args.without,
                limit: context.timeout().unwrap_or(LIMIT),
            };
            let mut progress = Progress::new(context.printer);
            let report = |containers: &[Service]| {
                progress.report(containers.iter().map(|it| (&*it.name, it.is_ready())));
            };
            let containers = stack.up(&options, report).await?;
            let deployment = Deployment {
                mode,
                stack,
                credentials,
                containers,
            };
            Ok::<_, Failure>(deployment)
        };
        let deployment = tokio::select! {
            started = start => started?,
            exit = signals.next() => {
                context.printer.note(&format!(
                    "stopped before everything was ready; `odd-dashboard down --compose {}` removes what has started",
                    mode.as_str()
                ));
                return Ok(exit);
            }
        };
        let announced = announce(&deployment, context);
        if args.detach {
            announced?;
            context.printer.note(&format!(
                "It keeps running; `odd-dashboard down --compose {}` stops it.",
                mode.as_str()
            ));
            return Ok(Exit::Ok);
        }
        if announced.is_ok() {
            context.printer.note("Ctrl+C stops it.");
            tokio::select! {
                _ = signals.next() => {}
                () = work(&deployment) => {}
            }
        }
        context.printer.note("stopping the containers; their data is kept");
        tokio::select! {
            stopped = deployment.stack.down(false) => stopped?,
            exit = signals.next() => return Ok(exit),
        }
        announced.map(|()| Exit::Ok)
    })
}

/// A deployment that runs.
struct Deployment {
    mode: Mode,
    stack: Stack,
    credentials: Credentials,
    containers: Vec<Service>,
}

/// What a deployment does while it runs: the demonstration submits example jobs.
async fn work(deployment: &Deployment) {
    if deployment.mode == Mode::Demo
        && let Some(client) = client(deployment)
    {
        examples::submit(&client).await;
    }
    std::future::pending().await
}

fn client(deployment: &Deployment) -> Option<Client> {
    let url = |role, port| parse_url(&role_url(&deployment.containers, role, port)?).ok();
    let config = ClientConfig {
        gateway_url: url(RoleName::Gateway, GATEWAY_PORT)?,
        read_model_url: url(RoleName::ReadModel, READ_MODEL_PORT)?,
        token: Some(Token::new(deployment.credentials.admin_token().to_owned())),
        connect_timeout: Duration::from_secs(5),
        request_timeout: Duration::from_secs(10),
    };
    Client::new(config).ok()
}

/// Reports where the deployment answers: as JSON lines for programs, as a table for people.
fn announce(deployment: &Deployment, context: &Context) -> Result<(), Failure> {
    let printer = context.printer;
    let containers = deployment.containers.iter();
    let published: Vec<Published> = containers.flat_map(Service::published).collect();
    let pages = pages(UiDeployment::Compose, &published, |_| None);
    let token_file = deployment.stack.secrets_dir().join("admin-token");
    let token_file = token_file.display().to_string();
    if std::io::stdout().is_terminal() {
        return printer.data(&overview(deployment, &pages, &token_file, context));
    }
    for (role, port) in [
        (RoleName::Gateway, GATEWAY_PORT),
        (RoleName::ReadModel, READ_MODEL_PORT),
        (RoleName::Web, 8081),
    ] {
        if let Some(url) = role_url(&deployment.containers, role, port) {
            let role = role.as_str();
            Announcement::Listening { role, url: &url }.print(printer);
        }
    }
    for page in &pages {
        let (id, url) = (&page.id, &page.url);
        StartEvent::Page { id, url }.print(printer);
    }
    StartEvent::TokenFile { path: &token_file }.print(printer);
    Announcement::Ready.print(printer);
    Ok(())
}

fn overview(
    deployment: &Deployment,
    pages: &[Page],
    token_file: &str,
    context: &Context,
) -> String {
    format!(
        "\nThe deployment `{}` is ready.\n\n{}\nToken of an administrator, for the dashboard and the APIs: {}\nIt is in the file {token_file}; the passwords are in passwords.toml next to it.\n",
        deployment.mode.as_str(),
        table(pages, context.printer.layout()),
        deployment.credentials.admin_token(),
    )
}

/// Returns the URL of a role that is published on this machine; of several containers, that with the lowest port.
fn role_url(containers: &[Service], role: RoleName, port: u16) -> Option<String> {
    let of_role = containers.iter().filter(|it| it.name == role.as_str());
    let published = of_role.flat_map(Service::published);
    let address = published.filter(|it| it.port == port).map(|it| it.address);
    address.min().map(|address| format!("http://{address}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_of_a_role_is_that_of_its_first_container() {
        let json = r#"[
            {"Service":"gateway","State":"running","Publishers":[{"URL":"127.0.0.1","TargetPort":3000,"PublishedPort":13001}]},
            {"Service":"gateway","State":"running","Publishers":[{"URL":"127.0.0.1","TargetPort":3000,"PublishedPort":13000}]}]"#;
        let containers: Vec<Service> = serde_json::from_str(json).expect("containers");
        let url = role_url(&containers, RoleName::Gateway, 3000);
        assert_eq!(url.as_deref(), Some("http://127.0.0.1:13000"));
        assert_eq!(role_url(&containers, RoleName::ReadModel, 8080), None);
    }
}
