use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use odd_client::{Acceptance, Client, ClientError, inert};
use odd_contracts::{JobId, JobSubmission};

use crate::data::LoadFailure;
use crate::effect::{Change, Verb};
use crate::message::{Changed, Submitted};

/// Number of requests of one change that run at the same time.
const CONCURRENCY: usize = 8;

/// How long an alert is silenced.
const SILENCE_MINUTES: u64 = 60;

pub(super) async fn change(client: &Client, change: Change, submit_timeout: Duration) -> Changed {
    match change {
        Change::Submit { submission, key } => {
            let outcome = submit(client, &submission, &key, submit_timeout).await;
            Changed::Submitted { key, outcome }
        }
        Change::Jobs { verb, ids } => change_jobs(client, verb, ids).await,
        Change::Silence(id) => {
            let silenced = client.silence_alert(&id, SILENCE_MINUTES).await;
            alert(silenced, "silenced for an hour")
        }
        Change::Unsilence(id) => alert(client.unsilence_alert(&id).await, "no longer silenced"),
        Change::Acknowledge(id) => alert(client.acknowledge_alert(&id).await, "acknowledged"),
    }
}

fn alert<T>(result: Result<T, ClientError>, done: &'static str) -> Changed {
    Changed::Alert(match result {
        Ok(_) => Ok(done),
        Err(error) => Err(LoadFailure::from(&error)),
    })
}

async fn submit(
    client: &Client,
    submission: &JobSubmission,
    key: &str,
    limit: Duration,
) -> Submitted {
    let answer = tokio::time::timeout(limit, client.submit(submission, Some(key))).await;
    let error = match answer {
        Ok(Ok(accepted)) => {
            return Submitted::Accepted {
                id: accepted.job.id,
                is_repeat: accepted.acceptance != Acceptance::Created,
            };
        }
        Ok(Err(error)) => error,
        Err(_) => return Submitted::Unknown(no_answer(limit)),
    };
    match &error {
        ClientError::Problem(problem) if problem.status < 500 => Submitted::Refused {
            why: LoadFailure::from(&error),
            fields: problem
                .errors
                .iter()
                .map(|field| {
                    let message = inert(&field.message).into_owned();
                    (inert(&field.pointer).into_owned(), message)
                })
                .collect(),
        },
        // Nothing was sent.
        ClientError::Unreachable { .. } | ClientError::Setup(_) => Submitted::Refused {
            why: LoadFailure::from(&error),
            fields: Vec::new(),
        },
        _ => Submitted::Unknown(LoadFailure::from(&error)),
    }
}

fn no_answer(limit: Duration) -> LoadFailure {
    LoadFailure {
        what: format!("the gateway did not answer within {limit:?}"),
        cause: "the job may have been stored".to_owned(),
        hint: "send it again: the same key makes that safe",
        is_unreachable: false,
    }
}

async fn change_jobs(client: &Client, verb: Verb, ids: Vec<JobId>) -> Changed {
    let results = stream::iter(ids)
        .map(|id| async move { (id, change_job(client, verb, id).await) })
        .buffered(CONCURRENCY);
    let results: Vec<_> = results.collect().await;
    let done = results.iter().filter(|(_, result)| result.is_ok()).count();
    let failed = results.into_iter().filter_map(|(id, result)| {
        let error = result.err()?;
        Some((id, LoadFailure::from(&error)))
    });
    Changed::Jobs {
        verb,
        done,
        failed: failed.collect(),
    }
}

async fn change_job(client: &Client, verb: Verb, id: JobId) -> Result<(), ClientError> {
    match verb {
        Verb::Retry => client.retry(id).await.map(drop),
        Verb::Cancel => client.cancel(id).await.map(drop),
        Verb::Replay => client.replay_dead_letter(id).await.map(drop),
        Verb::Drop => client.drop_dead_letter(id).await,
    }
}
