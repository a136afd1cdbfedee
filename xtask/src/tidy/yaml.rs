use serde_json::Value;

use super::{Finding, SourceFile};

/// Returns the documents of a YAML file. Anchors and merge keys are resolved.
///
/// # Errors
/// If the file is malformed.
pub(super) fn documents(file: &SourceFile) -> Result<Vec<Value>, Finding> {
    serde_saphyr::from_multiple(&file.text)
        .map_err(|error| Finding::error(file.path.display(), format!("malformed: {error}")))
}

/// Returns a string, number or boolean as it is written.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    }
}

/// Returns the items of a list, or none for any other value.
pub(super) fn items<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::super::tests::files;
    use super::*;

    #[test]
    fn merge_keys_and_anchors_are_resolved() {
        let text = "x-a: &a { image: a, user: 1 }\nx-b: &b { user: 2 }\n\
            services:\n  one: { <<: [*b, *a], image: c }\n---\nkind: Service\n";
        let read = documents(&files(&[("a.yaml", text)])[0]).expect("it is YAML");
        assert_eq!(read.len(), 2);
        let expected = serde_json::json!({ "user": 2, "image": "c" });
        assert_eq!(read[0]["services"]["one"], expected);
    }

    #[test]
    fn malformed_file_is_reported() {
        assert!(documents(&files(&[("a.yaml", "a: [")])[0]).is_err());
    }
}
