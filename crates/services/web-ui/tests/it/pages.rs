use odd_testkit::http::Answer;
use odd_web_ui::Assets;

use crate::rig::Rig;
use crate::upstream::Upstream;

const SCRIPT: &str = "/assets/page-9d8c7b6a.js";
const PAGE: &str = "<title>Fixture</title>";

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
    connect-src 'self'; manifest-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

#[tokio::test]
async fn every_page_path_is_answered_with_the_page() {
    let rig = Rig::before(&Upstream::plain().await).await;
    for path in [
        "/",
        "/jobs",
        "/jobs/0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11",
        "/types/report.daily",
        "/failures/0123456789abcdef",
        "/new?type=echo",
        "/anything/else",
    ] {
        let answer = rig.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.text().contains(PAGE), "{path}");
        assert_eq!(
            answer.header("content-type"),
            Some("text/html; charset=utf-8")
        );
        assert_eq!(answer.header("cache-control"), Some("no-cache"));
        assert_eq!(answer.header("content-security-policy"), Some(POLICY));
    }
}

#[tokio::test]
async fn pages_limit_what_browsers_allow() {
    let rig = Rig::before(&Upstream::plain().await).await;
    for path in ["/", SCRIPT, "/session", "/healthz", "/nothing.txt"] {
        let answer = rig.get(path).await;
        // The offline page asks from a disk whether the role runs.
        let resource_policy = match path {
            "/healthz" => "cross-origin",
            _ => "same-origin",
        };
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", resource_policy),
            ("x-frame-options", "DENY"),
            ("content-security-policy", POLICY),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path} {name}");
        }
        let permissions = answer.header("permissions-policy").expect("a policy");
        assert!(permissions.contains("camera=()"), "{permissions}");
    }
}

#[tokio::test]
async fn configured_origins_may_frame_the_pages() {
    let rig = Rig::configured(&Upstream::plain().await, |config| {
        config.frame_ancestors = vec!["https://portal.example".to_owned()];
    })
    .await;
    let answer = rig.get("/").await;
    let policy = answer.header("content-security-policy").expect("a policy");
    assert!(
        policy.ends_with("; frame-ancestors https://portal.example"),
        "{policy}"
    );
    assert_eq!(answer.header("x-frame-options"), None);
}

#[tokio::test]
async fn assets_are_sent_in_the_encoding_that_the_browser_accepts() {
    let rig = Rig::before(&Upstream::plain().await).await;
    let get = async |accepted: &str| rig.get_with(SCRIPT, &[("Accept-Encoding", accepted)]).await;
    let identity = rig.get(SCRIPT).await;
    assert_eq!(identity.header("content-encoding"), None);
    let file = include_bytes!("../fixture/assets/page-9d8c7b6a.js");
    assert_eq!(identity.body, file);
    let brotli = get("gzip, deflate, br").await;
    assert_eq!(brotli.header("content-encoding"), Some("br"));
    let gzip = get("gzip").await;
    assert_eq!(gzip.header("content-encoding"), Some("gzip"));
    assert!(gzip.body.starts_with(&[0x1f, 0x8b]));
    for answer in [&identity, &brotli, &gzip] {
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("vary"), Some("accept-encoding"));
        assert_eq!(
            answer.header("content-type"),
            Some("text/javascript; charset=utf-8")
        );
        let caching = answer.header("cache-control");
        assert_eq!(caching, Some("public, max-age=31536000, immutable"));
    }
    assert!(brotli.body.len() < gzip.body.len() && gzip.body.len() < file.len() / 2);
    assert_eq!(
        etags(&[&identity, &brotli, &gzip]),
        3,
        "each encoding has a tag of its own"
    );
}

fn etags(answers: &[&Answer]) -> usize {
    let tags: std::collections::BTreeSet<_> = answers
        .iter()
        .map(|answer| answer.header("etag").expect("a tag"))
        .collect();
    tags.len()
}

#[tokio::test]
async fn current_copies_are_not_sent_again() {
    let rig = Rig::before(&Upstream::plain().await).await;
    for path in ["/", "/jobs", SCRIPT, "/favicon.svg", "/offline"] {
        let first = rig.get(path).await;
        let etag = first.header("etag").expect("a tag");
        let again = rig.get_with(path, &[("If-None-Match", etag)]).await;
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
        assert_eq!(again.header("etag"), Some(etag));
        assert_eq!(again.header("cache-control"), first.header("cache-control"));
        let other = rig.get_with(path, &[("If-None-Match", "\"other\"")]).await;
        assert_eq!(other.status, 200);
    }
}

#[tokio::test]
async fn other_files_are_checked_on_every_use() {
    let rig = Rig::before(&Upstream::plain().await).await;
    let icon = rig.get("/favicon.svg").await;
    assert_eq!(icon.header("content-type"), Some("image/svg+xml"));
    assert_eq!(icon.header("cache-control"), Some("no-cache"));
    let image = rig.get_with(
        "/assets/dot-1a2b3c4d.png",
        &[("Accept-Encoding", "br, gzip")],
    );
    let image = image.await;
    assert_eq!(image.header("content-type"), Some("image/png"));
    assert_eq!(
        image.header("content-encoding"),
        None,
        "it is compressed already"
    );
}

#[tokio::test]
async fn unknown_files_are_404() {
    let rig = Rig::before(&Upstream::plain().await).await;
    for path in [
        "/favicon.ico",
        "/index.html",
        "/assets/page-00000000.js",
        "/assets/index.html",
        "/assets/../index.html",
        "/assets/..%2findex.html",
        "/assets/%2e%2e/Cargo.toml",
        "/api/",
        "/api/unknown/jobs",
    ] {
        let answer = rig.get(path).await;
        assert_eq!(answer.status, 404, "{path}: {}", answer.text());
        assert_eq!(answer.json()["code"], "not_found", "{path}");
    }
}

#[tokio::test]
async fn head_has_the_headers_without_the_body() {
    let rig = Rig::before(&Upstream::plain().await).await;
    for path in ["/", SCRIPT] {
        let head = rig.send("HEAD", path, &[], b"").await;
        let get = rig.get(path).await;
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        assert_eq!(head.header("etag"), get.header("etag"));
        assert_eq!(head.header("content-length"), get.header("content-length"));
    }
    let posted = rig.send("POST", "/jobs", &[], b"").await;
    assert_eq!(posted.status, 405);
}

#[tokio::test]
async fn page_names_its_base_path_and_is_found_with_and_without_it() {
    let rig = Rig::configured(&Upstream::plain().await, |config| {
        config.base_path = "/tools/odd".parse().expect("a base path");
    })
    .await;
    for path in [
        "/tools/odd",
        "/tools/odd/",
        "/tools/odd/jobs?status=FAILED",
        "/jobs",
    ] {
        let answer = rig.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(
            answer.text().contains("<base href=\"/tools/odd/\">"),
            "{path}"
        );
    }
    for path in [SCRIPT, "/healthz", "/session", "/api/gateway/jobs/1"] {
        let below = rig.get(&format!("/tools/odd{path}")).await;
        assert_eq!(below.status, 200, "{path}");
    }
}

#[tokio::test]
async fn binary_without_pages_names_the_commands_that_build_them() {
    let rig = Rig::configured(&Upstream::plain().await, |config| {
        config.assets = Assets::new(&[]);
    })
    .await;
    for path in ["/", "/jobs"] {
        let answer = rig.get(path).await;
        assert_eq!(answer.status, 200);
        assert!(answer.text().contains("cargo xtask web\ncargo xtask up"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    assert_eq!(rig.get("/session").await.status, 200);
    assert_eq!(rig.get("/api/gateway/jobs/1").await.status, 200);
}

#[tokio::test]
async fn offline_page_allows_only_its_own_script() {
    let rig = Rig::before(&Upstream::plain().await).await;
    let answer = rig.get("/offline").await;
    assert_eq!(answer.status, 200);
    assert!(answer.text().contains("odd-dashboard up"));
    let policy = answer.header("content-security-policy").expect("a policy");
    assert!(policy.contains("script-src 'sha256-"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
}
