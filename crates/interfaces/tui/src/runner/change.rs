use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use odd_client::{Acceptance, BulkAction, BulkOutcome, Client, ClientError, inert};
use odd_contracts::{JobId, JobSubmission};
use tokio::sync::mpsc;

use crate::data::LoadFailure;
use crate::effect::Change;
use crate::message::{Changed, ChangedJobs, Message, Notice, Submitted};

/// How often the progress of a change of many jobs is shown.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(1);

/// How long an alert is silenced.
const SILENCE_MINUTES: u64 = 60;

pub(super) async fn change(
    client: &Client,
    change: Change,
    submit_timeout: Duration,
    messages: &mpsc::Sender<Message>,
) -> Changed {
    match change {
        Change::Submit { submission, key } => {
            let outcome = submit(client, &submission, &key, submit_timeout).await;
            Changed::Submitted { key, outcome }
        }
        Change::Jobs { action, ids } => change_jobs(client, action, &ids, messages).await,
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

/// Changes jobs, a few at a time. While that takes longer than a second, tells every second how far it is.
async fn change_jobs(
    client: &Client,
    action: BulkAction,
    ids: &[JobId],
    messages: &mpsc::Sender<Message>,
) -> Changed {
    let count = AtomicUsize::new(0);
    let progress = async {
        loop {
            tokio::time::sleep(PROGRESS_INTERVAL).await;
            let (count, verb) = (count.load(Ordering::Relaxed), action.as_str());
            let text = format!("{verb}: {count} of {} answered", ids.len());
            // A full channel means that the interface is busy; the next line replaces this one.
            let _ = messages.try_send(Message::Notice(Notice::hint(text)));
        }
    };
    let (mut answered, mut unchanged) = (Vec::new(), 0);
    let (mut failure, mut refusal) = (None, None);
    let summary = client.act_on_jobs(action, ids, |result| {
        count.fetch_add(1, Ordering::Relaxed);
        match &result.outcome {
            BulkOutcome::Failed(_) | BulkOutcome::Skipped => unchanged += 1,
            _ => answered.push(result.id),
        }
        match &result.outcome {
            BulkOutcome::Failed(error) => {
                failure.get_or_insert_with(|| match error.may_have_taken_effect() {
                    true => format!("{error}; it may have taken effect"),
                    false => error.to_string(),
                });
            }
            BulkOutcome::Conflict(problem) | BulkOutcome::Refused(problem) => {
                refusal.get_or_insert_with(|| problem.detail.clone());
            }
            BulkOutcome::Missing => {
                refusal.get_or_insert_with(|| "it does not exist any more".to_owned());
            }
            BulkOutcome::Changed(_) | BulkOutcome::Dropped | BulkOutcome::Skipped => {}
        }
    });
    let summary = tokio::select! {
        summary = summary => summary,
        () = progress => unreachable!("the loop has no end"),
    };
    Changed::Jobs(ChangedJobs {
        action,
        summary,
        answered,
        unchanged,
        why: failure.or(refusal).map(|why| inert(&why).into_owned()),
    })
}
