use std::convert::Infallible;
use std::time::{Duration, Instant};

use odd_client::inert;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{OutputFormat, Screen, human_duration};
use crate::retry_notices::RetryNotices;

/// The option of commands that can show their output again and again.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(super) struct WatchArgs {
    /// Show it again every SECONDS, 2 if none are given, until Ctrl+C
    #[arg(
        long,
        value_name = "SECONDS",
        num_args = 0..=1,
        default_missing_value = "2",
        value_parser = clap::value_parser!(u32).range(1..=3_600)
    )]
    watch: Option<u32>,
}

impl WatchArgs {
    /// Returns how to repeat the command, if it is to be repeated.
    pub(super) fn watch(self, context: &Context) -> Option<Watch<'_>> {
        let interval = Duration::from_secs(u64::from(self.watch?));
        Some(Watch { context, interval })
    }
}

/// Shows something again and again: in place on a terminal that can do that, one after the other elsewhere.
pub(super) struct Watch<'a> {
    context: &'a Context,
    interval: Duration,
}

impl Watch<'_> {
    /// Fetches and shows the newest state until a signal ends the command. While the server is lost, a terminal keeps the last
    /// state with its age, and elsewhere the loss is reported on standard error.
    ///
    /// `text` renders the state for a terminal, with or without colour; `print` prints it elsewhere.
    ///
    /// # Errors
    /// When the first fetch fails, or a later one for a reason that does not pass, such as a missing permission; when writing
    /// fails.
    pub(super) async fn run<T>(
        &self,
        fetch: impl AsyncFn() -> Result<T, Failure>,
        text: impl Fn(&T, bool) -> String,
        print: impl Fn(&T) -> Result<(), Failure>,
    ) -> Result<Exit, Failure> {
        let printer = self.context.printer;
        let in_place = printer.format == OutputFormat::Table && Screen::is_supported();
        let never = match in_place {
            true => {
                self.redraw(fetch, |state| text(state, printer.colour))
                    .await?
            }
            false => self.append(fetch, print).await?,
        };
        match never {}
    }

    async fn redraw<T>(
        &self,
        fetch: impl AsyncFn() -> Result<T, Failure>,
        text: impl Fn(&T) -> String,
    ) -> Result<Infallible, Failure> {
        let mut screen = Screen::new();
        let mut shown = text(&fetch().await?);
        let mut fetched_at = Instant::now();
        let mut note = self.live();
        loop {
            screen.show(&format!("{note}\n\n{shown}"))?;
            tokio::time::sleep(self.interval).await;
            note = match fetch().await {
                Ok(state) => {
                    fetched_at = Instant::now();
                    shown = text(&state);
                    self.live()
                }
                Err(failure) => stale(&passing(failure)?, fetched_at.elapsed()),
            };
        }
    }

    fn live(&self) -> String {
        let interval = human_duration(self.interval);
        format!("● live, every {interval}; Ctrl+C ends")
    }

    async fn append<T>(
        &self,
        fetch: impl AsyncFn() -> Result<T, Failure>,
        print: impl Fn(&T) -> Result<(), Failure>,
    ) -> Result<Infallible, Failure> {
        let printer = self.context.printer;
        let mut notices = RetryNotices::default();
        let mut newest = Some(fetch().await?);
        loop {
            if let Some(state) = newest {
                print(&state)?;
                if printer.format == OutputFormat::Table {
                    printer.line("")?;
                }
            }
            tokio::time::sleep(self.interval).await;
            newest = match fetch().await {
                Ok(state) => {
                    if let Some(outage) = notices.recovered(Instant::now()) {
                        let outage = human_duration(outage);
                        printer.note(&format!("the server answers again after {outage}"));
                    }
                    Some(state)
                }
                Err(failure) => {
                    let failure = passing(failure)?;
                    if notices.failed(Instant::now()) {
                        printer.warn(&format!("{}; retrying", in_one_line(&failure)));
                    }
                    None
                }
            };
        }
    }
}

/// Returns the failure if a later fetch can succeed.
fn passing(failure: Failure) -> Result<Failure, Failure> {
    match failure.exit {
        Exit::Unreachable | Exit::TimedOut | Exit::Failure => Ok(failure),
        _ => Err(failure),
    }
}

fn stale(failure: &Failure, age: Duration) -> String {
    let age = human_duration(age);
    let reason = in_one_line(failure);
    format!("◌ {age} old, retrying: {}", inert(&reason))
}

fn in_one_line(failure: &Failure) -> String {
    match failure.causes.last() {
        Some(cause) => format!("{}: {cause}", failure.what),
        None => failure.what.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stale_state_is_shown_with_its_age_and_the_reason() {
        let failure = Failure::new(Exit::Unreachable, "cannot reach it").cause("refused\u{1b}[2J");
        assert_eq!(
            stale(&failure, Duration::from_secs(75)),
            "◌ 1 min 15 s old, retrying: cannot reach it: refused\\u{1b}[2J"
        );
    }

    #[test]
    fn only_failures_that_can_pass_are_retried() {
        assert!(passing(Failure::new(Exit::Unreachable, "a")).is_ok());
        assert!(passing(Failure::new(Exit::NotAuthorised, "a")).is_err());
        assert!(passing(Failure::closed_pipe()).is_err());
    }
}
