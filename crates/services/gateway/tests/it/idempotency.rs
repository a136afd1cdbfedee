use odd_contracts::Job;
use odd_service_kit::HttpConfig;
use odd_testkit::sqlite_store;
use odd_worker::{BuiltInConfig, HandlerRegistry};

use crate::gateway::{TestGateway, claim_one, dependencies, pointers, problem, start_gateway};

const KEY: [(&str, &str); 1] = [("Idempotency-Key", "order-17")];

#[tokio::test]
async fn a_repeat_is_answered_with_the_first_job() {
    let (gateway, back_end) = start_gateway().await;
    let first = gateway
        .submit_with(&KEY, r#"{"type":"echo","payload":{"a":1,"b":2}}"#)
        .await;
    assert_eq!(first.status, 201);
    claim_one(&back_end).await;
    let again = gateway
        .submit_with(&KEY, r#"{ "payload": {"b":2,"a":1}, "type": "echo" }"#)
        .await;
    assert_eq!(again.status, 200);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.header("location"), first.header("location"));
    let (first, again): (Job, Job) = (
        serde_json::from_slice(&first.body).expect("a job"),
        serde_json::from_slice(&again.body).expect("a job"),
    );
    assert_eq!((first.id, first.attempt), (again.id, 0));
    assert_eq!(
        (again.attempt, again.attempts),
        (1, None),
        "its current state"
    );
}

#[tokio::test]
async fn repeat_with_a_payload_that_is_no_longer_accepted_is_refused() {
    const RUN: &str = r#"{"type":"process.run","payload":{"program":"/bin/true"}}"#;
    let back_end = sqlite_store();
    let gateway_that_allows = async |programs: &[&str]| {
        let programs = programs.iter().map(|program| program.parse());
        let mut config = BuiltInConfig::default();
        config.process.allow = programs.collect::<Result<_, _>>().expect("programs");
        let mut dependencies = dependencies(&back_end, back_end.store.clone());
        dependencies.handlers = HandlerRegistry::built_in(config);
        TestGateway::start(HttpConfig::default(), dependencies).await
    };
    let before = gateway_that_allows(&["/bin/true"]).await;
    let first = before.submit_with(&KEY, RUN).await;
    assert_eq!(first.status, 201, "{}", first.text());
    let after = gateway_that_allows(&[]).await;
    let again = after.submit_with(&KEY, RUN).await;
    assert_eq!(problem(&again).code, "contract_violation");
    let id = first.json()["id"].as_str().expect("an id").to_owned();
    assert_eq!(after.get_job(id).await.status, 200);
}

#[tokio::test]
async fn a_key_or_id_with_another_body_is_a_conflict() {
    let (gateway, _back_end) = start_gateway().await;
    gateway.submit_with(&KEY, r#"{"type":"echo"}"#).await;
    let other = gateway
        .submit_with(&KEY, r#"{"type":"echo","priority":1}"#)
        .await;
    assert_eq!(problem(&other).code, "idempotency_conflict");
    assert_eq!(pointers(&other), ["header Idempotency-Key"]);

    let id = "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11";
    let chosen = format!(r#"{{"type":"echo","id":"{id}"}}"#);
    assert_eq!(gateway.accepted(&chosen).await.id.to_string(), id);
    assert_eq!(gateway.submit(&chosen).await.status, 200);
    let other = gateway
        .submit(format!(r#"{{"type":"x","id":"{id}"}}"#))
        .await;
    assert_eq!(problem(&other).code, "idempotency_conflict");
    assert_eq!(pointers(&other), ["/id"]);
}

#[tokio::test]
async fn simultaneous_repeats_make_one_job() {
    let (gateway, _back_end) = start_gateway().await;
    let submit = |gateway: &TestGateway| {
        let address = gateway.address;
        tokio::spawn(async move {
            let headers = [("Content-Type", "application/json"), KEY[0]];
            odd_testkit::http::send(address, "POST", "/jobs", &headers, br#"{"type":"echo"}"#).await
        })
    };
    let racing: Vec<_> = (0..20).map(|_| submit(&gateway)).collect();
    let mut ids = std::collections::BTreeSet::new();
    let mut created = 0;
    for answer in racing {
        let answer = answer.await.expect("answered");
        created += usize::from(answer.status == 201);
        ids.insert(answer.json()["id"].to_string());
    }
    assert_eq!((created, ids.len()), (1, 1));
}

#[tokio::test]
async fn invalid_idempotency_key_is_refused() {
    let (gateway, _back_end) = start_gateway().await;
    let long = "k".repeat(201);
    for key in ["", "two words", "schlüssel", long.as_str()] {
        let answer = gateway
            .submit_with(&[("Idempotency-Key", key)], r#"{"type":"echo"}"#)
            .await;
        assert_eq!(answer.status, 422, "{key}");
        assert_eq!(pointers(&answer), ["header Idempotency-Key"]);
    }
    let twice = [KEY[0], ("Idempotency-Key", "order-18")];
    let answer = gateway.submit_with(&twice, r#"{"type":"echo"}"#).await;
    assert_eq!(answer.status, 422);
    gateway
        .submit_with(
            &[("Idempotency-Key", &"k".repeat(200))],
            r#"{"type":"echo"}"#,
        )
        .await;
}
