use std::collections::BTreeMap;
use std::sync::LazyLock;

use jsonschema::{Registry, Validator};
use serde_json::Value;

use super::documents::{DOCUMENTS, id_of};
use super::explain::explain;
use crate::FieldError;

/// A schema that cannot be compiled: it violates its metaschema, or a reference has no target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidSchema(String);

/// A compiled schema.
#[derive(Debug)]
pub struct Schema {
    document: Value,
    validator: Validator,
}

impl Schema {
    /// Returns the schema as JSON.
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// Returns the schema's `$version`.
    pub fn version(&self) -> Option<&str> {
        self.document["$version"].as_str()
    }

    /// Returns `true` if `value` follows the schema.
    pub fn is_valid(&self, value: &Value) -> bool {
        self.validator.is_valid(value)
    }

    /// Validates `value`.
    ///
    /// # Errors
    /// Everything that is wrong, at most [`super::MAX_ERRORS`].
    pub fn validate(&self, value: &Value) -> Result<(), Vec<FieldError>> {
        if self.validator.is_valid(value) {
            return Ok(());
        }
        Err(explain(self.validator.iter_errors(value)))
    }
}

/// Schemas by name: the path under `contracts/schemas` without `.json`, such as `job` or
/// `events/job.created`. They may refer to each other.
#[derive(Debug)]
pub struct Schemas {
    registry: Registry<'static>,
    by_name: BTreeMap<String, Schema>,
}

static EMBEDDED: LazyLock<Schemas> = LazyLock::new(|| {
    let documents: Vec<(&str, Value)> = DOCUMENTS
        .iter()
        .map(|(name, text)| {
            (
                *name,
                serde_json::from_str(text).expect("a test parses them"),
            )
        })
        .collect();
    let named = documents.iter().map(|(name, document)| (*name, document));
    Schemas::of(named).expect("a test compiles them")
});

impl Schemas {
    /// Returns the schemas of this build, compiled at first use.
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// Compiles `documents`.
    ///
    /// # Errors
    /// When one is not a schema, or a reference has no target.
    pub fn of<'a>(
        documents: impl IntoIterator<Item = (&'a str, &'a Value)>,
    ) -> Result<Self, InvalidSchema> {
        let documents: Vec<_> = documents.into_iter().collect();
        let mut builder = Registry::new();
        for (name, document) in &documents {
            let document = (*document).clone();
            builder = builder.add(id_of(name), document).map_err(invalid)?;
        }
        let registry = builder.prepare().map_err(invalid)?;
        let by_name = documents
            .into_iter()
            .map(|(name, document)| Ok((name.to_owned(), compile(&registry, document.clone())?)))
            .collect::<Result<_, _>>()?;
        Ok(Self { registry, by_name })
    }

    /// Returns the names, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }

    /// Returns the schema with this name.
    pub fn get(&self, name: &str) -> Option<&Schema> {
        self.by_name.get(name)
    }

    /// Compiles a schema that may refer to the embedded ones by `$id`, for example one of an OpenAPI document.
    ///
    /// # Errors
    /// When it is not a schema, or a reference has no target.
    pub fn compile(&self, document: Value) -> Result<Schema, InvalidSchema> {
        compile(&self.registry, document)
    }
}

fn compile(registry: &Registry<'static>, document: Value) -> Result<Schema, InvalidSchema> {
    let validator = jsonschema::draft202012::options()
        .with_registry(registry)
        .should_validate_formats(true)
        .build(&document)
        .map_err(invalid)?;
    Ok(Schema {
        document,
        validator,
    })
}

fn invalid(error: impl std::fmt::Display) -> InvalidSchema {
    InvalidSchema(error.to_string())
}
