use std::io::{self, IsTerminal, Write};

use odd_client::{inert, inert_json};
use serde::Serialize;

use super::layout::{stderr_width, stdout_width};
use crate::failure::Failure;
use crate::output::{ColorChoice, Layout, OutputFormat};

/// Writes data to standard output and messages to standard error, as the global options say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Printer {
    /// The format of the data.
    pub(crate) format: OutputFormat,
    /// Suppresses every message except errors.
    pub(crate) quiet: bool,
    /// Adds details that help to find a cause.
    pub(crate) verbose: bool,
    /// Use colour on standard output.
    pub(crate) colour: bool,
    /// Use colour on standard error.
    pub(crate) colour_messages: bool,
}

impl Printer {
    pub(crate) fn new(
        format: OutputFormat,
        color: ColorChoice,
        quiet: bool,
        verbose: bool,
    ) -> Self {
        let stdout = io::stdout().is_terminal();
        Self {
            format,
            quiet,
            verbose,
            colour: format == OutputFormat::Table && uses_colour(color, stdout),
            colour_messages: uses_colour(color, io::stderr().is_terminal()),
        }
    }

    /// Returns a printer of JSON if `as_json`, for commands with an option of their own for it.
    pub(crate) fn with_json(self, as_json: bool) -> Self {
        match as_json {
            true => Self {
                format: OutputFormat::Json,
                colour: false,
                ..self
            },
            false => self,
        }
    }

    /// Returns the layout of data.
    pub(crate) fn layout(&self) -> Layout {
        Layout {
            colour: self.colour,
            width: stdout_width(),
        }
    }

    /// Returns the layout of messages.
    pub(crate) fn message_layout(&self) -> Layout {
        Layout {
            colour: self.colour_messages,
            width: stderr_width(),
        }
    }

    /// Prints data unchanged.
    ///
    /// # Errors
    /// When writing fails; see [`Failure::closed_pipe`].
    pub(crate) fn data(&self, text: &str) -> Result<(), Failure> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(text.as_bytes())?;
        stdout.flush()?;
        Ok(())
    }

    /// Prints one line of data.
    pub(crate) fn line(&self, text: &str) -> Result<(), Failure> {
        self.data(&format!("{text}\n"))
    }

    /// Prints a JSON document: indented with `-o json`, on one line otherwise.
    pub(crate) fn json(&self, value: &impl Serialize) -> Result<(), Failure> {
        let text = if self.format == OutputFormat::Json {
            serde_json::to_string_pretty(value)
        } else {
            serde_json::to_string(value)
        };
        let text = text.map_err(anyhow::Error::from)?;
        self.line(&inert_json(&text))
    }

    /// Prints one value: as JSON, as names alone, or as the text that `text` renders with or without colour.
    ///
    /// # Errors
    /// See [`Self::data`].
    pub(crate) fn value(
        &self,
        value: &impl Serialize,
        names: impl IntoIterator<Item = impl AsRef<str>>,
        text: impl FnOnce(bool) -> String,
    ) -> Result<(), Failure> {
        match self.format {
            OutputFormat::Json | OutputFormat::Jsonl => self.json(value),
            OutputFormat::Name => names
                .into_iter()
                .try_for_each(|name| self.line(&inert(name.as_ref()))),
            OutputFormat::Table => self.data(&text(self.colour)),
        }
    }

    /// Prints a list as [`Self::value`] does, except that JSON lines hold one item each.
    ///
    /// # Errors
    /// See [`Self::data`].
    pub(crate) fn list<I: Serialize>(
        &self,
        list: &impl Serialize,
        items: &[I],
        name: impl Fn(&I) -> String,
        text: impl FnOnce(bool) -> String,
    ) -> Result<(), Failure> {
        match self.format {
            OutputFormat::Jsonl => items.iter().try_for_each(|item| self.json(item)),
            _ => self.value(list, items.iter().map(name), text),
        }
    }

    /// Prints a message on standard error.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            // Nothing can be reported when standard error is closed.
            let _ = writeln!(io::stderr().lock(), "{}", inert(text));
        }
    }

    /// Prints a message that has colours, and whose text was made inert before.
    pub(crate) fn coloured_note(&self, text: &str) {
        if !self.quiet {
            let _ = writeln!(io::stderr().lock(), "{text}");
        }
    }

    /// Prints a warning on standard error.
    pub(crate) fn warn(&self, text: &str) {
        let (yellow, end) = if self.colour_messages {
            ("\u{1b}[33m", "\u{1b}[0m")
        } else {
            ("", "")
        };
        if !self.quiet {
            let _ = writeln!(io::stderr().lock(), "{yellow}warning:{end} {}", inert(text));
        }
    }

    /// Prints JSON that the user has written, and would lose otherwise, on standard error, even with `--quiet`. Its escapes keep its
    /// value.
    pub(crate) fn rescue(&self, what: &str, json: &str) {
        let _ = writeln!(io::stderr().lock(), "{what}: {}", inert_json(json));
    }

    /// Prints an error on standard error, even with `--quiet`.
    pub(crate) fn failure(&self, failure: &Failure) {
        let mut stderr = io::stderr().lock();
        let _ = stderr.write_all(failure.render(self.colour_messages).as_bytes());
        if let Some(id) = failure.correlation_id.filter(|_| self.verbose) {
            let _ = writeln!(stderr, "correlation id: {id}");
        }
    }
}

/// Returns whether to use colour, on a terminal or elsewhere. A `NO_COLOR` that is set and not empty disables colour, see <https://no-color.org>.
pub(crate) fn uses_colour(choice: ColorChoice, terminal: bool) -> bool {
    let is_disabled = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => terminal && !is_disabled && !dumb,
    }
}
