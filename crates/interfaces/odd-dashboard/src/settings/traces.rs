use std::collections::HashMap;

use odd_service_kit::telemetry::{TraceConfig, TraceSampler};

use crate::failure::Failure;
use crate::settings::Sources;
use crate::settings::trace_list::{
    OTLP_ENDPOINT, OTLP_HEADERS, OTLP_PROTOCOL, TRACES_SAMPLER, TRACES_SAMPLER_ARG,
};

/// The only protocol, and its name in the specification.
const PROTOCOL: &str = "http/protobuf";

/// Reads where traces are sent, and which. Returns `None` without an endpoint.
///
/// # Errors
/// When a setting of traces is not valid, even without an endpoint.
pub(super) fn read(sources: &Sources) -> Result<Option<TraceConfig>, Failure> {
    sources.read(&OTLP_PROTOCOL, None, protocol)?;
    let ratio = |text: &str| TraceSampler::parse_ratio(text).map_err(|error| error.to_string());
    let ratio = sources
        .read(&TRACES_SAMPLER_ARG, None, ratio)?
        .unwrap_or(TraceSampler::default_ratio());
    let sampler = |text: &str| TraceSampler::named(text, ratio).map_err(|error| error.to_string());
    let default = || sampler(TRACES_SAMPLER.default).expect("the default is a name");
    let sampler = sources
        .read(&TRACES_SAMPLER, None, sampler)?
        .unwrap_or_else(default);
    let headers = headers(sources)?;
    let endpoint = sources.read(&OTLP_ENDPOINT, None, |text| Ok(text.to_owned()))?;
    Ok(endpoint.map(|endpoint| TraceConfig {
        endpoint,
        headers,
        sampler,
    }))
}

fn protocol(text: &str) -> Result<(), String> {
    match text {
        PROTOCOL => Ok(()),
        _ => Err(format!(
            "must be {PROTOCOL}; collectors usually offer it at port 4318"
        )),
    }
}

fn headers(sources: &Sources) -> Result<HashMap<String, String>, Failure> {
    let Some(found) = sources.list(&OTLP_HEADERS) else {
        return Ok(HashMap::new());
    };
    let pair = |item: &String| {
        let (name, value) = item.split_once('=')?;
        Some((name.trim().to_owned(), value.trim().to_owned()))
    };
    let pairs: Option<HashMap<_, _>> = found.value.iter().map(pair).collect();
    pairs.ok_or_else(|| {
        Failure::usage(format!(
            "each item of {} must have the form name=value",
            found.origin
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_no_traces_without_an_endpoint() {
        assert!(read(&Sources::default()).expect("valid").is_none());
        let sources = Sources::of(&[("OTEL_TRACES_SAMPLER", "always_on")]);
        assert!(read(&sources).expect("valid").is_none());
    }

    #[test]
    fn traces_are_sent_as_configured() {
        let sources = Sources::of(&[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "api-key=a=b, tenant = 7"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ]);
        let config = read(&sources).expect("valid").expect("traces");
        assert_eq!(config.endpoint, "http://collector:4318");
        assert_eq!(config.headers["api-key"], "a=b");
        assert_eq!(config.headers["tenant"], "7");
    }

    #[test]
    fn invalid_settings_are_named_even_without_an_endpoint() {
        for (name, value) in [
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "secret"),
            ("OTEL_TRACES_SAMPLER", "sometimes"),
            ("OTEL_TRACES_SAMPLER_ARG", "10%"),
        ] {
            let failure = read(&Sources::of(&[(name, value)])).expect_err(value);
            assert!(failure.what.contains(name), "{failure:?}");
        }
    }
}
