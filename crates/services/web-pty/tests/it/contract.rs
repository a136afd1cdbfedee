use std::collections::BTreeSet;

use odd_service_kit::ServiceInfo;
use odd_web_pty::{OPENAPI, WebPty};
use serde_json::Value;

use crate::harness::{ECHO, config, script};

#[tokio::test]
async fn routes_and_document_agree() {
    let server = WebPty::new(
        config(script(ECHO)),
        ServiceInfo::new("web-pty", "0.0.0", "none"),
    );
    let table = server.route_table();
    let routes: BTreeSet<(String, String)> = table
        .iter()
        .map(|route| (route.path.to_owned(), route.method.as_str().to_lowercase()))
        .collect();
    let document: Value = serde_json::from_str(OPENAPI).expect("JSON");
    let paths = document["paths"].as_object().expect("paths");
    let documented: BTreeSet<(String, String)> = paths
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().expect("methods").keys();
            methods.map(|method| (path.clone(), method.clone()))
        })
        .collect();
    assert_eq!(routes, documented);
}
