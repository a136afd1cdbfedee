//! Commands of several steps, such as a question and what follows its answer.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use odd_client::Client;

use crate::confirmation;
use crate::context::{Context, is_wait_pointless};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::signals::Signals;

/// Time in which a signal that was sent to the process is received.
const DELIVERY: Duration = Duration::from_millis(20);

/// Runs the steps of a command. All are in one runtime, and this value receives all signals: handlers stay registered when
/// their runtime ends, so that a signal between two runtimes would do nothing, and then end the second one.
pub(crate) struct Steps<'a> {
    context: &'a Context,
    signals: Signals,
    /// The time that the steps may still take.
    remaining: Option<Duration>,
    /// Whether a signal has arrived during a step that blocks.
    is_stopped: Arc<AtomicBool>,
}

/// Why a command did not reach its next step.
pub(crate) enum Stopped {
    /// A signal arrived, which has this exit code.
    Signal(Exit),
    /// A step failed or timed out, or the answer was no.
    Failed(Failure),
}

impl<'a> Steps<'a> {
    /// Runs a command. It must not block the thread.
    ///
    /// # Errors
    /// When a step fails.
    pub(crate) fn run(
        context: &'a Context,
        command: impl AsyncFnOnce(Self) -> Result<Exit, Stopped>,
    ) -> Result<Exit, Failure> {
        context.block_on_uninterrupted(async {
            let signals = Signals::listen();
            let steps = Self {
                context,
                signals,
                remaining: context.timeout(),
                is_stopped: Arc::default(),
            };
            match command(steps).await {
                Ok(exit) | Err(Stopped::Signal(exit)) => Ok(exit),
                Err(Stopped::Failed(failure)) => Err(failure),
            }
        })
    }

    /// Runs a step until it ends, the time of all steps has passed, or a signal arrives.
    pub(crate) async fn step<T>(
        &mut self,
        step: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Stopped> {
        let begun = Instant::now();
        let result = tokio::select! {
            biased;
            result = self.context.limited(self.remaining, step) => Ok(result?),
            exit = self.signals.next() => Err(Stopped::Signal(exit)),
        };
        self.remaining = self
            .remaining
            .map(|time| time.saturating_sub(begun.elapsed()));
        result
    }

    /// Asks for confirmation of a change that cannot be undone.
    ///
    /// # Errors
    /// When the answer is no, or there is no terminal and no `--yes`; after a signal.
    pub(crate) async fn confirm(&mut self, question: &str) -> Result<(), Stopped> {
        if self.context.is_confirmed(question)? {
            return Ok(());
        }
        confirmation::ask(question);
        tokio::select! {
            answer = confirmation::answer() => {
                let answer = answer.map_err(Failure::from)?;
                Ok(confirmation::check(&answer)?)
            }
            exit = self.signals.next() => {
                // The question has no end of line yet.
                eprintln!();
                Err(Stopped::Signal(exit))
            }
        }
    }

    /// Runs a step that blocks, on another thread, until its end. Ctrl+C is for the program that this step has started in the
    /// terminal. Other signals end the command afterwards; the flag that the step receives tells that one has arrived.
    ///
    /// # Errors
    /// When the step fails.
    pub(crate) async fn blocking<T: Send + 'static>(
        &mut self,
        step: impl FnOnce(&AtomicBool) -> Result<T, Failure> + Send + 'static,
    ) -> Result<(T, Option<Exit>), Failure> {
        let (sender, mut result) = tokio::sync::oneshot::channel();
        let is_stopped = Arc::clone(&self.is_stopped);
        std::thread::spawn(move || sender.send(step(&is_stopped)));
        let mut stop = None;
        let result = loop {
            tokio::select! {
                biased;
                exit = self.signals.next() => self.remember(exit, &mut stop),
                result = &mut result => break result,
            }
        };
        while let Ok(exit) = tokio::time::timeout(DELIVERY, self.signals.next()).await {
            self.remember(exit, &mut stop);
        }
        let result = result.map_err(|_| Failure::failed("the step has panicked"))?;
        Ok((result?, stop))
    }

    fn remember(&self, exit: Exit, stop: &mut Option<Exit>) {
        if exit != Exit::Interrupted {
            self.is_stopped.store(true, Ordering::Relaxed);
            *stop = Some(exit);
        }
    }

    /// Waits until the views include what a step has changed that began at `begun`. A signal ends the wait.
    pub(crate) async fn await_views<T>(
        &mut self,
        client: &Client,
        begun: Instant,
        result: &Result<T, Stopped>,
    ) {
        let is_pointless = match result {
            Ok(_) => false,
            Err(Stopped::Signal(_)) => true,
            Err(Stopped::Failed(failure)) => is_wait_pointless(failure),
        };
        if !is_pointless {
            tokio::select! {
                () = self.context.await_views(client, begun) => {}
                _ = self.signals.next() => {}
            }
        }
    }
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}
