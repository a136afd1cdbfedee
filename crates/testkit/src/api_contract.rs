use std::collections::BTreeSet;

use odd_contracts::schema::Schemas;
use serde_json::{Value, json};

use crate::http::Answer;

/// The OpenAPI document of a service, for checking its responses.
#[derive(Debug)]
pub struct ApiContract {
    document: Value,
}

impl ApiContract {
    /// Parses the body of `/openapi.json`.
    ///
    /// # Panics
    /// If it is not JSON.
    pub fn parse(text: &str) -> Self {
        Self {
            document: serde_json::from_str(text).expect("the document is JSON"),
        }
    }

    /// Returns every documented operation, as method and path template.
    pub fn operations(&self) -> BTreeSet<(String, String)> {
        let paths = self.document["paths"].as_object().expect("paths");
        let operations = paths.iter().flat_map(|(path, item)| {
            let methods = item.as_object().expect("a path item").keys();
            methods.map(move |method| (method.to_uppercase(), path.clone()))
        });
        operations.collect()
    }

    /// Checks the status, headers, media type and body of a response against the document.
    ///
    /// # Panics
    /// If the response violates the document.
    pub fn check(&self, method: &str, template: &str, answer: &Answer) {
        let what = format!("{method} {template} -> {}", answer.status);
        let operation = &self.document["paths"][template][method.to_lowercase()];
        assert!(
            operation.is_object(),
            "{method} {template} is not documented"
        );
        let response = self.resolve(&operation["responses"][answer.status.to_string()]);
        assert!(response.is_object(), "{what} is not documented");
        self.check_headers(&what, response, answer);
        let Some(media) = response["content"].as_object() else {
            assert!(answer.body.is_empty(), "{what} has an undocumented body");
            return;
        };
        let actual = answer.header("content-type").unwrap_or_default();
        let actual = actual.split(';').next().unwrap_or_default();
        let content = media.get(actual).or_else(|| media.get("*/*"));
        let content =
            content.unwrap_or_else(|| panic!("{what} is {actual}, which is not documented"));
        if actual.ends_with("json") && content.get("schema").is_some() {
            self.check_value(&what, &content["schema"], &answer.json());
        }
    }

    fn check_headers(&self, what: &str, response: &Value, answer: &Answer) {
        for (name, header) in response["headers"].as_object().into_iter().flatten() {
            let header = self.resolve(header);
            match answer.header(&name.to_lowercase()) {
                Some(value) => self.check_value(what, &header["schema"], &json!(value)),
                None => assert_ne!(header["required"], true, "{what} lacks {name}"),
            }
        }
    }

    /// A schema may reference any part of the document.
    fn check_value(&self, what: &str, schema: &Value, value: &Value) {
        let mut whole = schema.clone();
        whole["components"] = self.document["components"].clone();
        let schema = Schemas::embedded().compile(whole).expect("a schema");
        if let Err(errors) = schema.validate(value) {
            panic!("{what} violates its schema: {errors:?} in {value}");
        }
    }

    fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(target) => self
                .document
                .pointer(target.trim_start_matches('#'))
                .unwrap_or_else(|| panic!("{target} leads nowhere")),
            None => value,
        }
    }
}
