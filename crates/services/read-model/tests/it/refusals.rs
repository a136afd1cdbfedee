use odd_testkit::http::{send, send_raw};

use crate::observatory::{Observatory, pointers};

#[tokio::test]
async fn invalid_parameters_are_named() {
    let observatory = Observatory::start().await;
    let forged = "j0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0e";
    let foreign = "e0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f";
    let id = "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11";
    for (target, expected) in [
        ("/jobs?limit=1e9", vec!["?limit"]),
        ("/jobs?limit=1000000000", vec!["?limit"]),
        ("/jobs?limit=0", vec!["?limit"]),
        ("/jobs/recent?limit=201", vec!["?limit"]),
        (&format!("/jobs?cursor={forged}"), vec!["?cursor"]),
        (&format!("/jobs?cursor={foreign}"), vec!["?cursor"]),
        (&format!("/events?cursor={forged}"), vec!["?cursor"]),
        (
            &format!("/jobs/{id}/events?cursor={foreign}"),
            vec!["?cursor"],
        ),
        ("/jobs?cursor=", vec!["?cursor"]),
        (
            &format!("/jobs/{id}/attempts/1/log?cursor={foreign}&sort=line&limit=201"),
            vec!["?limit", "?cursor", "?sort"],
        ),
        ("/jobs?status=DONE&type=a%20b", vec!["?status", "?type"]),
        ("/jobs?q=%00", vec!["?q"]),
        ("/jobs?sort=id", vec!["?sort"]),
        (
            "/jobs?since=yesterday&until=2026-01-01",
            vec!["?since", "?until"],
        ),
        ("/jobs?limit=1&limit=2", vec!["?limit"]),
        ("/events?type=job.exploded&jobId=7", vec!["?jobId", "?type"]),
        (
            "/events/stream?type=nope&lastEventId=-1",
            vec!["?type", "?lastEventId"],
        ),
        ("/timeseries", vec!["?metric"]),
        ("/timeseries?metric=submitted&window=2h", vec!["?window"]),
        ("/timeseries?metric=latency", vec!["?metric"]),
        ("/overview?x=1", vec!["?x"]),
        ("/stats?x=1", vec!["?x"]),
        ("/stats?waitMs=10001", vec!["?waitMs"]),
        ("/alerts?x=1", vec!["?x"]),
        ("/metrics/snapshot?x=1", vec!["?x"]),
        ("/queues?x=1", vec!["?x"]),
        ("/queues/default/scale?x=1", vec!["?x"]),
        ("/workers?x=1", vec!["?x"]),
        ("/timeseries?metric=queue_depth&type=echo", vec!["?type"]),
        ("/timeseries?metric=submitted&queue=default", vec!["?queue"]),
        ("/timeseries?metric=queue_depth&queue=a%20b", vec!["?queue"]),
        ("/services?x=1", vec!["?x"]),
        ("/ui-registry?x=1", vec!["?x"]),
        (&format!("/jobs/{id}?x=1"), vec!["?x"]),
        (&format!("/explain/{id}?x=1"), vec!["?x"]),
    ] {
        let answer = observatory.get(target).await;
        assert_eq!(answer.status, 422, "{target}: {}", answer.text());
        assert_eq!(answer.json()["code"], "contract_violation");
        assert_eq!(pointers(&answer), expected, "{target}");
    }
}

#[tokio::test]
async fn invalid_exclusions_and_parts_of_ids_are_named() {
    let observatory = Observatory::start().await;
    for (target, expected) in [
        (
            "/jobs?idPrefix=019&idSuffix=7c1g",
            vec!["?idPrefix", "?idSuffix"],
        ),
        (
            "/jobs?idPrefix=0192f0c1&idPrefix=0192f0c1",
            vec!["?idPrefix"],
        ),
        (
            "/jobs?notType=a%20b&notQueue=&notTag=&notQ=%00",
            vec!["?notType", "?notQueue", "?notTag", "?notQ"],
        ),
        (
            &format!("/jobs?{}{}", "tag=a&".repeat(6), "notQ=a&".repeat(6)),
            vec!["?tag", "?notQ"],
        ),
        (
            &format!("/jobs?{}{}", "q=a&".repeat(6), "notType=a&".repeat(21)),
            vec!["?notType", "?q"],
        ),
    ] {
        let answer = observatory.get(target).await;
        assert_eq!(answer.status, 422, "{target}: {}", answer.text());
        assert_eq!(pointers(&answer), expected, "{target}");
    }
}

#[tokio::test]
async fn invalid_utf8_is_refused() {
    let observatory = Observatory::start().await;
    for query in ["q=%ff", "q=%ed%a0%80", "q=%c3", "%ff=1"] {
        let answer = observatory.get(&format!("/jobs?{query}")).await;
        assert_eq!(answer.status, 422, "{query}");
    }
}

#[tokio::test]
async fn unknown_resources_are_404() {
    let observatory = Observatory::start().await;
    for id in [
        "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11",
        "7",
        "%00",
        "x%2Fy",
        "{}",
    ] {
        for target in [
            format!("/jobs/{id}"),
            format!("/jobs/{id}/events"),
            format!("/explain/{id}"),
        ] {
            let answer = observatory.get(&target).await;
            assert_eq!(answer.status, 404, "{target}");
            assert_eq!(answer.json()["code"], "job_not_found", "{target}");
        }
    }
    let unknown = send(observatory.address, "GET", "/nothing", &[], b"").await;
    assert_eq!(
        (unknown.status, &unknown.json()["code"]),
        (404, &"not_found".into())
    );
}

#[tokio::test]
async fn other_methods_and_media_types_are_refused() {
    let observatory = Observatory::start().await;
    let posted = send(observatory.address, "POST", "/jobs", &[], b"").await;
    assert_eq!(posted.status, 405);
    assert!(
        posted
            .header("allow")
            .is_some_and(|allow| allow.contains("GET"))
    );
    for (target, accept) in [
        ("/jobs", "text/html"),
        ("/events/stream", "application/json"),
    ] {
        let answer = observatory.get_with(target, &[("Accept", accept)]).await;
        assert_eq!(answer.status, 406, "{target}");
    }
}

#[tokio::test]
async fn correlation_ids_are_returned() {
    let observatory = Observatory::start().await;
    let id = "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11";
    let answer = observatory
        .get_with("/jobs?limit=0", &[("X-Correlation-Id", id)])
        .await;
    assert_eq!(answer.header("x-correlation-id"), Some(id));
    assert_eq!(answer.json()["correlationId"], id);
}

#[tokio::test]
async fn unknown_query_parameters_are_refused_on_every_route() {
    let observatory = Observatory::start().await;
    for (method, template) in observatory.contract.operations() {
        let path = template
            .replace("{attempt}", "1")
            .replace("{file}", "index.css")
            .replace("{", "")
            .replace("}", "");
        let request = format!(
            "{method} {path}?dry=1&limits=2 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        );
        let answer = send_raw(observatory.address, request.as_bytes()).await;
        assert_eq!(answer.status, 422, "{method} {path}");
        assert_eq!(pointers(&answer), ["?dry", "?limits"], "{method} {path}");
    }
}
