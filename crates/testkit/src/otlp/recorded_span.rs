use std::collections::BTreeMap;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as AnyValue;
use opentelemetry_proto::tonic::common::v1::{KeyValue, KeyValueList};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, Span};
use serde_json::{Value, json};

/// A span as the collector received it. Ids are hexadecimal.
#[derive(Debug, Clone)]
pub struct RecordedSpan {
    /// Attributes of the resource: the role and its process.
    pub resource: BTreeMap<String, Value>,
    /// URL of the version of the semantic conventions.
    pub schema_url: String,
    /// Id of the trace.
    pub trace_id: String,
    /// Id of the span.
    pub span_id: String,
    /// Id of the parent; empty for the root of the trace.
    pub parent_id: String,
    /// Name.
    pub name: String,
    /// `SERVER`, `PRODUCER`, `CONSUMER`, `CLIENT` or `INTERNAL`.
    pub kind: String,
    /// Start, in nanoseconds since the Unix epoch.
    pub start_ns: u64,
    /// End, in nanoseconds since the Unix epoch.
    pub end_ns: u64,
    /// Attributes.
    pub attributes: BTreeMap<String, Value>,
    /// Ids of the spans that it is linked to.
    pub links: Vec<String>,
    /// Names and attributes of the events.
    pub events: Vec<(String, BTreeMap<String, Value>)>,
    /// Description of the error, if its status is one.
    pub error: Option<String>,
}

impl RecordedSpan {
    /// Returns the name of the role that recorded it.
    pub fn service(&self) -> &str {
        self.resource["service.name"].as_str().unwrap_or_default()
    }

    /// Returns an attribute as text, or an empty one without it.
    pub fn text(&self, attribute: &str) -> &str {
        let value = self.attributes.get(attribute);
        value.and_then(Value::as_str).unwrap_or_default()
    }

    /// Returns an attribute that is a whole number.
    pub fn number(&self, attribute: &str) -> Option<i64> {
        self.attributes.get(attribute)?.as_i64()
    }

    /// Returns the spans of an export.
    pub(super) fn all_of(request: ExportTraceServiceRequest) -> Vec<Self> {
        let spans = request.resource_spans.into_iter().flat_map(of_resource);
        spans.collect()
    }
}

fn of_resource(spans: ResourceSpans) -> Vec<RecordedSpan> {
    let resource = attributes(spans.resource.map(|Resource { attributes, .. }| attributes));
    let scopes = spans.scope_spans.into_iter().flat_map(|scope| {
        let schema_url = scope.schema_url;
        scope
            .spans
            .into_iter()
            .map(move |span| (schema_url.clone(), span))
    });
    scopes
        .map(|(schema_url, span)| recorded(resource.clone(), schema_url, span))
        .collect()
}

fn recorded(resource: BTreeMap<String, Value>, schema_url: String, span: Span) -> RecordedSpan {
    let kind = span.kind().as_str_name();
    let is_error = |code: i32| code == StatusCode::Error as i32;
    RecordedSpan {
        resource,
        schema_url,
        trace_id: hex(&span.trace_id),
        span_id: hex(&span.span_id),
        parent_id: hex(&span.parent_span_id),
        kind: kind.trim_start_matches("SPAN_KIND_").to_owned(),
        start_ns: span.start_time_unix_nano,
        end_ns: span.end_time_unix_nano,
        attributes: attributes(Some(span.attributes)),
        links: span.links.iter().map(|link| hex(&link.span_id)).collect(),
        events: span
            .events
            .into_iter()
            .map(|event| (event.name, attributes(Some(event.attributes))))
            .collect(),
        error: span
            .status
            .filter(|status| is_error(status.code))
            .map(|status| status.message),
        name: span.name,
    }
}

fn attributes(pairs: Option<Vec<KeyValue>>) -> BTreeMap<String, Value> {
    let pairs = pairs.unwrap_or_default().into_iter();
    pairs
        .map(|pair| {
            let value = pair.value.and_then(|value| value.value);
            (pair.key, value.map_or(Value::Null, json_of))
        })
        .collect()
}

fn json_of(value: AnyValue) -> Value {
    let inner = |value: Option<AnyValue>| value.map_or(Value::Null, json_of);
    match value {
        AnyValue::StringValue(text) => json!(text),
        AnyValue::BoolValue(flag) => json!(flag),
        AnyValue::IntValue(number) => json!(number),
        AnyValue::DoubleValue(number) => json!(number),
        AnyValue::BytesValue(bytes) => json!(hex(&bytes)),
        AnyValue::ArrayValue(array) => {
            let values = array.values.into_iter().map(|item| inner(item.value));
            Value::Array(values.collect())
        }
        AnyValue::KvlistValue(KeyValueList { values }) => json!(attributes(Some(values))),
        AnyValue::StringValueStrindex(index) => json!(index),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
