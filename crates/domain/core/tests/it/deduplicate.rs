//! Random submissions and completions, answered by a store in memory that follows [`deduplicate`].

use std::convert::Infallible;

use odd_contracts::JobId;
use odd_core::{Deduplication, ExistingJobs, Fingerprint, NewJob, Submission, deduplicate};
use proptest::prelude::*;
use uuid::Uuid;

use super::job_state::new_job;

/// Few values, so that submissions often have some in common.
#[derive(Debug, Clone)]
struct Body {
    id: Option<u8>,
    idempotency_key: Option<u8>,
    unique_key: Option<u8>,
    content: u8,
}

#[derive(Debug, Clone)]
enum Step {
    Submit(Body),
    /// Ends the job with this index, modulo the number of jobs.
    Finish(usize),
}

/// A stored job; its index is its identity.
struct StoredJob {
    id: JobId,
    fingerprint: Option<Fingerprint>,
    unique_key: Option<String>,
    is_finished: bool,
}

#[derive(Default)]
struct Jobs {
    jobs: Vec<StoredJob>,
    /// Idempotency keys with the fingerprint of their submission and the job that answers it.
    keys: Vec<(String, Fingerprint, usize)>,
}

impl Jobs {
    fn submission(&self, job: usize, fingerprint: Option<Fingerprint>) -> Submission<usize> {
        Submission {
            id: self.jobs[job].id,
            fingerprint,
            job,
        }
    }

    fn submit(&mut self, new: &NewJob) -> Deduplication<usize> {
        let Ok(decision) = deduplicate(new, self);
        let job = match decision {
            Deduplication::New => {
                self.jobs.push(StoredJob {
                    id: new.id,
                    fingerprint: new.fingerprint,
                    unique_key: new.unique_key.clone(),
                    is_finished: false,
                });
                self.jobs.len() - 1
            }
            Deduplication::UniqueExists(job) => job,
            Deduplication::Replayed(_) | Deduplication::Conflict { .. } => return decision,
        };
        if let (Some(key), Some(fingerprint)) = (&new.idempotency_key, new.fingerprint) {
            self.keys.push((key.clone(), fingerprint, job));
        }
        decision
    }
}

impl ExistingJobs for Jobs {
    type Job = usize;
    type Error = Infallible;

    fn by_idempotency_key(&mut self, key: &str) -> Result<Option<Submission<usize>>, Infallible> {
        let found = self.keys.iter().find(|(known, ..)| known == key);
        Ok(found.map(|(_, fingerprint, job)| self.submission(*job, Some(*fingerprint))))
    }

    fn by_id(&mut self, id: JobId) -> Result<Option<Submission<usize>>, Infallible> {
        let found = self.jobs.iter().position(|job| job.id == id);
        Ok(found.map(|job| self.submission(job, self.jobs[job].fingerprint)))
    }

    fn by_unique_key(&mut self, key: &str) -> Result<Option<usize>, Infallible> {
        let carries = |job: &StoredJob| !job.is_finished && job.unique_key.as_deref() == Some(key);
        Ok(self.jobs.iter().position(carries))
    }
}

/// `generated` is the id if the client chose none.
fn job_of(body: &Body, generated: u128) -> NewJob {
    let can_repeat = body.id.is_some() || body.idempotency_key.is_some();
    NewJob {
        id: JobId(Uuid::from_u128(body.id.map_or(generated, u128::from))),
        idempotency_key: body.idempotency_key.map(|key| format!("key-{key}")),
        unique_key: body.unique_key.map(|key| format!("unique-{key}")),
        fingerprint: can_repeat.then_some(Fingerprint([body.content; 32])),
        ..new_job(5, 0)
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let few = || proptest::option::of(0_u8..3);
    let body =
        (few(), few(), few(), 0_u8..2).prop_map(|(id, idempotency_key, unique_key, content)| {
            Body {
                id,
                idempotency_key,
                unique_key,
                content,
            }
        });
    let step = prop_oneof![
        4 => body.prop_map(Step::Submit),
        1 => any::<usize>().prop_map(Step::Finish),
    ];
    proptest::collection::vec(step, 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// After every step: no two jobs have an id, no two unfinished jobs a unique key. A submission that can repeat and
    /// was accepted gets the same job when it is sent again, and a conflict when it is sent with another body.
    #[test]
    fn a_repeat_gets_the_job_of_the_first(steps in steps()) {
        let mut jobs = Jobs::default();
        for (number, step) in steps.into_iter().enumerate() {
            let body = match step {
                Step::Finish(index) => {
                    let count = jobs.jobs.len().max(1);
                    if let Some(job) = jobs.jobs.get_mut(index % count) {
                        job.is_finished = true;
                    }
                    continue;
                }
                Step::Submit(body) => body,
            };
            let new = job_of(&body, 1_000 + number as u128);
            let before = jobs.jobs.len();
            let job = match jobs.submit(&new) {
                Deduplication::New => before,
                Deduplication::Replayed(job) | Deduplication::UniqueExists(job) => job,
                Deduplication::Conflict { existing, .. } => {
                    prop_assert!(jobs.jobs.iter().any(|job| job.id == existing));
                    prop_assert_eq!(jobs.jobs.len(), before);
                    continue;
                }
            };

            let ids = jobs.jobs.iter().filter(|job| job.id == new.id);
            prop_assert!(ids.count() <= 1);
            if let Some(key) = &new.unique_key {
                let carriers = jobs.jobs.iter().filter(|job| !job.is_finished && job.unique_key.as_ref() == Some(key));
                prop_assert!(carriers.count() <= 1);
            }
            // An id alone is not stored for a submission that another job answered.
            if new.idempotency_key.is_some() {
                prop_assert_eq!(jobs.submit(&new), Deduplication::Replayed(job));
                let other = NewJob { fingerprint: Some(Fingerprint([9; 32])), ..new };
                let existing = jobs.jobs[job].id;
                // A submission that was recognized by its id has not used up its key.
                let has_key = jobs.keys.iter().any(|(key, ..)| Some(key) == other.idempotency_key.as_ref());
                let what = if has_key { "Idempotency-Key" } else { "id" };
                prop_assert_eq!(jobs.submit(&other), Deduplication::Conflict { what, existing });
            }
        }
    }
}

#[test]
fn a_submission_is_recognized_by_its_key_before_its_id_before_its_unique_key() {
    let mut jobs = Jobs::default();
    let body = |id, idempotency_key, unique_key| Body {
        id,
        idempotency_key,
        unique_key,
        content: 0,
    };
    let submit = |jobs: &mut Jobs, body: Body| {
        let generated = 1_000 + jobs.jobs.len() as u128;
        jobs.submit(&job_of(&body, generated))
    };
    for new in [
        body(None, Some(0), None),
        body(Some(1), None, None),
        body(None, None, Some(2)),
    ] {
        assert_eq!(submit(&mut jobs, new), Deduplication::New);
    }

    let all = body(Some(1), Some(0), Some(2));
    assert_eq!(submit(&mut jobs, all), Deduplication::Replayed(0));
    let id_and_unique = body(Some(1), None, Some(2));
    assert_eq!(submit(&mut jobs, id_and_unique), Deduplication::Replayed(1));
    let unique = body(None, None, Some(2));
    assert_eq!(
        submit(&mut jobs, unique.clone()),
        Deduplication::UniqueExists(2)
    );
    jobs.jobs[2].is_finished = true;
    assert_eq!(submit(&mut jobs, unique), Deduplication::New);
}
