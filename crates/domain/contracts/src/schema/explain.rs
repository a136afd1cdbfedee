use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{ErrorIterator, JsonType, ValidationError};
use serde_json::Value;

use crate::{FieldError, counted, json_pointer};

/// The maximum number of errors in one report.
pub const MAX_ERRORS: usize = 100;

const MAX_POINTER_CHARS: usize = 1_000;
const MAX_LISTED_CHARS: usize = 400;

/// The patterns of the schemas, described for people.
const PATTERNS: &[(&str, &str)] = &[
    (
        "^[^\\u0000-\\u001f\\u007f-\\u009f]*$",
        "must not contain control characters",
    ),
    (
        "^[A-Za-z0-9_-]{43}$",
        "must be a secret of 43 letters, digits, hyphens and underscores",
    ),
    (
        "^[0-9a-f]{16}$",
        "must be a fingerprint: 16 hexadecimal digits in lower case",
    ),
    ("^[Hh][Tt][Tt][Pp][Ss]?:", "must begin with http: or https:"),
    (
        "^[1-5][0-9]{2}-[1-5][0-9]{2}$",
        "must be a range of statuses such as 200-299",
    ),
    (
        "^[^=\\u0000-\\u001f]+$",
        "must not be empty or contain = or control characters",
    ),
    ("^/", "must be an absolute path"),
    (
        "^[A-Za-z0-9._-]{1,50}$",
        "must be 1 to 50 of the characters A-Z a-z 0-9 . _ -",
    ),
    (
        "^[a-z][a-z-]{0,49}$",
        "must be 1 to 50 of the characters a-z and -, beginning with a letter",
    ),
    (
        "^[0-9-]{10}T[0-9:]{8}(\\.[0-9]{1,9})?(Z|[+-][0-9:]{5})$",
        "must be an RFC 3339 time with at most nine decimals, such as 2025-01-31T12:00:00Z",
    ),
    (
        "^(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?(\\+[0-9A-Za-z.-]+)?$",
        "must be a semantic version such as 1.4.2",
    ),
    ("^1\\.", "must be a version 1.x of the event contract"),
    (
        "^[0-9a-f-]+:[0-9]+$",
        "must be the job id and the version, joined by a colon",
    ),
    (
        "^job\\.batch:[0-9a-f-]+:[0-9]+$",
        "must be job.batch, and job id and version of the first event, joined by colons",
    ),
    (
        "^work\\.ready:[0-9a-f-]+:[0-9]+$",
        "must be work.ready, and job id and version of the first event, joined by colons",
    ),
    (
        "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$",
        "must be a W3C traceparent of version 00",
    ),
    (
        "^00-0{0,31}[1-9a-f]",
        "must have a trace id that is not zero",
    ),
    (
        "-0{0,15}[1-9a-f][0-9a-f]{0,15}-[0-9a-f]{2}$",
        "must have a span id that is not zero",
    ),
    (
        "^[A-Za-z0-9+/]*={0,2}$",
        "must be base64 with the characters A-Z a-z 0-9 + /",
    ),
    (
        "^[a-z0-9][a-z0-9_-]{0,59}$",
        "must be 1 to 60 lower-case letters, digits, - or _",
    ),
    (
        "^[A-Z][A-Za-z0-9]{2,59}$",
        "must be 3 to 60 letters and digits, the first an upper-case letter",
    ),
    (
        "^[A-Z][A-Za-z0-9]{2,59}\\.md$",
        "must be a file name such as ServiceDown.md",
    ),
    ("\\$threshold", "must contain $threshold"),
    (
        "^(0s|[1-9][0-9]{0,3}[smh])$",
        "must be a number with the unit s, m or h, such as 90s or 2m",
    ),
    (
        "^([^{}\\x00-\\x1f]|\\{\\{ \\$(value|labels\\.[a-z_]+) \\}\\})+$",
        "must be a text, with {{ $labels.NAME }} and {{ $value }} as the only templates",
    ),
    (
        "^[A-Za-z]+=([A-Za-z0-9,._-]|\\{\\{ \\$labels\\.[a-z_]+ \\}\\})+(&[A-Za-z]+=([A-Za-z0-9,._-]|\\{\\{ \\$labels\\.[a-z_]+ \\}\\})+)*$",
        "must be a query such as status=FAILED&type={{ $labels.type }}",
    ),
];

/// Describes what is wrong, at most [`MAX_ERRORS`] errors. Does not repeat values that clients sent.
pub(super) fn explain(errors: ErrorIterator<'_>) -> Vec<FieldError> {
    let mut report = Vec::new();
    for error in errors {
        describe(&error, &mut report);
        if report.len() >= MAX_ERRORS {
            report.truncate(MAX_ERRORS);
            break;
        }
    }
    report
}

fn describe(error: &ValidationError<'_>, report: &mut Vec<FieldError>) {
    let at = error.instance_path().as_str();
    match error.kind() {
        Kind::Required { property } => {
            report.push(error_of_field(
                at,
                property.as_str().unwrap_or_default(),
                "is required",
            ));
        }
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            let unknown = unexpected
                .iter()
                .take(MAX_ERRORS)
                .map(|name| error_of_field(at, name, "is not known here; leave it out"));
            report.extend(unknown);
        }
        kind => report.push(field_error(at, &message(kind, error))),
    }
}

fn message(kind: &Kind, error: &ValidationError<'_>) -> String {
    match kind {
        Kind::Type { kind } => format!(
            "must be {}, not {}",
            type_names(kind),
            type_of(error.instance())
        ),
        Kind::Pattern { pattern } => PATTERNS
            .iter()
            .find(|(known, _)| known == pattern)
            .map_or_else(
                || format!("must match the pattern {pattern}"),
                |(_, words)| (*words).to_owned(),
            ),
        Kind::Format { format } => match format.as_str() {
            "uuid" => "must be a UUID such as 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11".to_owned(),
            "date-time" => "must be an RFC 3339 time such as 2025-01-31T12:00:00Z".to_owned(),
            other => format!("must be a valid {other}"),
        },
        Kind::Minimum { limit } => format!("must be at least {limit}"),
        Kind::Maximum { limit } => format!("must be at most {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("must be more than {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("must be less than {limit}"),
        Kind::MinLength { limit } => format!("must have at least {}", counted(*limit, "character")),
        Kind::MaxLength { limit } => format!("must have at most {}", counted(*limit, "character")),
        Kind::MinItems { limit } => format!("must have at least {}", counted(*limit, "item")),
        Kind::MaxItems { limit } => format!("must have at most {}", counted(*limit, "item")),
        Kind::MinProperties { limit } => {
            format!("must have at least {}", counted(*limit, "field"))
        }
        Kind::MaxProperties { limit } => format!("must have at most {}", counted(*limit, "field")),
        Kind::UniqueItems => "must not contain the same item twice".to_owned(),
        Kind::Enum { options } => format!("must be one of {}", listed(options)),
        Kind::Constant { expected_value } => format!("must be {}", plain(expected_value)),
        Kind::PropertyNames { error } => {
            format!("has a field whose name {}", message(error.kind(), error))
        }
        Kind::FalseSchema => excluded(error.schema_path().as_str()),
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => alternatives(context),
        Kind::OneOfMultipleValid { .. } => "must match one alternative, not several".to_owned(),
        other => format!("breaks the rule {}", other.keyword()),
    }
}

/// Describes a field that is not allowed next to another one.
fn excluded(schema_path: &str) -> String {
    schema_path
        .split_once("/dependentSchemas/")
        .and_then(|(_, rest)| rest.split('/').next())
        .map_or_else(
            || "must be left out".to_owned(),
            |other| format!("cannot be combined with {other}; send one of them"),
        )
}

fn alternatives(context: &[Vec<ValidationError<'_>>]) -> String {
    let mut words: Vec<String> = Vec::new();
    for error in context.iter().filter_map(|branch| branch.first()) {
        let one = message(error.kind(), error);
        if !words.contains(&one) {
            words.push(one);
        }
    }
    words.join(", or ")
}

fn listed(options: &Value) -> String {
    let names = options
        .as_array()
        .map(|all| all.iter().map(plain).collect::<Vec<_>>().join(", "))
        .unwrap_or_default();
    shortened(&names, MAX_LISTED_CHARS)
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn type_names(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(one) => with_article(*one).to_owned(),
        TypeKind::Multiple(set) => set
            .iter()
            .map(with_article)
            .collect::<Vec<_>>()
            .join(" or "),
    }
}

fn with_article(json_type: JsonType) -> &'static str {
    match json_type {
        JsonType::Null => "null",
        JsonType::Boolean => "a boolean",
        JsonType::Integer => "an integer",
        JsonType::Number => "a number",
        JsonType::String => "a string",
        JsonType::Array => "an array",
        JsonType::Object => "an object",
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// Returns an error in the field `name` of the object at `parent`. The pointer omits a name that is very long.
fn error_of_field(parent: &str, name: &str, what: &str) -> FieldError {
    if parent.len() + 2 * name.len() < MAX_POINTER_CHARS {
        return field_error(&json_pointer::child(parent, name), what);
    }
    let beginning = shortened(name, 50);
    field_error(parent, &format!("the field {beginning} {what}"))
}

fn field_error(pointer: &str, message: &str) -> FieldError {
    FieldError {
        pointer: shortened(pointer, MAX_POINTER_CHARS),
        message: message.to_owned(),
    }
}

fn shortened(text: &str, chars: usize) -> String {
    match text.char_indices().nth(chars) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}
