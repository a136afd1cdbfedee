use serde_json::Value;

/// A workflow, as text and as a document.
pub(super) struct Workflow<'a> {
    pub(super) name: &'a str,
    pub(super) text: &'a str,
    pub(super) document: Value,
}

impl Workflow<'_> {
    /// Returns the jobs by name.
    pub(super) fn jobs(&self) -> impl Iterator<Item = (&str, &Value)> {
        let jobs = self.document.get("jobs").and_then(Value::as_object);
        jobs.into_iter()
            .flatten()
            .map(|(name, job)| (name.as_str(), job))
    }
}
