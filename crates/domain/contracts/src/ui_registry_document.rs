use crate::ui_url::is_web_url;
use crate::{UiDeployment, UiEntry, UiRegistry, UiUrl, parse_strict};

const BUILT_IN: &str = include_str!("../../../../contracts/ui-registry.json");
const MAX_ENTRIES: usize = 200;

/// Why a text is not a registry of user interfaces.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUiRegistry {
    /// The text is not JSON.
    #[error("not JSON: {0}")]
    NotJson(String),
    /// The JSON has another shape.
    #[error("not a registry: {0}")]
    Shape(String),
}

impl UiRegistry {
    /// Returns the registry of this build, `contracts/ui-registry.json`.
    pub fn built_in() -> Self {
        Self::parse(BUILT_IN.as_bytes()).expect("the built-in registry is valid")
    }

    /// Reads a registry and checks it.
    ///
    /// # Errors
    /// When the text is not JSON, or not a registry.
    pub fn parse(bytes: &[u8]) -> Result<Self, InvalidUiRegistry> {
        let value =
            parse_strict(bytes).map_err(|error| InvalidUiRegistry::NotJson(error.to_string()))?;
        let registry: Self = serde_json::from_value(value)
            .map_err(|error| InvalidUiRegistry::Shape(error.to_string()))?;
        registry.check()?;
        Ok(registry)
    }

    /// Returns the ids of the interfaces.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.uis.iter().map(|entry| entry.id.as_str())
    }

    /// Returns the interfaces that a deployment has, where `urls` says, of two for one id the last. The others are those of
    /// `deployment`, at their default URLs; all of them if the kind of deployment is unknown.
    #[must_use]
    pub fn of_deployment(mut self, deployment: Option<UiDeployment>, urls: &[UiUrl]) -> Self {
        self.uis.retain_mut(
            |entry| match urls.iter().rfind(|item| item.id == entry.id) {
                None => deployment.is_none_or(|kind| entry.deployments.contains(&kind)),
                Some(UiUrl { url: None, .. }) => false,
                Some(UiUrl { url: Some(url), .. }) => {
                    entry.url.clone_from(url);
                    true
                }
            },
        );
        self
    }

    /// Returns the URL of a page of an interface, which `path` names below its URL.
    pub(crate) fn page(&self, id: &str, path: &str) -> Option<String> {
        let entry = self.uis.iter().find(|entry| entry.id == id)?;
        Some(format!("{}/{path}", entry.url.trim_end_matches('/')))
    }

    /// Checks what the types do not express: limits, ids, and that every URL is http or https.
    ///
    /// # Errors
    /// When an entry is not valid; the message names it.
    pub fn check(&self) -> Result<(), InvalidUiRegistry> {
        if self.version.is_empty() || self.uis.len() > MAX_ENTRIES {
            return Err(InvalidUiRegistry::Shape(format!(
                "it needs a version and at most {MAX_ENTRIES} entries"
            )));
        }
        self.uis.iter().try_for_each(check_entry)
    }
}

fn check_entry(entry: &UiEntry) -> Result<(), InvalidUiRegistry> {
    let is_legal = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let fits = (1..=50).contains(&entry.id.len())
        && entry.id.chars().all(is_legal)
        && (1..=100).contains(&entry.name.chars().count())
        && entry.description.chars().count() <= 500;
    if !fits {
        return Err(InvalidUiRegistry::Shape(format!(
            "entry {:.60?} has a bad id, name or description",
            entry.id
        )));
    }
    if !is_web_url(&entry.url) {
        return Err(InvalidUiRegistry::Shape(format!(
            "the url of {} is not http or https",
            entry.id
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(id: &str, url: &str) -> String {
        format!(
            r#"{{"version":"1","uis":[{{"id":"{id}","name":"X","description":"","category":"api","url":"{url}","deployments":["embedded"]}}]}}"#
        )
    }

    #[test]
    fn built_in_registry_is_valid() {
        let registry = UiRegistry::built_in();
        assert!(registry.uis.iter().any(|entry| entry.id == "gateway-docs"));
    }

    #[test]
    fn malformed_documents_are_refused_with_the_reason() {
        for (text, reason) in [
            ("", "not JSON"),
            ("{", "not JSON"),
            ("[]", "not a registry"),
            (r#"{"version":"1"}"#, "uis"),
            (r#"{"version":"1","uis":[],"x":1}"#, "x"),
            (r#"{"version":"","uis":[]}"#, "version"),
            (&document("x", "javascript:alert(1)"), "http or https"),
            (&document("x", "https://"), "http or https"),
            (&document("x y", "https://x.example/"), "bad id"),
        ] {
            let error = UiRegistry::parse(text.as_bytes()).expect_err(text);
            assert!(error.to_string().contains(reason), "{text}: {error}");
        }
    }

    #[test]
    fn valid_document_is_read() {
        let text = document("x", "https://x.example/");
        let registry = UiRegistry::parse(text.as_bytes()).expect("valid");
        assert_eq!(registry.uis[0].url, "https://x.example/");
    }

    #[test]
    fn interfaces_of_a_deployment_are_its_own_and_those_that_are_named() {
        let urls = |texts: &[&str]| -> Vec<UiUrl> {
            let urls = texts.iter().map(|text| text.parse().expect("valid"));
            urls.collect()
        };
        let embedded = Some(UiDeployment::Embedded);
        let own = UiRegistry::built_in().of_deployment(embedded, &[]);
        assert_eq!(
            own.ids().collect::<Vec<_>>(),
            ["web", "gateway-docs", "read-model-docs"]
        );
        let named = urls(&["grafana=http://old/", "web=", "grafana=http://h/grafana"]);
        let own = UiRegistry::built_in().of_deployment(embedded, &named);
        assert_eq!(
            own.ids().collect::<Vec<_>>(),
            ["gateway-docs", "read-model-docs", "grafana"]
        );
        assert_eq!(
            own.page("grafana", "d/x").as_deref(),
            Some("http://h/grafana/d/x")
        );
        assert_eq!(own.page("web", "jobs"), None);
        let all = UiRegistry::built_in().of_deployment(None, &urls(&["pgadmin="]));
        assert_eq!(all.uis.len(), UiRegistry::built_in().uis.len() - 1);
        assert_eq!(
            all.page("grafana", "d/x").as_deref(),
            Some("http://127.0.0.1:3002/d/x"),
            "the default"
        );
    }
}
