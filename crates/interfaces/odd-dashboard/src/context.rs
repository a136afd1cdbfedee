use std::future::Future;
use std::io::IsTerminal;
use std::time::Duration;

use odd_client::Client;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::global_args::GlobalArgs;
use crate::output::{OutputFormat, Printer};
use crate::settings::{ClientSettings, Endpoints, Sources, closest_variable};
use crate::signals;

/// Longest wait of a command for the views to include its changes.
const VIEWS_WAIT: Duration = Duration::from_secs(2);

/// What every command needs: output, settings, and the time limit.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) printer: Printer,
    pub(crate) sources: Sources,
    endpoints: Endpoints,
    no_input: bool,
    yes: bool,
    timeout: Option<Duration>,
}

impl Context {
    pub(crate) fn new(global: GlobalArgs) -> Result<Self, (Printer, Failure)> {
        let printer = Printer::new(global.output, global.color, global.quiet, global.verbose);
        let sources = Sources::load(global.config.as_deref()).map_err(|why| (printer, why))?;
        Ok(Self {
            printer,
            sources,
            endpoints: Endpoints {
                gateway_url: global.gateway_url,
                read_model_url: global.read_model_url,
                token_file: global.token_file,
            },
            no_input: global.no_input,
            yes: global.yes,
            timeout: global.timeout,
        })
    }

    pub(crate) fn format(&self) -> OutputFormat {
        self.printer.format
    }

    pub(crate) fn client_settings(&self) -> Result<ClientSettings, Failure> {
        ClientSettings::read(&self.sources, self.endpoints.clone())
    }

    /// Runs a command that uses a running observatory, until it ends, times out, or a signal arrives.
    pub(crate) fn with_client<F>(&self, command: impl FnOnce(Client) -> F) -> Result<Exit, Failure>
    where
        F: Future<Output = Result<Exit, Failure>>,
    {
        let settings = self.client_settings()?;
        self.block_on(async { command(settings.connect()?).await })
    }

    /// Runs a command that changes jobs, like [`Self::with_client`]. Afterwards waits until the views include the changes, so
    /// that the next command shows them. The wait is bounded, and its errors are ignored: the changes have succeeded.
    pub(crate) fn with_changing_client<F>(
        &self,
        command: impl FnOnce(Client) -> F,
    ) -> Result<Exit, Failure>
    where
        F: Future<Output = Result<Exit, Failure>>,
    {
        let settings = self.client_settings()?;
        self.until_signal(async {
            let client = settings.connect()?;
            let exit = self.limited(command(client.clone())).await?;
            let waiting = client.stats_when_current(VIEWS_WAIT);
            let _ = tokio::time::timeout(VIEWS_WAIT, waiting).await;
            Ok(exit)
        })
    }

    /// Runs a future until it ends, times out, or a signal arrives.
    pub(crate) fn block_on(
        &self,
        command: impl Future<Output = Result<Exit, Failure>>,
    ) -> Result<Exit, Failure> {
        self.until_signal(self.limited(command))
    }

    fn until_signal(
        &self,
        command: impl Future<Output = Result<Exit, Failure>>,
    ) -> Result<Exit, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::failed("cannot start the runtime").cause(error))?;
        runtime.block_on(async {
            tokio::select! {
                result = command => result,
                exit = signals::first() => Ok(exit),
            }
        })
    }

    async fn limited(
        &self,
        command: impl Future<Output = Result<Exit, Failure>>,
    ) -> Result<Exit, Failure> {
        let Some(limit) = self.timeout else {
            return command.await;
        };
        tokio::time::timeout(limit, command)
            .await
            .unwrap_or_else(|_| {
                Err(
                    Failure::new(Exit::TimedOut, format!("not finished within {limit:?}"))
                        .hint("use a longer --timeout; `odd-dashboard explain JOB` shows what a job waits for"),
                )
            })
    }

    /// Asks for confirmation of a command that cannot be undone.
    ///
    /// # Errors
    /// When the answer is no, or there is no terminal and no `--yes`.
    pub(crate) fn confirm(&self, question: &str) -> Result<(), Failure> {
        if self.yes {
            return Ok(());
        }
        let terminal = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        if self.no_input || !terminal {
            return Err(Failure::usage("this command needs a confirmation")
                .cause(question)
                .hint("confirm it with --yes"));
        }
        eprint!("{question} [y/N] ");
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer)?;
        if matches!(answer.trim(), "y" | "Y" | "yes") {
            return Ok(());
        }
        Err(Failure::failed("nothing was changed"))
    }

    /// Warns about variables that look like settings and are not.
    pub(crate) fn warn_of_unknown_variables(&self) {
        for name in self.sources.unknown_variables() {
            let guess = closest_variable(name)
                .map(|known| format!("; did you mean {known}?"))
                .unwrap_or_default();
            self.printer
                .warn(&format!("{name} is not a setting{guess}"));
        }
    }
}
