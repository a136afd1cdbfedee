use crate::gateway::{TestGateway, fail_one, pointers, problem, start_gateway};

async fn page(gateway: &TestGateway, query: &str) -> (Vec<String>, Option<String>) {
    let target = format!("/dead-letters{query}");
    let answer = gateway.get("/dead-letters", &target).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let page = answer.json();
    let jobs = page["jobs"].as_array().expect("jobs");
    let ids = jobs
        .iter()
        .map(|job| job["id"].as_str().expect("an id").to_owned());
    let cursor = page["nextCursor"].as_str().map(str::to_owned);
    (ids.collect(), cursor)
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_overlap() {
    let (gateway, back_end) = start_gateway().await;
    let mut failed = Vec::new();
    for _ in 0..5 {
        gateway.accepted(r#"{"type":"echo","payload":1}"#).await;
        failed.push(fail_one(&back_end).await.to_string());
    }
    gateway.accepted(r#"{"type":"echo"}"#).await;
    failed.reverse();
    let mut seen = Vec::new();
    let mut query = "?limit=2".to_owned();
    for _ in 0..10 {
        let (ids, cursor) = page(&gateway, &query).await;
        assert!(ids.len() <= 2);
        seen.extend(ids);
        let Some(cursor) = cursor else { break };
        query = format!("?limit=2&cursor={cursor}");
    }
    assert_eq!(seen, failed);
    assert_eq!(page(&gateway, "").await.0, failed);
}

#[tokio::test]
async fn forged_queries_are_refused() {
    let (gateway, _back_end) = start_gateway().await;
    for (query, pointer) in [
        ("limit=1e9", "?limit"),
        ("limit=1000000000", "?limit"),
        ("limit=0", "?limit"),
        ("limit=-5", "?limit"),
        ("cursor=zzz", "?cursor"),
        ("cursor=j0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f", "?cursor"),
        ("cursor=1%20OR%201=1", "?cursor"),
        ("cursor=ffffffffffffffffffff", "?cursor"),
        ("cursor=1&cursor=2", "?cursor"),
        ("status=FAILED", "?status"),
    ] {
        let target = format!("/dead-letters?{query}");
        let answer = gateway.get("/dead-letters", &target).await;
        assert_eq!(answer.status, 422, "{query}");
        assert_eq!(pointers(&answer), [pointer], "{query}");
    }
}

#[tokio::test]
async fn a_dead_letter_is_replayed_or_dropped() {
    let (gateway, back_end) = start_gateway().await;
    gateway.accepted(r#"{"type":"echo"}"#).await;
    let id = fail_one(&back_end).await;
    let replay = format!("/dead-letters/{id}/replay");
    let route = ("POST", "/dead-letters/{id}/replay");
    let replayed = gateway.call(route, &replay, &[], b"").await;
    assert_eq!(replayed.status, 202);
    assert_eq!(replayed.json()["run"], 2);
    assert_eq!(page(&gateway, "").await.0, Vec::<String>::new());
    let again = gateway.call(route, &replay, &[], b"").await;
    assert_eq!(problem(&again).code, "conflict");

    let drop = format!("/dead-letters/{id}");
    let route = ("DELETE", "/dead-letters/{id}");
    let too_early = gateway.call(route, &drop, &[], b"").await;
    assert_eq!(problem(&too_early).code, "conflict");
    fail_one(&back_end).await;
    let dropped = gateway.call(route, &drop, &[], b"").await;
    assert_eq!(dropped.status, 204, "{}", dropped.text());
    assert_eq!(page(&gateway, "").await.0, Vec::<String>::new());
    assert_eq!(gateway.get_job(id).await.json()["status"], "FAILED");
    let unknown_job = "/dead-letters/0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11";
    let unknown = gateway.call(route, unknown_job, &[], b"").await;
    assert_eq!(problem(&unknown).code, "job_not_found");
}
