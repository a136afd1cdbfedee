use std::fmt::{self, Write as _};

use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::FmtContext;
use tracing_subscriber::fmt::format::{FormatEvent, FormatFields, Writer};
use tracing_subscriber::registry::LookupSpan;

use super::log_context::{FieldValue, LogContext};

/// Format of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Text for terminals.
    Text,
    /// One JSON object per line.
    Json,
}

/// Adds the fields of the current [`LogContext`] to each line that another format writes.
pub(super) struct WithContext<F> {
    pub(super) inner: F,
    pub(super) format: LogFormat,
}

impl<S, N, F> FormatEvent<S, N> for WithContext<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(
        &self,
        ctx: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let Some(context) = LogContext::current() else {
            return self.inner.format_event(ctx, writer, event);
        };
        let mut line = String::new();
        self.inner
            .format_event(ctx, Writer::new(&mut line), event)?;
        let end = line
            .strip_suffix(self.format.line_end())
            .map_or(line.len(), str::len);
        line.truncate(end);
        let own = event.metadata().fields();
        context.each_field(|name, value| {
            if own.field(name).is_none() {
                self.format.add(&mut line, name, value);
            }
        });
        line.push_str(self.format.line_end());
        writer.write_str(&line)
    }
}

impl LogFormat {
    /// What follows the last field of a line.
    const fn line_end(self) -> &'static str {
        match self {
            Self::Text => "\n",
            Self::Json => "}\n",
        }
    }

    fn add(self, line: &mut String, name: &str, value: FieldValue<'_>) {
        let added = match (self, value) {
            (Self::Text, FieldValue::Text(text)) => write!(line, " {name}={text}"),
            (Self::Text, FieldValue::Number(number)) => write!(line, " {name}={number}"),
            (Self::Json, FieldValue::Text(text)) => write!(line, ",\"{name}\":\"{text}\""),
            (Self::Json, FieldValue::Number(number)) => write!(line, ",\"{name}\":{number}"),
        };
        added.expect("writing to a String does not fail");
    }
}
