use std::io::{self, IsTerminal, Write};

use serde::Serialize;

use crate::failure::Failure;
use crate::output::{ColorChoice, OutputFormat, inert, inert_json};

/// How this run of the program talks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Printer {
    /// The shape of the data.
    pub(crate) format: OutputFormat,
    /// No messages but errors.
    pub(crate) quiet: bool,
    /// Details that help to find a cause.
    pub(crate) verbose: bool,
    /// Colour on standard output.
    pub(crate) colour: bool,
    /// Colour on standard error.
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
            colour: format == OutputFormat::Table && wants_colour(color, stdout),
            colour_messages: wants_colour(color, io::stderr().is_terminal()),
        }
    }

    /// Data, as it is.
    ///
    /// # Errors
    /// When the reader has gone, a failure that says nothing.
    pub(crate) fn data(&self, text: &str) -> Result<(), Failure> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(text.as_bytes())?;
        stdout.flush()?;
        Ok(())
    }

    /// One line of data.
    pub(crate) fn line(&self, text: &str) -> Result<(), Failure> {
        self.data(&format!("{text}\n"))
    }

    /// A JSON document, indented unless lines are wanted.
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

    /// A message for the person, on standard error.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            // Whoever closed standard error does not want to be told.
            let _ = writeln!(io::stderr().lock(), "{}", inert(text));
        }
    }

    /// A message that was made inert before it was coloured.
    pub(crate) fn coloured_note(&self, text: &str) {
        if !self.quiet {
            let _ = writeln!(io::stderr().lock(), "{text}");
        }
    }

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

    pub(crate) fn failure(&self, failure: &Failure) {
        let mut stderr = io::stderr().lock();
        let _ = stderr.write_all(failure.render(self.colour_messages).as_bytes());
        if let Some(id) = failure.correlation_id.filter(|_| self.verbose) {
            let _ = writeln!(stderr, "correlation id: {id}");
        }
    }
}

/// <https://no-color.org>: set and not empty means no.
fn wants_colour(choice: ColorChoice, terminal: bool) -> bool {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => terminal && !refused && !dumb,
    }
}
