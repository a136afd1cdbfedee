use odd_service_kit::HttpConfig;

use crate::commands::announce::Announcement;
use crate::commands::role_process;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::observatory::{WebPtyListeners, bind, bind_pty_metrics, serve_web_pty, url};
use crate::role_name::RoleName;
use crate::settings::{self, ClientSettings, ObservatorySettings};
use crate::signals::Signals;

/// Runs the web-pty-server, which uses the gateway and the read-model as a client and no other servers.
pub(super) fn run(
    settings: &ObservatorySettings,
    insecure: bool,
    context: &Context,
) -> Result<Exit, Failure> {
    let http = role_process::http_config(settings, &[RoleName::WebPty], insecure)?;
    let client = context.client_settings()?;
    role_process::start_logging(settings, context.printer.verbose)?;
    role_process::run(serve(settings, client, http, context))
}

async fn serve(
    settings: &ObservatorySettings,
    client: ClientSettings,
    http: HttpConfig,
    context: &Context,
) -> Result<Exit, Failure> {
    // First of all, because an early signal would end the process without cleaning up.
    let signals = Signals::listen_with_hangup();
    let listeners = WebPtyListeners {
        terminals: bind(RoleName::WebPty, &settings.addresses).await?,
        metrics: bind_pty_metrics(&settings.addresses).await?,
    };
    let address = url(listeners.terminals.local_addr()?);
    let listening = Announcement::Listening {
        role: RoleName::WebPty.as_str(),
        url: &address,
    };
    listening.print(context.printer);
    let metrics_address = url(listeners.metrics.local_addr()?);
    Announcement::pty_metrics(&metrics_address).print(context.printer);
    let web_url = settings::web_url(&context.sources, &client.read_model_url)?;
    let on_ready = || Announcement::Ready.print(context.printer);
    role_process::until_signalled(signals, |stop| {
        let stop = stop.cancelled_owned();
        serve_web_pty(settings, client, web_url, http, listeners, stop, on_ready)
    })
    .await
}
