use std::collections::HashMap;

use axum::http::{Method, Uri};
use serde_json::Value;

use crate::{ProblemResponse, QueryParams, Route};

/// The query parameters of each route, as its OpenAPI document lists them.
#[derive(Debug, Default)]
pub(crate) struct DocumentedQueries(HashMap<String, HashMap<Method, Vec<String>>>);

impl DocumentedQueries {
    /// Reads them from a document without references to other files.
    pub(crate) fn of(document: &str) -> Self {
        let document: Value = serde_json::from_str(document).unwrap_or_default();
        let paths = document["paths"].as_object().into_iter().flatten();
        let of_path = |item: &Value| {
            let operations = item.as_object().into_iter().flatten();
            let methods = operations.filter_map(|(name, operation)| {
                let method = name.to_uppercase().parse().ok()?;
                let lists = [&item["parameters"], &operation["parameters"]];
                Some((method, query_names(&document, &lists)))
            });
            methods.collect()
        };
        Self(
            paths
                .map(|(path, item)| (path.clone(), of_path(item)))
                .collect(),
        )
    }

    /// Refuses a parameter that the route does not have: a misspelt one must not be ignored.
    ///
    /// # Errors
    /// With every unknown parameter.
    pub(crate) fn check(&self, route: &Route, uri: &Uri) -> Result<(), ProblemResponse> {
        if route.accepts_any_query || uri.query().is_none_or(str::is_empty) {
            return Ok(());
        }
        let mut query = QueryParams::parse(uri);
        let methods = self.0.get(route.path);
        let names = methods.and_then(|methods| methods.get(&route.method));
        for name in names.into_iter().flatten() {
            query.leave_out(name);
        }
        query.finish()
    }
}

fn query_names(document: &Value, lists: &[&Value]) -> Vec<String> {
    let parameters = lists.iter().filter_map(|list| list.as_array()).flatten();
    let resolved = parameters.map(|parameter| {
        let target = parameter["$ref"].as_str();
        let pointer = target.and_then(|target| target.strip_prefix('#'));
        pointer
            .and_then(|pointer| document.pointer(pointer))
            .unwrap_or(parameter)
    });
    resolved
        .filter(|parameter| parameter["in"] == "query")
        .filter_map(|parameter| parameter["name"].as_str().map(str::to_owned))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Access, ProblemCode};

    const DOCUMENT: &str = r##"{
        "paths": {"/things": {
            "parameters": [{"name": "all", "in": "query"}],
            "get": {"parameters": [{"$ref": "#/components/parameters/Limit"}, {"name": "h", "in": "header"}]},
            "post": {}
        }},
        "components": {"parameters": {"Limit": {"name": "limit", "in": "query"}}}
    }"##;

    fn check(route: &Route, query: &str) -> Option<ProblemCode> {
        let uri = format!("/things?{query}").parse().expect("a URI");
        let checked = DocumentedQueries::of(DOCUMENT).check(route, &uri);
        checked.err().map(|problem| problem.code())
    }

    #[test]
    fn only_documented_parameters_pass() {
        let get = Route::get("/things", Access::Read);
        let post = Route::post("/things", Access::Read);
        for query in ["", "limit=1", "l%69mit=1&limit=2", "all"] {
            assert_eq!(check(&get, query), None, "{query}");
        }
        for query in ["dry=1", "limit=1&x", "h=1", "Limit=1", "=", "%zz"] {
            let refused = Some(ProblemCode::ContractViolation);
            assert_eq!(check(&get, query), refused, "{query}");
            assert_eq!(check(&get.clone().any_query(), query), None, "{query}");
        }
        assert_eq!(check(&post, "all=1"), None);
        assert!(check(&post, "limit=1").is_some());
        let unknown = Route::get("/others", Access::Read);
        assert!(check(&unknown, "limit=1").is_some());
    }
}
