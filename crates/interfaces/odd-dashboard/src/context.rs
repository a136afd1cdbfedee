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

/// What a command finds when it starts: how to talk, where things are, how long it may take.
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

    /// Runs a command that speaks to a running observatory, within the time limit and until a signal.
    pub(crate) fn with_client<F>(&self, command: impl FnOnce(Client) -> F) -> Result<Exit, Failure>
    where
        F: Future<Output = Result<Exit, Failure>>,
    {
        let settings = self.client_settings()?;
        self.block_on(async { command(settings.connect()?).await })
    }

    /// Runs a future within the time limit and until a signal.
    pub(crate) fn block_on(
        &self,
        command: impl Future<Output = Result<Exit, Failure>>,
    ) -> Result<Exit, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::failed("cannot start").cause(error))?;
        runtime.block_on(async {
            tokio::select! {
                result = self.limited(command) => result,
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
                    Failure::new(Exit::TimedOut, format!("not done within {limit:?}"))
                        .hint("give it longer with --timeout; `odd-dashboard explain JOB` says what a job waits for"),
                )
            })
    }

    /// Asks before something that cannot be undone.
    ///
    /// # Errors
    /// When nobody can be asked and `--yes` was not given, or the answer is no.
    pub(crate) fn confirm(&self, question: &str) -> Result<(), Failure> {
        if self.yes {
            return Ok(());
        }
        let terminal = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        if self.no_input || !terminal {
            return Err(
                Failure::usage(format!("{question} Nobody is here to say yes."))
                    .hint("give --yes to go ahead"),
            );
        }
        eprint!("{question} [y/N] ");
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer)?;
        if matches!(answer.trim(), "y" | "Y" | "yes") {
            return Ok(());
        }
        Err(Failure::failed("nothing was changed"))
    }

    /// Says which variables look like settings and are none.
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
