use std::collections::BTreeSet;

use odd_contracts::schema::Schemas;
use serde_json::{Map, Value};

const SCHEMA_FILES: &str = "../schemas/";
const SCHEMA_IDS: &str = "https://odd-dashboard.dev/contracts/";

/// Why an OpenAPI document cannot be served.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenApiError {
    #[error("the document is not JSON")]
    Json(#[from] serde_json::Error),
    #[error("the document refers to the schema {0:?}, which does not exist")]
    UnknownSchema(String),
}

/// Makes a document self-contained: the schemas of `contracts/schemas` that it refers to, by file or by id, become
/// components of it.
pub(crate) fn bundle(document: &str) -> Result<String, OpenApiError> {
    let mut document: Value = serde_json::from_str(document)?;
    let mut bundler = Bundler::default();
    bundler.rewrite(&mut document, None);
    let mut components = Map::new();
    while let Some(name) = bundler.missing.pop_first() {
        let mut schema = Schemas::embedded()
            .get(&name)
            .ok_or_else(|| OpenApiError::UnknownSchema(name.clone()))?
            .document()
            .clone();
        bundler.rewrite(&mut schema, Some(&name));
        if let Some(fields) = schema.as_object_mut() {
            fields.retain(|key, _| !matches!(key.as_str(), "$schema" | "$id" | "$version"));
        }
        components.insert(component(&name), schema);
        bundler.done.insert(name);
    }
    if !components.is_empty()
        && let Some(own) = document["components"]["schemas"].as_object_mut()
    {
        own.extend(components);
    } else if !components.is_empty() {
        document["components"]["schemas"] = Value::Object(components);
    }
    Ok(document.to_string())
}

/// Converts references in documents to local ones and collects the schemas that they refer to.
#[derive(Default)]
struct Bundler {
    missing: BTreeSet<String>,
    done: BTreeSet<String>,
}

impl Bundler {
    /// `within` is the schema that `value` is part of, if it is not the OpenAPI document itself.
    fn rewrite(&mut self, value: &mut Value, within: Option<&str>) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.rewrite(item, within)),
            Value::Object(fields) => {
                for (key, field) in fields {
                    match field {
                        Value::String(target) if key == "$ref" => {
                            self.redirect(target, within);
                        }
                        field => self.rewrite(field, within),
                    }
                }
            }
            _ => {}
        }
    }

    fn redirect(&mut self, target: &mut String, within: Option<&str>) {
        let (file, fragment) = target.split_once('#').unwrap_or((target, ""));
        let Some(name) = schema_name(file, within) else {
            return;
        };
        *target = format!("#/components/schemas/{}{fragment}", component(&name));
        if !self.done.contains(&name) {
            self.missing.insert(name);
        }
    }
}

/// Returns the name of the schema that a reference refers to, or `None` for a reference within the OpenAPI document.
fn schema_name(file: &str, within: Option<&str>) -> Option<String> {
    let stem = file.strip_suffix(".json").unwrap_or(file);
    if let Some(name) = stem.strip_prefix(SCHEMA_IDS) {
        return Some(name.to_owned());
    }
    let Some(within) = within else {
        return stem.strip_prefix(SCHEMA_FILES).map(str::to_owned);
    };
    if stem.is_empty() {
        return Some(within.to_owned());
    }
    let folder = within.rsplit_once('/').map(|(folder, _)| folder);
    match (folder, stem.strip_prefix("../")) {
        (Some(_), Some(above)) => Some(above.to_owned()),
        (Some(folder), None) => Some(format!("{folder}/{stem}")),
        (None, _) => Some(stem.to_owned()),
    }
}

/// Returns the component name of a schema: only letters, digits, `.`, `-` and `_` are allowed.
fn component(name: &str) -> String {
    name.replace('/', ".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_to_schema_files_become_local() {
        let document = r##"{"x":{"$ref":"../schemas/job.json"},"y":{"$ref":"#/x"}}"##;
        let bundled = bundle(document);
        let bundled: Value = serde_json::from_str(&bundled.expect("bundles")).expect("JSON");
        assert_eq!(bundled["x"]["$ref"], "#/components/schemas/job");
        assert_eq!(bundled["y"]["$ref"], "#/x");
        let schemas = &bundled["components"]["schemas"];
        assert!(
            schemas["job-attempt"].is_object(),
            "schemas that job refers to are included"
        );
        assert_eq!(
            schemas["job"]["properties"]["id"]["$ref"],
            "#/components/schemas/common/$defs/jobId"
        );
        assert!(schemas["common"]["$defs"]["jobId"].is_object());
        assert!(schemas["job"].get("$id").is_none());
    }

    #[test]
    fn references_between_schemas_follow_their_folders() {
        for (file, within, name) in [
            ("", Some("common"), Some("common")),
            ("job.json", Some("event-envelope"), Some("job")),
            ("../common.json", Some("events/job.due"), Some("common")),
            (
                "job.due.json",
                Some("events/job.created"),
                Some("events/job.due"),
            ),
            (
                "https://odd-dashboard.dev/contracts/job.json",
                None,
                Some("job"),
            ),
            ("", None, None),
        ] {
            assert_eq!(schema_name(file, within).as_deref(), name, "{file}");
        }
    }

    #[test]
    fn unknown_reference_is_an_error() {
        assert!(bundle(r#"{"$ref":"../schemas/nothing.json"}"#).is_err());
    }
}
