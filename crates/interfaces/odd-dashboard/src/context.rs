use std::future::Future;
use std::pin::pin;
use std::time::{Duration, Instant};

use odd_client::Client;

use crate::confirmation;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::global_args::GlobalArgs;
use crate::output::{OutputFormat, Printer};
use crate::settings::{
    ClientSettings, Endpoints, GATEWAY_URL, READ_MODEL_URL, Selection, Sources, closest_variable,
};
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
        let selection = Selection {
            config: global.config.as_deref(),
            profile: global.profile.as_deref(),
        };
        let sources = Sources::load(selection).map_err(|why| (printer, why))?;
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

    /// Returns `true` when the user has named the URL of an observatory.
    pub(crate) fn names_observatory(&self) -> bool {
        let Endpoints {
            gateway_url,
            read_model_url,
            ..
        } = &self.endpoints;
        let is_set = |setting| self.sources.find(setting).is_some();
        gateway_url.is_some()
            || read_model_url.is_some()
            || is_set(&GATEWAY_URL)
            || is_set(&READ_MODEL_URL)
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
    /// that the next command shows them, also when the command failed after some of them. Neither an error of the wait nor
    /// a signal during it changes the result. A token with the role `submit` may not read counts, so with it the wait
    /// fails at once.
    pub(crate) fn with_changing_client<F>(
        &self,
        command: impl FnOnce(Client) -> F,
    ) -> Result<Exit, Failure>
    where
        F: Future<Output = Result<Exit, Failure>>,
    {
        let settings = self.client_settings()?;
        let begun = Instant::now();
        run_to_end(async {
            let client = settings.connect()?;
            let wait = self.await_views(&client, begun);
            let command = self.limited(self.timeout, command(client.clone()));
            then_wait(command, wait, signals::first()).await
        })
    }

    /// Waits until the views include the changes of a command that began at `begun`. Ignores the errors of the wait.
    pub(crate) async fn await_views(&self, client: &Client, begun: Instant) {
        let limit = views_wait(self.timeout, begun.elapsed());
        if !limit.is_zero() {
            let _ = tokio::time::timeout(limit, client.stats_when_current(limit)).await;
        }
    }

    /// Runs a future until it ends, times out, or a signal arrives.
    pub(crate) fn block_on(
        &self,
        command: impl Future<Output = Result<Exit, Failure>>,
    ) -> Result<Exit, Failure> {
        run_to_end(then_wait(
            self.limited(self.timeout, command),
            async {},
            signals::first(),
        ))
    }

    /// Runs a future until it ends. It has to watch for signals and [`Self::timeout`] itself.
    pub(crate) fn block_on_uninterrupted<T>(
        &self,
        command: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        run_to_end(command)
    }

    /// Returns the time limit of the command, if the user has set one.
    pub(crate) fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// Runs a future until it ends, or `time` has passed.
    pub(crate) async fn limited<T>(
        &self,
        time: Option<Duration>,
        command: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let (Some(time), Some(limit)) = (time, self.timeout) else {
            return command.await;
        };
        tokio::time::timeout(time, command)
            .await
            .unwrap_or_else(|_| {
                Err(
                    Failure::new(Exit::TimedOut, format!("not finished within {limit:?}"))
                        .hint("use a longer --timeout; `odd-dashboard explain JOB` shows what a job waits for"),
                )
            })
    }

    /// Returns `false` if the command must not wait for the user.
    pub(crate) fn may_ask(&self) -> bool {
        !self.no_input
    }

    /// Asks for confirmation of a command that cannot be undone. No runtime may have listened to signals before; a command of
    /// several steps uses [`Steps::confirm`](crate::steps::Steps::confirm).
    ///
    /// # Errors
    /// When the answer is no, or there is no terminal and no `--yes`.
    pub(crate) fn confirm(&self, question: &str) -> Result<(), Failure> {
        if self.is_confirmed(question)? {
            return Ok(());
        }
        confirmation::ask(question);
        confirmation::check(&confirmation::read_line()?)
    }

    /// Returns `true` if `--yes` answers the question, and `false` if the user has to.
    ///
    /// # Errors
    /// When the user cannot be asked.
    pub(crate) fn is_confirmed(&self, question: &str) -> Result<bool, Failure> {
        match self.yes || (self.may_ask() && confirmation::has_terminal()) {
            true => Ok(self.yes),
            false => Err(Failure::usage("this command needs a confirmation")
                .cause(format!("the question is: {question}"))
                .hint("confirm it with --yes")),
        }
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

fn run_to_end<T>(command: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::failed("cannot start the runtime").cause(error))?
        .block_on(command)
}

/// Returns how long a command that has run for `elapsed` may wait for the views.
fn views_wait(timeout: Option<Duration>, elapsed: Duration) -> Duration {
    timeout.map_or(VIEWS_WAIT, |limit| {
        VIEWS_WAIT.min(limit.saturating_sub(elapsed))
    })
}

/// Returns `true` for failures after which there is nothing to wait for: nothing has changed, or the connection failed.
pub(crate) fn is_wait_pointless(failure: &Failure) -> bool {
    matches!(
        failure.exit,
        Exit::Usage | Exit::Unreachable | Exit::NotAuthorised
    )
}

/// Runs `command`, then `wait` if it may have changed something. A signal ends either of them; the result of a command
/// that has ended is kept.
async fn then_wait(
    command: impl Future<Output = Result<Exit, Failure>>,
    wait: impl Future<Output = ()>,
    signal: impl Future<Output = Exit>,
) -> Result<Exit, Failure> {
    let mut signal = pin!(signal);
    let result = tokio::select! {
        biased;
        result = command => result,
        exit = &mut signal => return Ok(exit),
    };
    if result.as_ref().is_err_and(is_wait_pointless) {
        return result;
    }
    tokio::select! {
        biased;
        () = wait => {}
        _ = signal => {}
    }
    result
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::{pending, ready};

    use super::*;

    #[test]
    fn wait_for_the_views_ends_with_the_time_limit_of_the_command() {
        let ms = Duration::from_millis;
        assert_eq!(views_wait(None, ms(5_000)), VIEWS_WAIT);
        assert_eq!(views_wait(Some(ms(60_000)), ms(5_000)), VIEWS_WAIT);
        assert_eq!(views_wait(Some(ms(1_000)), ms(300)), ms(700));
        assert_eq!(views_wait(Some(ms(1_000)), ms(1_001)), Duration::ZERO);
    }

    #[test]
    fn signal_during_the_wait_keeps_the_result() {
        let interrupted = || ready(Exit::Interrupted);
        let ended = then_wait(async { Ok(Exit::Ok) }, pending(), interrupted());
        assert_eq!(run_to_end(ended).ok(), Some(Exit::Ok));
        let running = then_wait(pending(), pending(), interrupted());
        assert_eq!(run_to_end(running).ok(), Some(Exit::Interrupted));
    }

    #[test]
    fn command_that_failed_after_some_changes_waits_too() {
        let has_waited = Cell::new(false);
        let failed = async { Err(Failure::failed("the second job does not exist")) };
        let wait = async { has_waited.set(true) };
        assert!(run_to_end(then_wait(failed, wait, pending())).is_err());
        assert!(has_waited.get());
    }

    #[test]
    fn command_that_was_refused_does_not_wait() {
        for exit in [Exit::Usage, Exit::Unreachable, Exit::NotAuthorised] {
            let refused = async { Err(Failure::new(exit, "refused")) };
            let wait = async { panic!("waits after {exit:?}") };
            assert!(run_to_end(then_wait(refused, wait, pending())).is_err());
        }
    }
}
