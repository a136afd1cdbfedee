use odd_client::{BulkAction, BulkOutcome, BulkSummary, JobsQuery, Selection, SelectionLimits};
use odd_contracts::{JobId, JobStatus};

use crate::script::{Script, Then, answer};

const HEAD: &str = r#""type":"echo","queue":"default","status":"CANCELLED","version":2,"priority":0,"attempt":0,
    "maxAttempts":1,"run":1,"timeoutMs":1000,"createdAt":"2026-01-31T12:00:00.000000Z",
    "updatedAt":"2026-01-31T12:00:00.000000Z","correlationId":"0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c12""#;

pub(crate) fn id(number: usize) -> JobId {
    format!("0192f0c1-2f3b-7a51-b6a1-{number:012x}")
        .parse()
        .expect("an id")
}

fn job(number: usize) -> String {
    format!(r#"{{"id":"{}",{HEAD}}}"#, id(number))
}

pub(crate) fn page(numbers: std::ops::Range<usize>, next: Option<&str>) -> (String, Then) {
    let jobs: Vec<String> = numbers.map(job).collect();
    let next = next.map_or_else(String::new, |next| format!(r#","nextCursor":"{next}""#));
    let body = format!(r#"{{"jobs":[{}]{next}}}"#, jobs.join(","));
    answer("200 OK", "application/json", &body)
}

fn problem(status: u16) -> (String, Then) {
    let body = format!(
        r#"{{"type":"/problems/x","title":"No","status":{status},"detail":"no","code":"x",
            "correlationId":"0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11"}}"#
    );
    answer(&format!("{status} No"), "application/problem+json", &body)
}

fn ids(count: usize) -> Vec<JobId> {
    (0..count).map(id).collect()
}

#[tokio::test]
async fn selection_follows_all_pages() {
    let mut script = Script::start(vec![
        page(0..2, Some("a")),
        page(2..2, Some("b")),
        page(2..3, None),
    ])
    .await;
    let mut counts = Vec::new();
    let query = JobsQuery {
        not_types: vec!["a b".to_owned(), "c".to_owned()],
        limit: 200,
        ..JobsQuery::default()
    };
    let limits = SelectionLimits::default();
    let client = script.client();
    let selection = client.select_jobs(&query, limits, |count| counts.push(count));
    let expected = Selection {
        jobs: ids(3),
        has_more: false,
    };
    assert_eq!(selection.await.expect("answers"), expected);
    assert_eq!(counts, [2, 2, 3]);
    let first = script.request().await;
    let target = "GET /jobs?limit=200&notType=a+b&notType=c HTTP/1.1\r\n";
    assert!(first.starts_with(target), "{first}");
    assert!(script.request().await.contains("&cursor=a&notType=a+b&"));
}

#[tokio::test]
async fn limited_selection_says_that_there_are_more_jobs() {
    for (limits, count) in [
        (SelectionLimits { jobs: 3, pages: 9 }, 3),
        (SelectionLimits { jobs: 9, pages: 2 }, 4),
    ] {
        let script = Script::start(vec![page(0..2, Some("a")), page(2..4, Some("b"))]).await;
        let (client, query) = (script.client(), JobsQuery::default());
        let selection = client.select_jobs(&query, limits, |_| {});
        let expected = Selection {
            jobs: ids(count),
            has_more: true,
        };
        assert_eq!(selection.await.expect("answers"), expected);
    }
}

#[tokio::test]
async fn conflicts_and_missing_jobs_do_not_end_a_bulk_action() {
    let changed = answer("202 Accepted", "application/json", &job(0));
    let script = Script::start(vec![changed, problem(409), problem(404), problem(422)]).await;
    let mut results = Vec::new();
    let (client, jobs) = (script.client(), ids(4));
    let summary = client.act_on_jobs(BulkAction::Cancel, &jobs, |result| results.push(result.id));
    let expected = BulkSummary {
        changed: 1,
        conflicts: 1,
        refused: 0,
        missing: 1,
        failed: 1,
        skipped: 0,
    };
    assert_eq!(summary.await, expected);
    results.sort();
    assert_eq!(results, ids(4));
}

#[tokio::test]
async fn refused_token_skips_the_other_commands() {
    let script = Script::start(vec![problem(401); 8]).await;
    let mut skipped = Vec::new();
    let (client, jobs) = (script.client(), ids(20));
    let summary = client.act_on_jobs(BulkAction::Retry, &jobs, |result| {
        if matches!(result.outcome, BulkOutcome::Skipped) {
            skipped.push(result.id);
        }
    });
    let summary = summary.await;
    assert_eq!((summary.failed, summary.skipped), (8, 12));
    assert_eq!(skipped.len(), 12);
}

#[tokio::test]
async fn only_commands_without_a_second_effect_are_repeated_after_a_lost_answer() {
    let lost = (String::new(), Then::Close);
    let late = (String::new(), Then::Hang);
    for (first, action, changed) in [
        (lost.clone(), BulkAction::Cancel, 1),
        (lost, BulkAction::Retry, 0),
        (late, BulkAction::Replay, 0),
        (problem(502), BulkAction::Retry, 0),
        (problem(503), BulkAction::Retry, 0),
        (problem(429), BulkAction::Retry, 1),
    ] {
        let second = answer("202 Accepted", "application/json", &job(0));
        let script = Script::start(vec![first, second]).await;
        let mut is_unclear = false;
        let (client, jobs) = (script.client(), ids(1));
        let summary = client.act_on_jobs(action, &jobs, |result| {
            if let BulkOutcome::Failed(error) = &result.outcome {
                is_unclear = error.may_have_taken_effect();
            }
        });
        let summary = summary.await;
        let counts = (summary.changed, summary.failed);
        assert_eq!(counts, (changed, 1 - changed), "{action:?}");
        assert_eq!(is_unclear, changed == 0, "{action:?}");
    }
}

#[tokio::test]
async fn lost_answers_do_not_end_a_bulk_action_until_there_are_many_in_a_row() {
    let lost = (String::new(), Then::Close);
    let changed = answer("202 Accepted", "application/json", &job(0));
    let script = Script::start(vec![lost.clone(), changed.clone(), changed]).await;
    let (client, jobs) = (script.client(), ids(3));
    let summary = client.act_on_jobs(BulkAction::Retry, &jobs, |_| {}).await;
    assert_eq!((summary.failed, summary.changed), (1, 2));
    let script = Script::start(vec![lost; 40]).await;
    let (client, jobs) = (script.client(), ids(40));
    let summary = client.act_on_jobs(BulkAction::Retry, &jobs, |_| {}).await;
    assert!(summary.failed < 24 && summary.skipped > 16, "{summary:?}");
}

#[test]
fn actions_narrow_a_query_to_the_jobs_that_they_can_change() {
    let narrowed = |action: BulkAction, statuses: &[JobStatus]| {
        let mut query = JobsQuery {
            statuses: statuses.to_vec(),
            ..JobsQuery::default()
        };
        action.narrow(&mut query).then_some(query.statuses)
    };
    let (failed, cancelled) = (JobStatus::Failed, JobStatus::Cancelled);
    assert_eq!(
        narrowed(BulkAction::Retry, &[]),
        Some(vec![failed, cancelled])
    );
    assert_eq!(
        narrowed(BulkAction::Retry, &[JobStatus::Pending, failed]),
        Some(vec![failed])
    );
    assert_eq!(narrowed(BulkAction::Cancel, &[failed, cancelled]), None);
    assert_eq!(narrowed(BulkAction::Cancel, &[]).expect("some").len(), 5);
}
