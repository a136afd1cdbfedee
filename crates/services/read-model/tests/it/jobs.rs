use std::collections::BTreeSet;

use odd_contracts::FailureReason;
use serde_json::Value;

use crate::observatory::{Observatory, failure, pointers, success};

fn ids(list: &Value) -> Vec<String> {
    let jobs = list["jobs"].as_array().expect("jobs").iter();
    jobs.map(|job| job["id"].as_str().expect("an id").to_owned())
        .collect()
}

#[tokio::test]
async fn pages_cover_every_job_once_in_both_directions() {
    let observatory = Observatory::start().await;
    let submitted = observatory.submit_many(7).await;
    let submitted: Vec<String> = submitted.iter().map(ToString::to_string).collect();
    for (sort, newest_first) in [("-createdAt", true), ("createdAt", false)] {
        let mut seen = Vec::new();
        let mut target = format!("/jobs?limit=3&sort={sort}");
        for _ in 0..10 {
            let list = observatory.json(&target).await;
            seen.extend(ids(&list));
            match list["nextCursor"].as_str() {
                Some(cursor) => target = format!("/jobs?limit=3&sort={sort}&cursor={cursor}"),
                None => break,
            }
        }
        if newest_first {
            seen.reverse();
        }
        assert_eq!(seen, submitted, "{sort}");
    }
}

#[tokio::test]
async fn filters_narrow_the_list() {
    let observatory = Observatory::start().await;
    let tagged = observatory
        .submit(r#"{"type":"sleep","queue":"slow","tags":["red"],"payload":{"word":"needle"}}"#)
        .await
        .to_string();
    let done = observatory
        .submit(r#"{"type":"echo","priority":5}"#)
        .await
        .to_string();
    assert_eq!(observatory.run_next(success("1")).await.to_string(), done);
    let of = async |query: &str| ids(&observatory.json(&format!("/jobs?{query}")).await);
    let both: BTreeSet<String> = [tagged.clone(), done.clone()].into();
    for query in [
        "",
        "status=PENDING,COMPLETED",
        "status=PENDING&status=COMPLETED",
        "since=2020-01-01T00:00:00Z",
    ] {
        assert_eq!(
            of(query).await.into_iter().collect::<BTreeSet<_>>(),
            both,
            "{query}"
        );
    }
    for query in [
        "type=sleep",
        "queue=slow",
        "tag=red",
        "q=needle",
        "status=PENDING",
    ] {
        assert_eq!(of(query).await, [tagged.as_str()], "{query}");
    }
    let id = tagged.replace('-', "");
    for query in [
        "notType=echo",
        "notType=none&notType=echo",
        "notQueue=default",
        "notQ=%22none%22&q=needle&q=slee",
        "status=PENDING&notTag=blue",
        &format!("idPrefix={}&idSuffix={}", &id[..8], &id[28..]),
        &format!("idPrefix={}", &id.to_uppercase()),
    ] {
        assert_eq!(of(query).await, [tagged.as_str()], "{query}");
    }
    for query in ["notTag=red", "notQ=needle", "notQ=NEEDLE&notQ=none"] {
        assert_eq!(of(query).await, [done.as_str()], "{query}");
    }
    for query in [
        "tag=red&tag=blue",
        "q=needle&q=haystack",
        "notType=sleep&notType=echo",
        "idPrefix=00000000",
        "type=none",
        "tag=blue",
        "q=haystack",
        "until=2020-01-01T00:00:00Z",
        "since=9999-12-31T23:59:59Z",
        "status=FAILED",
    ] {
        assert!(of(query).await.is_empty(), "{query}");
    }
}

#[tokio::test]
async fn query_language_in_text_has_no_effect() {
    let observatory = Observatory::start().await;
    observatory.submit_many(2).await;
    for hostile in [
        "'%20OR%201=1--",
        "a%25",
        "%7B%22$gt%22:%22%22%7D",
        "e_h",
        "e%5C",
        "%22%3B%20DROP%20TABLE%20jobs",
    ] {
        let list = observatory.json(&format!("/jobs?q={hostile}")).await;
        assert!(ids(&list).is_empty(), "{hostile}");
    }
    assert_eq!(ids(&observatory.json("/jobs").await).len(), 2);
}

#[tokio::test]
async fn recent_jobs_are_the_newest() {
    let observatory = Observatory::start().await;
    let submitted = observatory.submit_many(4).await;
    let list = observatory.json("/jobs/recent?limit=2").await;
    assert_eq!(
        ids(&list),
        [submitted[3].to_string(), submitted[2].to_string()]
    );
    let cursor = list["nextCursor"].as_str().expect("there are more");
    let rest = observatory.json(&format!("/jobs?cursor={cursor}")).await;
    assert_eq!(
        ids(&rest),
        [submitted[1].to_string(), submitted[0].to_string()]
    );
}

#[tokio::test]
async fn job_includes_its_attempts() {
    let observatory = Observatory::start().await;
    let submission =
        r#"{"type":"echo","payload":{"a":[1,2]},"maxAttempts":2,"retry":{"baseDelayMs":0}}"#;
    let id = observatory.submit(submission).await;
    observatory
        .run_next(failure(FailureReason::Error, "not yet"))
        .await;
    observatory
        .back_end
        .store
        .promote_due(10)
        .await
        .expect("due");
    observatory.run_next(success(r#"{"b":2}"#)).await;
    let job = observatory.json(&format!("/jobs/{id}")).await;
    assert_eq!(
        (&job["status"], &job["attempt"]),
        (&"COMPLETED".into(), &2.into())
    );
    assert_eq!(job["payload"]["a"][1], 2);
    assert_eq!(job["result"]["b"], 2);
    let outcomes: Vec<_> = job["attempts"]
        .as_array()
        .expect("attempts")
        .iter()
        .map(|attempt| &attempt["outcome"])
        .collect();
    assert_eq!(outcomes, ["FAILED", "SUCCEEDED"]);
    let listed = &observatory.json("/jobs").await["jobs"][0];
    assert!(listed.get("payload").is_none() && listed.get("attempts").is_none());
}

#[tokio::test]
async fn search_for_separators_alone_is_refused() {
    let observatory = Observatory::start().await;
    observatory
        .submit(r#"{"type":"echo","payload":{"a-b":"c"}}"#)
        .await;
    for text in [
        "-",
        "%3A",
        "%22",
        "%7B",
        "%20",
        "%09",
        "%2C%20",
        "%E2%80%A6",
    ] {
        for name in ["q", "notQ"] {
            let answer = observatory.get(&format!("/jobs?{name}={text}")).await;
            assert_eq!(answer.status, 422, "{name}={text}");
            assert_eq!(pointers(&answer), [format!("?{name}")]);
        }
    }
    let found = observatory.json("/jobs?q=a-b").await;
    assert_eq!(ids(&found).len(), 1);
    assert!(found.get("stoppedAtBound").is_none());
}

#[tokio::test]
async fn search_that_stopped_at_its_bound_is_marked() {
    let observatory = Observatory::start().await;
    let filler = "x".repeat(1_000_000);
    for _ in 0..18 {
        observatory
            .submit(&format!(r#"{{"type":"echo","payload":"{filler}"}}"#))
            .await;
    }
    let page = observatory.json("/jobs?q=needle").await;
    assert!(ids(&page).is_empty());
    assert_eq!(page["stoppedAtBound"], true);
    let cursor = page["nextCursor"].as_str().expect("it continues");
    let rest = observatory
        .json(&format!("/jobs?q=needle&cursor={cursor}"))
        .await;
    assert!(rest.get("stoppedAtBound").is_none() && rest.get("nextCursor").is_none());
}
