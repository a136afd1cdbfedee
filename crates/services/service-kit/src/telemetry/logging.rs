use std::io::IsTerminal as _;

use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::{Format, JsonFields};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use super::log_format::{LogFormat, WithContext};

/// Why logging cannot start.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter is invalid.
    #[error(
        "{0:?} is neither a level (off, error, warn, info, debug, trace) nor a directive such as odd_gateway=debug"
    )]
    Filter(String),
    /// Logging has already been started.
    #[error("logging was started twice")]
    Started,
}

/// Starts logging, once per process. From then on, panics are logged too.
///
/// # Errors
/// If `filter` is invalid, and on the second call.
pub fn init(filter: &str, format: LogFormat) -> Result<(), TelemetryError> {
    let parsed = parse_filter(filter)?;
    let registry = tracing_subscriber::registry().with(parsed);
    let is_terminal = std::io::stderr().is_terminal();
    registry
        .with(format.layer(std::io::stderr, is_terminal))
        .try_init()
        .map_err(|_| TelemetryError::Started)?;
    std::panic::set_hook(Box::new(log_panic));
    Ok(())
}

/// Parses a filter. A name without a level is refused, although it would select everything that a module logs: it is nearly
/// always a misspelt level, and the filter would silence everything else.
fn parse_filter(filter: &str) -> Result<EnvFilter, TelemetryError> {
    let invalid = |part: &str| TelemetryError::Filter(part.trim().to_owned());
    for part in filter.split(',').filter(|part| !part.trim().is_empty()) {
        let is_level = part.trim().parse::<LevelFilter>().is_ok();
        let has_level = part
            .rsplit_once('=')
            .is_some_and(|(_, level)| level.trim().parse::<LevelFilter>().is_ok());
        // A span such as `[attempt{job=7}]` can contain commas and equals signs.
        if !(is_level || has_level || filter.contains('[')) {
            return Err(invalid(part));
        }
    }
    EnvFilter::try_new(filter).map_err(|_| invalid(filter))
}

impl LogFormat {
    /// Returns the layer that writes log lines, each with the fields of the current [`super::LogContext`].
    pub fn layer<S, W>(self, writer: W, has_colors: bool) -> Box<dyn Layer<S> + Send + Sync>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
        W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
    {
        let lines = tracing_subscriber::fmt::layer()
            .with_writer(writer)
            .with_ansi(has_colors);
        let text = Format::default().with_ansi(has_colors);
        match self {
            Self::Text => lines
                .event_format(WithContext {
                    inner: text,
                    format: self,
                })
                .boxed(),
            Self::Json => lines
                .fmt_fields(JsonFields::new())
                .event_format(WithContext {
                    inner: text.json().flatten_event(true),
                    format: self,
                })
                .boxed(),
        }
    }
}

fn log_panic(panic: &std::panic::PanicHookInfo<'_>) {
    let location = panic.location().map(ToString::to_string);
    let thread = std::thread::current();
    tracing::error!(
        location = location.as_deref(),
        thread = thread.name(),
        panic = panic.payload_as_str(),
        "panicked"
    );
}

#[cfg(test)]
mod tests {
    use std::io::Seek;
    use std::sync::Arc;

    use odd_contracts::{CorrelationId, JobId, TraceContext};
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::*;
    use crate::telemetry::LogContext;

    #[test]
    fn filter_without_a_level_is_refused() {
        for good in [
            "info",
            "DEBUG",
            "off",
            "3",
            "info,odd_gateway=debug",
            "warn,hyper=off",
            "[attempt]=debug",
            "",
        ] {
            assert!(parse_filter(good).is_ok(), "{good}");
        }
        for (bad, part) in [
            ("verbose", "verbose"),
            ("info,verbose", "verbose"),
            ("odd_gateway", "odd_gateway"),
            ("info,odd_gateway=loud", "odd_gateway=loud"),
            ("infoo", "infoo"),
        ] {
            let error = parse_filter(bad).expect_err(bad).to_string();
            assert!(
                error.starts_with(&format!("{part:?} is neither")),
                "{error}"
            );
        }
    }

    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

    /// Returns what `log` writes within the context of the second attempt of job 7.
    fn logged(format: LogFormat, log: impl FnOnce()) -> Vec<String> {
        let written = Arc::new(tempfile::tempfile().expect("a temporary file"));
        let subscriber =
            tracing_subscriber::registry().with(format.layer(Arc::clone(&written), false));
        let trace: TraceContext = format!("00-{TRACE}-b7ad6b7169203331-01")
            .parse()
            .expect("valid");
        let context = LogContext::of_attempt(
            (JobId(Uuid::from_u128(7)), 2),
            CorrelationId(Uuid::from_u128(9)),
            Some(trace),
        );
        let working = context.scope(async { log() });
        tracing::subscriber::with_default(subscriber, || {
            futures_util::FutureExt::now_or_never(working).expect("does not wait");
            tracing::info!("outside");
        });
        (&*written).rewind().expect("seekable");
        let text = std::io::read_to_string(&*written).expect("text");
        text.lines().map(str::to_owned).collect()
    }

    fn ids() -> [String; 2] {
        [7, 9].map(|id| Uuid::from_u128(id).to_string())
    }

    #[test]
    fn invalid_filter_is_reported() {
        let error = init("odd=loud", LogFormat::Text).expect_err("refused");
        assert!(error.to_string().contains("odd=loud"));
    }

    #[test]
    fn json_lines_have_the_fields_of_their_context() {
        let [job, correlation] = ids();
        let lines = logged(LogFormat::Json, || {
            tracing::warn!(size = 3, "a \"quoted\" }}")
        });
        let [within, outside] = &lines[..] else {
            panic!("two lines: {lines:?}");
        };
        let within: Value = serde_json::from_str(within).expect("JSON");
        assert_eq!(within["message"], "a \"quoted\" }");
        assert_eq!(
            (&within["size"], &within["level"]),
            (&json!(3), &json!("WARN"))
        );
        assert_eq!(within["correlation_id"], correlation);
        assert_eq!(
            (&within["job"], &within["attempt"]),
            (&json!(job), &json!(2))
        );
        assert_eq!(within["trace_id"], TRACE);
        let outside: Value = serde_json::from_str(outside).expect("JSON");
        assert_eq!(outside["job"], Value::Null);
    }

    #[test]
    fn text_lines_have_the_fields_of_their_context() {
        let [job, correlation] = ids();
        let lines = logged(LogFormat::Text, || tracing::warn!(size = 3, "large"));
        let end = format!(
            "large size=3 correlation_id={correlation} job={job} attempt=2 trace_id={TRACE}"
        );
        assert!(lines[0].ends_with(&end), "{lines:?}");
        assert!(lines[1].ends_with("outside"), "{lines:?}");
    }

    #[test]
    fn fields_of_the_line_itself_are_not_repeated() {
        for format in [LogFormat::Text, LogFormat::Json] {
            let lines = logged(format, || {
                tracing::warn!(job = "other", "about another job")
            });
            assert_eq!(lines[0].matches("job").count(), 2, "{lines:?}");
            assert!(lines[0].contains("other") && lines[0].contains("attempt"));
        }
    }
}
