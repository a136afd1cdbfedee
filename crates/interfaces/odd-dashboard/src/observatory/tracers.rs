use std::time::Duration;

use odd_service_kit::ServiceInfo;
use odd_service_kit::telemetry::{TraceConfig, Tracer, TracerError};

use crate::failure::Failure;
use crate::role_name::RoleName;

/// Time limit for the export of the last spans at shutdown.
const FLUSH_LIMIT: Duration = Duration::from_secs(2);

/// The tracers of the roles that record spans.
#[derive(Default)]
pub(super) struct Tracers(Vec<(RoleName, Tracer)>);

impl Tracers {
    /// Starts the tracers of those roles that record spans. Without a configuration, nothing is recorded.
    ///
    /// # Errors
    /// When the URL of the collector is not valid, or there is no HTTP client for it.
    pub(super) fn start(
        config: Option<&TraceConfig>,
        roles: impl IntoIterator<Item = (RoleName, ServiceInfo)>,
    ) -> Result<Self, Failure> {
        let Some(config) = config else {
            return Ok(Self::default());
        };
        let start = |(role, info): (RoleName, ServiceInfo)| {
            let tracer = Tracer::start(config, &info).map_err(|error| failure(&error))?;
            Ok((role, tracer))
        };
        // The read-model answers queries, which are not part of the trace of a job; the web role passes traces on, and the
        // web-pty-server has no part in them.
        let roles = roles.into_iter();
        let recording = roles.filter(|(role, _)| {
            !matches!(role, RoleName::ReadModel | RoleName::Web | RoleName::WebPty)
        });
        recording.map(start).collect::<Result<_, _>>().map(Self)
    }

    /// Returns the tracer of a role; one that records nothing if the role has none.
    pub(super) fn of(&self, role: RoleName) -> Tracer {
        let found = self.0.iter().find(|(name, _)| *name == role);
        found.map_or_else(Tracer::default, |(_, tracer)| tracer.clone())
    }

    /// Exports the last spans, with a limit, and stops.
    pub(super) async fn shutdown(self) {
        let stopping = self
            .0
            .iter()
            .map(|(_, tracer)| tracer.shutdown(FLUSH_LIMIT));
        futures_util::future::join_all(stopping).await;
    }
}

fn failure(error: &TracerError) -> Failure {
    match error {
        TracerError::Endpoint => Failure::usage("traces cannot be sent")
            .cause(error)
            .hint("set OTEL_EXPORTER_OTLP_ENDPOINT to a URL such as http://127.0.0.1:4318"),
        TracerError::Client(_) | TracerError::Exporter(_) => {
            Failure::failed("traces cannot be sent").caused_by(error)
        }
    }
}
