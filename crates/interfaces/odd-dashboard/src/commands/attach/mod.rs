mod keyboard;
mod local_terminal;
mod session;
mod shown;

use std::io::IsTerminal;

use odd_client::{Client, JobFilter, JobRef, Url};
use odd_contracts::{TerminalMode, TerminalTicketRequest, TerminalView, TerminalViewName};

use self::session::AttachedSession;
use crate::completion;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::settings::{ClientSettings, parse_url};
use crate::signals::Signals;

const EXAMPLES: &str = "  odd-dashboard attach
  odd-dashboard attach https://jobs.example/api/terminal
  odd-dashboard attach --interactive --view jobs --filter status:FAILED";

/// Open a terminal of a web-pty-server, as the web dashboard does
///
/// The terminal interface runs on the server. Ctrl+] leaves it; the server then ends it after a while. A lost connection is
/// restored.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Args {
    /// URL of the web-pty-server, or of the web dashboard followed by /api/terminal
    #[arg(value_name = "URL", default_value = "http://127.0.0.1:9000", value_parser = parse_url)]
    url: Url,
    /// Ask for a terminal that may change the observatory
    #[arg(long)]
    interactive: bool,
    /// View to show first: overview, jobs, events, queues, services or alerts
    #[arg(long, value_name = "VIEW", value_parser = parse_view)]
    view: Option<TerminalViewName>,
    /// Filter of the jobs, such as 'status:FAILED since:1h'
    #[arg(long, value_name = "FILTER")]
    filter: Option<JobFilter>,
    /// Job whose detail is open
    #[arg(long, value_name = "JOB", add = completion::jobs())]
    job: Option<JobRef>,
}

fn parse_view(text: &str) -> Result<TerminalViewName, String> {
    let value = serde_json::Value::from(text);
    let known = "must be overview, jobs, events, queues, services or alerts";
    serde_json::from_value(value).map_err(|_| known.to_owned())
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        return Err(Failure::usage("attach needs a terminal")
            .hint("run it without redirecting its input or output"));
    }
    let settings = context.client_settings()?;
    context.block_on_uninterrupted(async {
        let mut signals = Signals::listen_with_hangup();
        let attaching = attach(args, settings);
        tokio::select! {
            ended = attaching => ended,
            exit = signals.next() => Ok(exit),
        }
    })
}

async fn attach(args: Args, settings: ClientSettings) -> Result<Exit, Failure> {
    let client = at(&args.url, &settings)?;
    let job_id = match &args.job {
        Some(job) => Some(settings.connect()?.resolve_job(job).await?),
        None => None,
    };
    let request = TerminalTicketRequest::New {
        mode: match args.interactive {
            true => TerminalMode::Interactive,
            false => TerminalMode::ReadOnly,
        },
        view: Some(TerminalView {
            view: args.view,
            filter: args.filter.map(|filter| filter.to_string()),
            job_id,
        }),
    };
    AttachedSession::open(client, args.url, &request)
        .await?
        .run()
        .await
}

/// Returns a client whose certificates and proxies suit the URL of the web-pty-server.
fn at(url: &Url, settings: &ClientSettings) -> Result<Client, Failure> {
    let settings = ClientSettings {
        gateway_url: url.clone(),
        read_model_url: url.clone(),
        token: settings.token.clone(),
    };
    settings.connect()
}
