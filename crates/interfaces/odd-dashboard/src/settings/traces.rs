use odd_client::Url;
use odd_service_kit::telemetry::{TraceConfig, TraceHeaders, TraceSampler};

use crate::failure::Failure;
use crate::settings::Sources;
use crate::settings::plaintext::exposed_host;
use crate::settings::trace_list::{
    OTLP_COMPRESSION, OTLP_ENDPOINT, OTLP_HEADERS, OTLP_PROTOCOL, TRACES_SAMPLER,
    TRACES_SAMPLER_ARG,
};

/// The only protocol, and its name in the specification.
const PROTOCOL: &str = "http/protobuf";

const HEADERS_HINT: &str = "write for example api-key=KEY,tenant=7; encode a comma in a value as %2C, and a percent sign as %25";

/// Reads where traces are sent, and which. Returns `None` without an endpoint.
///
/// # Errors
/// When a setting of traces is not valid, even without an endpoint.
pub(super) fn read(sources: &Sources) -> Result<Option<TraceConfig>, Failure> {
    sources.read(&OTLP_PROTOCOL, None, protocol)?;
    sources.read(&OTLP_COMPRESSION, None, compression)?;
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

/// Refuses to send credentials of the collector to another machine without TLS. `insecure` means that the operator accepts the
/// risk.
///
/// # Errors
/// When the collector is on another machine and gets headers or a password without TLS. The message contains no secret.
pub(crate) fn check_trace_endpoint(
    sources: &Sources,
    traces: Option<&TraceConfig>,
    insecure: bool,
) -> Result<(), Failure> {
    let Some(traces) = traces.filter(|_| !insecure) else {
        return Ok(());
    };
    // The tracer reports what is not a URL.
    let Ok(url) = Url::parse(&traces.endpoint) else {
        return Ok(());
    };
    let has_credentials =
        !traces.headers.is_empty() || !url.username().is_empty() || url.password().is_some();
    let host = exposed_host(sources, &url).filter(|_| has_credentials);
    let Some(host) = host else {
        return Ok(());
    };
    Err(Failure::usage(format!(
        "{} uses the host {host} without TLS, but traces are sent with credentials",
        sources.origin(&OTLP_ENDPOINT)
    ))
    .hint(format!(
        "begin with https://, or remove {}; if the network to {host} is private, add it to ODD_PLAINTEXT_HOSTS; or accept the \
         risk with --insecure",
        sources.origin(&OTLP_HEADERS)
    )))
}

fn protocol(text: &str) -> Result<(), String> {
    match text {
        PROTOCOL => Ok(()),
        _ => Err(format!(
            "must be {PROTOCOL}; collectors usually offer it at port 4318"
        )),
    }
}

fn compression(text: &str) -> Result<(), String> {
    match text.eq_ignore_ascii_case("none") {
        true => Ok(()),
        false => Err("must be none, or not be set: exports are not compressed".to_owned()),
    }
}

fn headers(sources: &Sources) -> Result<TraceHeaders, Failure> {
    let Some(found) = sources.list(&OTLP_HEADERS) else {
        return Ok(TraceHeaders::default());
    };
    let items = found.value.iter().map(String::as_str);
    TraceHeaders::parse(items)
        .map_err(|error| Failure::usage(format!("{} {error}", found.origin)).hint(HEADERS_HINT))
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
        let headers = format!("{:?}", config.headers);
        assert!(
            headers.contains("api-key") && headers.contains("tenant"),
            "{headers}"
        );
    }

    #[test]
    fn invalid_settings_are_named_even_without_an_endpoint() {
        for (name, value) in [
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "marker"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "a=1,b c=marker"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "a=marker%zz"),
            ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"),
            ("OTEL_TRACES_SAMPLER", "sometimes"),
            ("OTEL_TRACES_SAMPLER_ARG", "10%"),
        ] {
            let failure = read(&Sources::of(&[(name, value)])).expect_err(value);
            assert!(failure.what.contains(name), "{failure:?}");
            assert!(!failure.render(false).contains("marker"), "{failure:?}");
        }
    }

    fn refused(variables: &[(&str, &str)], insecure: bool) -> Option<String> {
        let sources = Sources::of(variables);
        let traces = read(&sources).expect("valid");
        let failure = check_trace_endpoint(&sources, traces.as_ref(), insecure).err()?;
        assert_eq!(failure.exit, crate::exit::Exit::Usage);
        Some(failure.render(false))
    }

    #[test]
    fn credentials_are_not_sent_to_other_machines_without_tls() {
        let headers = ("OTEL_EXPORTER_OTLP_HEADERS", "api-key=marker");
        for (endpoint, is_refused) in [
            ("http://collector:4318", true),
            ("http://192.0.2.1:4318", true),
            ("http://[2001:db8::1]:4318", true),
            ("https://collector:4318", false),
            ("http://localhost:4318", false),
            ("http://127.0.0.1:4318", false),
            ("http://[::1]:4318", false),
        ] {
            let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint);
            let error = refused(&[endpoint, headers], false);
            assert_eq!(error.is_some(), is_refused, "{endpoint:?}");
            assert!(error.is_none_or(|error| !error.contains("marker")));
            assert_eq!(refused(&[endpoint], false), None);
            assert_eq!(refused(&[endpoint, headers], true), None);
        }
        let endpoint = |url| ("OTEL_EXPORTER_OTLP_ENDPOINT", url);
        let error = refused(&[endpoint("http://user:marker@collector")], false);
        let error = error.expect("a password");
        assert!(
            error.contains("ODD_PLAINTEXT_HOSTS") && !error.contains("marker"),
            "{error}"
        );
        let allowed = ("ODD_PLAINTEXT_HOSTS", "other,COLLECTOR");
        let endpoint = endpoint("http://collector:4318");
        assert_eq!(refused(&[endpoint, headers, allowed], false), None);
    }
}
