use std::sync::Arc;

use odd_service_kit::{Access, Drills, Fault, HttpConfig, Tokens};
use odd_testkit::http::send;
use odd_testkit::sqlite_store;

use crate::gateway::{TestGateway, dependencies, problem};

// SHA-256 of submit-secret, read-secret, operate-secret and admin-secret.
const TOKENS: &str = r#"
[[token]]
name = "submitter"
role = "submit"
sha256 = "5e22e6a4e86a27864fa03ba57fcc930878982f7c665a88454a35e817810035f5"
[[token]]
name = "reader"
role = "read"
sha256 = "f0fd6c09405cb6d3707d04067d8509cb924e62ae66fa02067c2bc467b0d721e4"
[[token]]
name = "operator"
role = "operate"
sha256 = "193674b0c1ed72395f2bd6653d593151617f2cf7f31631ed1995029659a55e4c"
[[token]]
name = "owner"
role = "admin"
sha256 = "16175223c8ddce5ace0493c948569c211b03c4c6bb3d3e484434999448cffe01"
"#;

async fn guarded() -> (TestGateway, odd_testkit::TestStore) {
    let back_end = sqlite_store();
    let http = HttpConfig {
        tokens: Some(Arc::new(Tokens::parse(TOKENS).expect("valid"))),
        // Without them, the routes of drills answer 403 to every role.
        drills: Drills::allowed([Fault::new("broker-unavailable")]),
        ..HttpConfig::default()
    };
    let dependencies = dependencies(&back_end, back_end.store.clone());
    let gateway = TestGateway::start_for("Bearer admin-secret", http, dependencies).await;
    (gateway, back_end)
}

fn target(template: &str) -> String {
    template
        .replace("{id}", "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11")
        .replace("{file}", "index.html")
        .replace("{fault}", "broker-unavailable")
}

#[tokio::test]
async fn every_route_except_health_requires_a_token() {
    let (gateway, _back_end) = guarded().await;
    for route in &gateway.routes {
        let method = route.method.as_str();
        let answer = gateway
            .call((method, route.path), &target(route.path), &[], b"")
            .await;
        if route.access == Access::Open {
            assert_eq!(answer.status, 200, "{}", route.path);
        } else {
            assert_eq!(problem(&answer).code, "unauthenticated", "{}", route.path);
        }
    }
}

#[tokio::test]
async fn a_role_reaches_its_routes_and_no_others() {
    let (gateway, _back_end) = guarded().await;
    for (secret, role) in [
        ("submit-secret", odd_service_kit::Role::Submit),
        ("read-secret", odd_service_kit::Role::Read),
        ("operate-secret", odd_service_kit::Role::Operate),
        ("admin-secret", odd_service_kit::Role::Admin),
    ] {
        let authorization = format!("Bearer {secret}");
        let headers = [("Authorization", authorization.as_str())];
        for route in &gateway.routes {
            let method = route.method.as_str();
            let answer = send(gateway.address, method, &target(route.path), &headers, b"").await;
            let is_allowed = route.access.allows(role);
            assert_eq!(
                answer.status != 403,
                is_allowed,
                "{role:?} {method} {}",
                route.path
            );
            assert_ne!(answer.status, 401);
        }
    }
}
