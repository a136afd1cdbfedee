use std::collections::BTreeMap;

use serde_json::Value;

use crate::ContractSet;

/// A `$ref` that leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BrokenReference {
    #[error("there is no document {0}")]
    NoDocument(String),
    #[error("{document} has nothing at {pointer}")]
    NoTarget { document: String, pointer: String },
    #[error("the fragment {0} is no JSON pointer")]
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

/// Finds what `$ref`s of a contract set mean: by `$id`, or by path relative to the referring file.
#[derive(Debug)]
pub(crate) struct References<'a> {
    set: &'a ContractSet,
    paths_by_id: BTreeMap<&'a str, &'a str>,
}

impl<'a> References<'a> {
    pub(crate) fn of(set: &'a ContractSet) -> Self {
        let paths_by_id = set
            .documents()
            .filter_map(|(path, document)| Some((document["$id"].as_str()?, path)))
            .collect();
        Self { set, paths_by_id }
    }

    /// `path` as the contract set holds it; empty when it does not.
    pub(crate) fn path_of(&self, path: &str) -> &'a str {
        self.set
            .documents()
            .find(|(known, _)| *known == path)
            .map_or("", |(known, _)| known)
    }

    /// What `reference`, found in the document at `path`, refers to.
    pub(crate) fn resolve(
        &self,
        path: &'a str,
        reference: &str,
    ) -> Result<Target<'a>, BrokenReference> {
        let (document, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let target = self.document(path, document)?;
        let pointer = percent_decoded(fragment);
        if !pointer.is_empty() && !pointer.starts_with('/') {
            return Err(BrokenReference::NotAPointer(pointer));
        }
        match target.value.pointer(&pointer) {
            Some(value) => Ok(Target { value, ..target }),
            None => Err(BrokenReference::NoTarget {
                document: target.path.to_owned(),
                pointer,
            }),
        }
    }

    fn document(&self, from: &'a str, reference: &str) -> Result<Target<'a>, BrokenReference> {
        let missing = || BrokenReference::NoDocument(reference.to_owned());
        let base = self.set.document(from).ok_or_else(missing)?;
        if reference.is_empty() {
            return Ok(Target {
                path: from,
                value: base,
            });
        }
        let joined = base["$id"].as_str().map(|id| join(id, reference));
        let by_id = joined.and_then(|id| self.paths_by_id.get(id.as_str()).copied());
        let path = by_id.map_or_else(|| join(from, reference), str::to_owned);
        self.set
            .documents()
            .find(|(candidate, _)| *candidate == path)
            .or_else(|| {
                let path = self.paths_by_id.get(path.as_str())?;
                Some((*path, self.set.document(path)?))
            })
            .map(|(path, value)| Target { path, value })
            .ok_or_else(missing)
    }
}

/// `reference` as seen from `base`, both without fragment: RFC 3986, section 5.2, for paths.
fn join(base: &str, reference: &str) -> String {
    if reference.contains("://") {
        return reference.to_owned();
    }
    let (root, path) = match base.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
            (format!("{scheme}://{host}/"), path)
        }
        None => (String::new(), base),
    };
    let mut segments: Vec<&str> = path.split('/').collect();
    segments.pop();
    for segment in reference.split('/') {
        match segment {
            "." => {}
            ".." => {
                segments.pop();
            }
            name => segments.push(name),
        }
    }
    root + &segments.join("/")
}

fn percent_decoded(fragment: &str) -> String {
    let bytes = fragment.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = fragment
            .get(at + 1..at + 3)
            .filter(|_| bytes[at] == b'%')
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        decoded.push(hex.unwrap_or(bytes[at]));
        at += if hex.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_joined_as_paths() {
        let id = "https://odd-dashboard.dev/contracts/events/job.created.json";
        for (base, reference, joined) in [
            (
                id,
                "../common.json",
                "https://odd-dashboard.dev/contracts/common.json",
            ),
            (
                id,
                "job.due.json",
                "https://odd-dashboard.dev/contracts/events/job.due.json",
            ),
            (
                id,
                "https://example.org/x.json",
                "https://example.org/x.json",
            ),
            (
                "openapi/gateway.json",
                "../schemas/job.json",
                "schemas/job.json",
            ),
            (
                "openapi/gateway.json",
                "./read-model.json",
                "openapi/read-model.json",
            ),
        ] {
            assert_eq!(join(base, reference), joined);
        }
    }

    #[test]
    fn fragments_are_percent_decoded() {
        assert_eq!(percent_decoded("/%24defs/a%2"), "/$defs/a%2");
    }
}
