use odd_client::{JobRef, ResolveError};

use crate::bulk::{id, page};
use crate::script::Script;

fn part() -> JobRef {
    "0192f0c1-2f~0000".parse().expect("a reference")
}

#[tokio::test]
async fn part_of_one_id_is_resolved() {
    let mut script = Script::start(vec![page(0..0, Some("a")), page(0..1, None)]).await;
    let resolved = script.client().resolve_job(&part()).await;
    assert_eq!(resolved.expect("one job"), id(0));
    let request = script.request().await;
    assert!(
        request.starts_with("GET /jobs?limit=6&idPrefix=0192f0c12f&idSuffix=0000 HTTP/1.1\r\n"),
        "{request}"
    );
}

#[tokio::test]
async fn part_of_several_ids_is_refused_with_the_newest_jobs() {
    let script = Script::start(vec![page(0..6, Some("a"))]).await;
    let error = script
        .client()
        .resolve_job(&part())
        .await
        .expect_err("ambiguous");
    let ResolveError::Ambiguous {
        candidates,
        has_more,
        ..
    } = error
    else {
        panic!("{error:?}");
    };
    assert!(has_more);
    let ids: Vec<_> = candidates.iter().map(|job| job.id).collect();
    assert_eq!(ids, (0..5).map(id).collect::<Vec<_>>());
}

#[tokio::test]
async fn part_of_no_id_is_not_found() {
    let script = Script::start(vec![page(0..0, None)]).await;
    let error = script
        .client()
        .resolve_job(&part())
        .await
        .expect_err("none");
    assert_eq!(error.to_string(), "no job has an id like 0192f0c12f~0000");
}

#[tokio::test]
async fn whole_id_is_resolved_without_a_request() {
    let script = Script::start(Vec::new()).await;
    let resolved = script.client().resolve_job(&id(7).into()).await;
    assert_eq!(resolved.expect("no request"), id(7));
}
