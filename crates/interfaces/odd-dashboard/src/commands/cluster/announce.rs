use std::io::IsTerminal;

use odd_contracts::UiDeployment;
use odd_deploy::{Cluster, Credentials, Forward, Published, base_path};

use crate::commands::announce::Announcement;
use crate::commands::containers::{StartEvent, pages, table};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::Printer;

/// Returns the URL of a service that is forwarded.
pub(super) fn service_url(forwards: &[Forward], service: &str) -> Option<String> {
    let forward = forwards.iter().find(|it| it.service == service)?;
    Some(format!("http://{}", forward.address))
}

/// Reports where the deployment answers: as JSON lines for programs, as a table for people.
pub(super) fn ready(
    cluster: &Cluster,
    credentials: &Credentials,
    forwards: &[Forward],
    context: &Context,
) -> Result<(), Failure> {
    let printer = context.printer;
    let published: Vec<Published> = forwards
        .iter()
        .map(|it| Published {
            port: it.port,
            address: it.address,
        })
        .collect();
    let pages = pages(UiDeployment::Kubernetes, &published, base_path);
    let token_file = cluster.secrets_dir().join("admin-token");
    let token_file = token_file.display().to_string();
    let kubeconfig = cluster.kubeconfig().display().to_string();
    if std::io::stdout().is_terminal() {
        let pages = match pages.is_empty() {
            true => String::new(),
            false => format!("{}\n", table(&pages, printer.layout())),
        };
        return printer.data(&format!(
            "\nThe observatory is ready.\n\n{pages}\
            Token of an administrator, for the dashboard and the APIs: {}\n\
            It is in the file {token_file}; the passwords are in passwords.toml next to it.\n\
            For kubectl: --kubeconfig {kubeconfig}\n",
            credentials.admin_token(),
        ));
    }
    for role in ["gateway", "read-model", "web"] {
        if let Some(url) = service_url(forwards, role) {
            Announcement::Listening { role, url: &url }.print(printer);
        }
    }
    for page in &pages {
        let (id, url) = (&page.id, &page.url);
        StartEvent::Page { id, url }.print(printer);
    }
    StartEvent::TokenFile { path: &token_file }.print(printer);
    StartEvent::Kubeconfig { path: &kubeconfig }.print(printer);
    Announcement::Ready.print(printer);
    Ok(())
}

/// Tells how to reach the services without forwards of this process.
pub(super) fn forward_commands(cluster: &Cluster, printer: Printer) {
    printer.note("These commands forward the services; each runs until Ctrl+C:");
    for command in cluster.forward_commands() {
        printer.note(&format!("  {command}"));
    }
}
