use std::collections::BTreeSet;

use odd_testkit::ApiContract;
use odd_web_ui::{OPENAPI, WebUi};

use crate::rig::{Rig, config, info, with_tokens};
use crate::upstream::Upstream;

#[tokio::test]
async fn routes_and_document_agree() {
    let role = WebUi::new(config("http://127.0.0.1:9/"), info());
    let table = role.route_table();
    let routes: BTreeSet<(String, String)> = table
        .iter()
        // A path in a document has no form for several segments.
        .map(|route| (route.method.to_string(), route.path.replace("{*", "{")))
        .collect();
    assert_eq!(routes, ApiContract::parse(OPENAPI).operations());
}

#[tokio::test]
async fn responses_are_as_documented() {
    let rig = Rig::configured(&Upstream::plain().await, with_tokens).await;
    let document = rig
        .get_with("/openapi.json", &[("Authorization", "Bearer secret-read")])
        .await;
    let contract = ApiContract::parse(&document.text());
    let json = ("Content-Type", "application/json");
    let sign_in = br#"{"token":"secret-read"}"#.as_slice();
    let foreign = ("Sec-Fetch-Site", "cross-site");
    for (method, path, template, headers, body, status) in [
        ("GET", "/session", "/session", vec![], b"".as_slice(), 200),
        ("POST", "/session", "/session", vec![json], sign_in, 200),
        (
            "POST",
            "/session",
            "/session",
            vec![json],
            br#"{"token":"x"}"#,
            401,
        ),
        ("POST", "/session", "/session", vec![json], b"{}", 422),
        (
            "POST",
            "/session",
            "/session",
            vec![json, foreign],
            sign_in,
            403,
        ),
        ("DELETE", "/session", "/session", vec![], b"", 204),
        ("GET", "/", "/", vec![], b"", 200),
        ("GET", "/jobs", "/{page}", vec![], b"", 200),
        ("GET", "/x.txt", "/{page}", vec![], b"", 404),
        (
            "GET",
            "/assets/page-9d8c7b6a.js",
            "/assets/{file}",
            vec![],
            b"",
            200,
        ),
        ("GET", "/assets/x.js", "/assets/{file}", vec![], b"", 404),
        ("GET", "/offline", "/offline", vec![], b"", 200),
        ("GET", "/healthz", "/healthz", vec![], b"", 200),
        ("GET", "/readyz", "/readyz", vec![], b"", 200),
        ("GET", "/metrics", "/metrics", vec![], b"", 401),
    ] {
        let answer = rig.send(method, path, &headers, body).await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text());
        contract.check(method, template, &answer);
    }
}

#[tokio::test]
async fn role_is_ready_without_its_upstreams_and_reports_them() {
    let upstream = Upstream::plain().await;
    let rig = Rig::configured(&upstream, |config| {
        config.upstreams.read_model = "http://127.0.0.1:9/".parse().expect("a URL");
    })
    .await;
    let ready = rig.get("/readyz").await;
    assert_eq!(ready.status, 200);
    let metrics = rig.get("/metrics").await.text();
    for sample in [
        r#"observatory_dependency_up{service="web",dependency="gateway"} 1"#,
        r#"observatory_dependency_up{service="web",dependency="read-model"} 0"#,
        r#"observatory_dependency_up{service="web",dependency="web-pty"} 1"#,
        r#"service="web",route="/readyz",method="GET",status="200""#,
    ] {
        assert!(metrics.contains(sample), "{sample} is missing in {metrics}");
    }
}

#[tokio::test]
async fn routes_of_the_role_do_not_hide_pages() {
    let rig = Rig::before(&Upstream::plain().await).await;
    for page in [
        "jobs",
        "events",
        "queues",
        "types",
        "failures",
        "schedules",
        "workers",
        "services",
        "alerts",
        "dead-letters",
        "terminal",
        "links",
        "settings",
        "new",
        "glossary",
    ] {
        let answer = rig.get(&format!("/{page}")).await;
        assert!(answer.text().contains("<title>Fixture</title>"), "{page}");
    }
    assert_eq!(rig.get("/docs/").await.status, 200);
    assert_eq!(rig.get("/docs/nothing.css").await.status, 404);
}

#[tokio::test]
async fn unknown_query_parameters_are_refused_unless_a_page_or_another_service_reads_them() {
    let rig = Rig::before(&Upstream::plain().await).await;
    for (method, template) in ApiContract::parse(OPENAPI).operations() {
        let path = template
            .replace("{path}", "jobs")
            .replace("{page}", "jobs")
            .replace("{file}", "x.css")
            .replace("{fault}", "x");
        let is_page = ["/", "/jobs", "/offline"].contains(&&*path);
        let is_free = path.starts_with("/api/") || is_page;
        let answer = rig.send(&method, &format!("{path}?x=1"), &[], b"").await;
        assert_eq!(
            answer.status == 422,
            !is_free,
            "{method} {path}: {}",
            answer.text()
        );
    }
}
