//! The API overview lists exactly the operations of the OpenAPI documents.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

use super::source_file::find;
use super::{Finding, SourceFile};

const PAGE: &str = "docs/reference/api.md";
const DOCUMENTS: [&str; 3] = [
    "contracts/openapi/gateway.json",
    "contracts/openapi/read-model.json",
    "contracts/openapi/web-ui.json",
];
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

static ROW: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)^\| `([A-Z]+ /[^`]*)` \| *\S").expect("the pattern is valid")
});

pub(super) fn check(files: &[SourceFile]) -> Vec<Finding> {
    let Some(page) = find(files, PAGE) else {
        return vec![Finding::error(PAGE, "is missing")];
    };
    let mut findings = Vec::new();
    let mut documented = BTreeSet::new();
    for document in DOCUMENTS {
        match find(files, document).and_then(|file| operations(&file.text)) {
            Some(operations) => documented.extend(operations),
            None => findings.push(Finding::error(document, "is not an OpenAPI document")),
        }
    }
    let named: BTreeSet<String> = ROW
        .captures_iter(&page.text)
        .map(|row| row[1].to_owned())
        .collect();
    for operation in documented.difference(&named) {
        findings.push(Finding::error(PAGE, format!("does not list `{operation}`")));
    }
    for operation in named.difference(&documented) {
        findings.push(Finding::error(
            PAGE,
            format!("lists `{operation}`, which is in no contract"),
        ));
    }
    findings
}

fn operations(document: &str) -> Option<Vec<String>> {
    let document: Map<String, Value> = serde_json::from_str(document).ok()?;
    let paths = document.get("paths")?.as_object()?;
    let operations = paths.iter().flat_map(|(path, item)| {
        METHODS
            .into_iter()
            .filter(|method| item.get(method).is_some())
            .map(move |method| format!("{} {path}", method.to_uppercase()))
    });
    Some(operations.collect())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{files, messages};
    use super::*;

    const DOCUMENT: &str = r#"{"paths":{"/jobs":{"post":{},"summary":""},"/stats":{"get":{}}}}"#;

    fn check_page(page: &str) -> Vec<String> {
        let documents = DOCUMENTS.map(|path| (path, DOCUMENT));
        messages(&check(&files(&[&[(PAGE, page)][..], &documents].concat())))
    }

    #[test]
    fn page_with_all_operations_passes() {
        let page = "| `POST /jobs` | submits |\n| `GET /stats` | counts |\n";
        assert_eq!(check_page(page), Vec::<String>::new());
    }

    #[test]
    fn missing_and_unknown_operations_are_reported() {
        let found = check_page("| `POST /jobs` | submits |\n| `GET /jobs` | lists |\n");
        assert_eq!(found.len(), 2, "{found:?}");
    }
}
