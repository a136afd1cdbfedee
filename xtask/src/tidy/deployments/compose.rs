use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::service::{Service, Services};
use crate::tidy::source_file::find;
use crate::tidy::yaml::{documents, items, scalar};
use crate::tidy::{Finding, SourceFile};

pub(super) const SERVICES: &str = "infra/compose/services.yaml";
/// The file that publishes every port. Services themselves publish none.
const PORTS: &str = "infra/compose/dev.ports.yaml";

/// Reads the services of compose.
///
/// # Errors
/// If a file is missing or malformed.
pub(super) fn read(files: &[SourceFile]) -> Result<Services, Finding> {
    let mut services = Services::new();
    for (name, service) in read_services(files, SERVICES)? {
        let variables = variables(&service).ok_or_else(|| {
            Finding::error(
                SERVICES,
                format!("`{name}` needs `environment` as a mapping"),
            )
        })?;
        let image = service.get("image").and_then(Value::as_str);
        let service = Service {
            image: with_default(image.unwrap_or_default()).to_owned(),
            ports: BTreeSet::new(),
            variables,
        };
        services.insert(name, service);
    }
    for (name, service) in read_services(files, PORTS)? {
        let Some(known) = services.get_mut(&name) else {
            let message = format!("publishes ports of `{name}`, which is not in {SERVICES}");
            return Err(Finding::error(PORTS, message));
        };
        known.ports = items(&service, "ports")
            .filter_map(container_port)
            .collect();
    }
    Ok(services)
}

fn read_services(files: &[SourceFile], path: &str) -> Result<Map<String, Value>, Finding> {
    let file = find(files, path).ok_or_else(|| Finding::error(path, "is missing"))?;
    let document = documents(file)?.into_iter().next().unwrap_or_default();
    match document.get("services") {
        Some(Value::Object(services)) => Ok(services.clone()),
        _ => Err(Finding::error(path, "lists no services")),
    }
}

fn variables(service: &Value) -> Option<BTreeMap<String, String>> {
    let Some(environment) = service.get("environment") else {
        return Some(BTreeMap::new());
    };
    let variables = environment.as_object()?.iter();
    variables
        .map(|(name, value)| Some((name.clone(), scalar(value)?)))
        .collect()
}

/// Returns the default of `${NAME:-default}`, and any other text as it is.
pub(super) fn with_default(text: &str) -> &str {
    let inner = text
        .strip_prefix("${")
        .and_then(|text| text.strip_suffix('}'));
    let default = inner.and_then(|inner| inner.split_once(":-"));
    default.map_or(text, |(_, default)| default)
}

/// Returns the last part of `address:published:container`.
fn container_port(published: &Value) -> Option<u16> {
    let published = scalar(published)?;
    published.rsplit(':').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn port_of_the_container_is_the_last() {
        for published in ["127.0.0.1:13000-13001:3000", "127.0.0.1::3000", "3000:3000"] {
            assert_eq!(container_port(&published.into()), Some(3000), "{published}");
        }
    }

    #[test]
    fn default_of_a_variable_is_used() {
        assert_eq!(with_default("${A:-b:1}"), "b:1");
        assert_eq!(with_default("b:1"), "b:1");
        assert_eq!(with_default("${A}"), "${A}");
    }
}
