//! `$ref`s of contract documents, resolved as RFC 3986 prescribes.

use std::collections::BTreeMap;

use fluent_uri::component::{Authority, Scheme};
use fluent_uri::pct_enc::EString;
use fluent_uri::pct_enc::encoder::Path;
use fluent_uri::{Uri, UriRef};
use serde_json::Value;

use crate::ContractSet;

/// A `$ref` without a target.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BrokenReference {
    #[error("{0} is not a URI reference")]
    NotAReference(String),
    #[error("there is no document {0}")]
    NoDocument(String),
    #[error("{document} has nothing at {pointer}")]
    NoTarget { document: String, pointer: String },
    #[error("the fragment {0} is not a JSON Pointer")]
    NotAPointer(String),
}

/// A value inside a document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'a> {
    /// The path of the document that holds it.
    pub(crate) path: &'a str,
    /// The value.
    pub(crate) value: &'a Value,
}

/// Resolves the `$ref`s of a contract set: by `$id`, or by path relative to the referring file.
#[derive(Debug)]
pub(crate) struct References<'a> {
    set: &'a ContractSet,
    /// The paths of the documents, by `$id` and by file URI.
    paths: BTreeMap<String, &'a str>,
}

impl<'a> References<'a> {
    pub(crate) fn of(set: &'a ContractSet) -> Self {
        let mut paths = BTreeMap::new();
        for (path, document) in set.documents() {
            paths.insert(file_uri(path).into_string(), path);
            if let Some(id) = document["$id"].as_str() {
                paths.insert(id.to_owned(), path);
            }
        }
        Self { set, paths }
    }

    /// Returns `path` as the contract set holds it; empty when it does not.
    pub(crate) fn path_of(&self, path: &str) -> &'a str {
        self.set
            .documents()
            .find(|(known, _)| *known == path)
            .map_or("", |(known, _)| known)
    }

    /// Returns the target of `reference`, found in the document at `path`.
    pub(crate) fn resolve(
        &self,
        path: &'a str,
        reference: &str,
    ) -> Result<Target<'a>, BrokenReference> {
        let not_a_reference = || BrokenReference::NotAReference(reference.to_owned());
        let parsed = UriRef::parse(reference).map_err(|_| not_a_reference())?;
        let fragment = parsed.fragment().unwrap_or_default().decode();
        let pointer = fragment.to_string().map_err(|_| not_a_reference())?;
        let target = self.document(path, parsed.strip_fragment())?;
        if !pointer.is_empty() && !pointer.starts_with('/') {
            return Err(BrokenReference::NotAPointer(pointer.into_owned()));
        }
        match target.value.pointer(&pointer) {
            Some(value) => Ok(Target { value, ..target }),
            None => Err(BrokenReference::NoTarget {
                document: target.path.to_owned(),
                pointer: pointer.into_owned(),
            }),
        }
    }

    /// Returns the document that `reference`, without its fragment, means in the document at `from`.
    fn document(
        &self,
        from: &'a str,
        reference: UriRef<&str>,
    ) -> Result<Target<'a>, BrokenReference> {
        let missing = || BrokenReference::NoDocument(reference.to_string());
        let base = self.set.document(from).ok_or_else(missing)?;
        if reference.as_str().is_empty() {
            return Ok(Target {
                path: from,
                value: base,
            });
        }
        let id = base["$id"]
            .as_str()
            .and_then(|id| Uri::parse(id.to_owned()).ok());
        let path = id
            .into_iter()
            .chain([file_uri(from)])
            .filter_map(|base| reference.resolve_against(&base).ok())
            .find_map(|uri| self.paths.get(uri.as_str()).copied())
            .ok_or_else(missing)?;
        let value = self.set.document(path).ok_or_else(missing)?;
        Ok(Target { path, value })
    }
}

/// Returns a URI for the file at `path`, so that relative references can be resolved against it.
fn file_uri(path: &str) -> Uri<String> {
    let mut encoded = EString::<Path>::new();
    encoded.push('/');
    encoded.encode_str::<Path>(path);
    Uri::builder()
        .scheme(Scheme::new_or_panic("file"))
        .authority(Authority::EMPTY)
        .path(&encoded)
        .build()
        .expect("an encoded path is valid")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set() -> ContractSet {
        let document = |path: &str, text: &str| (path.to_owned(), text.as_bytes().to_vec());
        ContractSet::from_files([
            document(
                "schemas/events/job.due.json",
                r#"{"$id": "https://odd-dashboard.dev/contracts/events/job.due.json"}"#,
            ),
            document(
                "schemas/common.json",
                r#"{"$id": "https://odd-dashboard.dev/contracts/common.json", "$defs": {"a b": 1}}"#,
            ),
            document("openapi/a gateway.json", "{}"),
            document("openapi/read-model.json", "{}"),
        ])
    }

    #[test]
    fn references_are_resolved_against_the_id_and_the_path() {
        let set = set();
        let references = References::of(&set);
        let due = "schemas/events/job.due.json";
        let gateway = "openapi/a gateway.json";
        for (base, reference, path) in [
            (due, "../common.json", "schemas/common.json"),
            (due, "job.due.json", due),
            (due, "", due),
            (
                gateway,
                "https://odd-dashboard.dev/contracts/common.json",
                "schemas/common.json",
            ),
            (gateway, "../schemas/common.json", "schemas/common.json"),
            (gateway, "./read-model.json", "openapi/read-model.json"),
            ("openapi/read-model.json", "a%20gateway.json", gateway),
        ] {
            let target = references.resolve(base, reference).expect(reference);
            assert_eq!(target.path, path, "{reference}");
        }
    }

    #[test]
    fn fragments_are_percent_decoded_pointers() {
        let set = set();
        let references = References::of(&set);
        let common = "schemas/common.json";
        let target = references.resolve(common, "#/%24defs/a%20b");
        assert_eq!(target.expect("is there").value, &Value::from(1));
        for broken in [
            "#/$defs/c",
            "#anchor",
            "#/%2",
            "#/%ff",
            "a b.json",
            "none.json",
        ] {
            assert!(references.resolve(common, broken).is_err(), "{broken}");
        }
    }
}
