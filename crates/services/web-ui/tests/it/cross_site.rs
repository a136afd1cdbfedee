use crate::rig::Rig;
use crate::upstream::Upstream;

type Headers<'a> = &'a [(&'a str, &'a str)];

/// What pages of other sites, and other origins of the same site, send.
const FOREIGN: [Headers<'_>; 9] = [
    &[
        ("Sec-Fetch-Site", "cross-site"),
        ("Origin", "https://evil.example"),
    ],
    &[
        ("Sec-Fetch-Site", "same-site"),
        ("Origin", "http://localhost:3000"),
    ],
    &[("Sec-Fetch-Site", "cross-site")],
    &[
        ("Sec-Fetch-Site", "same-origin"),
        ("Sec-Fetch-Site", "cross-site"),
    ],
    &[("Sec-Fetch-Site", "SAME-ORIGIN")],
    &[("Origin", "https://evil.example")],
    &[("Origin", "null")],
    &[("Origin", "http://localhost.evil.example")],
    &[
        ("Origin", "http://localhost"),
        ("Origin", "https://evil.example"),
    ],
];

/// What pages of this origin, typed addresses and programs send.
const OWN: [Headers<'_>; 5] = [
    &[],
    &[
        ("Sec-Fetch-Site", "same-origin"),
        ("Origin", "http://localhost"),
    ],
    &[("Sec-Fetch-Site", "none")],
    &[("Origin", "http://localhost")],
    &[("Origin", "https://localhost")],
];

const COMMANDS: [(&str, &str); 7] = [
    ("POST", "/api/gateway/jobs"),
    ("PUT", "/api/gateway/drills/x"),
    ("DELETE", "/api/gateway/dead-letters/x"),
    ("POST", "/api/read-model/alerts/x/silence"),
    ("POST", "/api/terminal/tickets"),
    ("DELETE", "/session"),
    ("POST", "/session"),
];

#[tokio::test]
async fn other_sites_cannot_send_commands() {
    let mut upstream = Upstream::plain().await;
    let rig = Rig::before(&upstream).await;
    for (method, path) in COMMANDS {
        for headers in FOREIGN {
            let answer = rig.send(method, path, headers, b"").await;
            assert_eq!(answer.status, 403, "{method} {path} {headers:?}");
            assert_eq!(answer.json()["code"], "forbidden");
        }
    }
    assert!(upstream.is_untouched());
}

#[tokio::test]
async fn own_pages_and_programs_can_send_commands() {
    let rig = Rig::before(&Upstream::plain().await).await;
    for (method, path) in COMMANDS {
        for headers in OWN {
            let answer = rig.send(method, path, headers, b"").await;
            assert_ne!(answer.status, 403, "{method} {path} {headers:?}");
        }
    }
}

#[tokio::test]
async fn other_sites_cannot_open_websockets() {
    let mut upstream = Upstream::plain().await;
    let rig = Rig::before(&upstream).await;
    let handshake = [
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];
    for headers in FOREIGN {
        let headers = [&handshake, headers].concat();
        let answer = rig.get_with("/api/terminal/session", &headers).await;
        assert_eq!(answer.status, 403, "{headers:?}");
    }
    assert!(upstream.is_untouched());
}

#[tokio::test]
async fn reading_needs_no_origin_and_grants_none() {
    let rig = Rig::before(&Upstream::plain().await).await;
    for headers in FOREIGN {
        let answer = rig.get_with("/api/read-model/jobs", headers).await;
        assert_eq!(answer.status, 200, "{headers:?}");
        let names = answer.headers.iter().map(|(name, _)| name.as_str());
        assert!(
            names
                .into_iter()
                .all(|name| !name.starts_with("access-control"))
        );
        assert_eq!(
            answer.header("cross-origin-resource-policy"),
            Some("same-origin")
        );
    }
    let preflight = [
        ("Origin", "https://evil.example"),
        ("Access-Control-Request-Method", "POST"),
    ];
    let answer = rig
        .send("OPTIONS", "/api/gateway/jobs", &preflight, b"")
        .await;
    assert_eq!(answer.status, 405);
}

#[tokio::test]
async fn rebound_names_are_refused_without_tokens() {
    let rig = Rig::before(&Upstream::plain().await).await;
    for host in [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example:8081",
    ] {
        let request = format!("GET /session HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let answer = odd_testkit::http::send_raw(rig.address, request.as_bytes()).await;
        assert_eq!(answer.status, 403, "{host}");
    }
}
