//! The settings of traces. Their names are those of the OpenTelemetry specification.

use super::setting::{Kind, Setting, setting};

pub(crate) const OTLP_ENDPOINT: Setting = setting(
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    Some("traces.endpoint"),
    Kind::Text,
    "none: no traces",
    "Base URL of the OpenTelemetry collector that receives traces.",
    "For example `http://127.0.0.1:4318`. Set it when every process of a cluster runs a version with traces.",
);
pub(crate) const OTLP_PROTOCOL: Setting = setting(
    "OTEL_EXPORTER_OTLP_PROTOCOL",
    Some("traces.protocol"),
    Kind::Text,
    "http/protobuf",
    "Protocol of the collector: `http/protobuf`.",
    "",
);
pub(crate) const OTLP_HEADERS: Setting = setting(
    "OTEL_EXPORTER_OTLP_HEADERS",
    Some("traces.headers"),
    Kind::List,
    "none",
    "Headers that the collector requires, such as an API key.",
    "Each item has the form `name=value`; the value may be percent-encoded.",
);
pub(crate) const OTLP_COMPRESSION: Setting = setting(
    "OTEL_EXPORTER_OTLP_COMPRESSION",
    Some("traces.compression"),
    Kind::Text,
    "none",
    "Compression of exports: `none`.",
    "",
);
pub(crate) const TRACES_SAMPLER: Setting = setting(
    "OTEL_TRACES_SAMPLER",
    Some("traces.sampler"),
    Kind::Text,
    "parentbased_traceidratio",
    "Which traces are recorded.",
    "`always_on`, `always_off` or `traceidratio`, with the prefix `parentbased_` to record a request with a \
     `traceparent` if its sender records it.",
);
pub(crate) const TRACES_SAMPLER_ARG: Setting = setting(
    "OTEL_TRACES_SAMPLER_ARG",
    Some("traces.ratio"),
    Kind::Text,
    "0.1",
    "Share of traces that `traceidratio` records, 0 to 1.",
    "",
);
