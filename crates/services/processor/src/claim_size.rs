//! How many jobs to claim at a time.
//!
//! A claim requests as many jobs as there are free slots. When all jobs of a claim ended without waiting, the limit was
//! not the slots but the round trip to the store: the next claim may be twice as large, up to [`LARGEST`]. The jobs beyond the
//! free slots must be of types whose last job ended without waiting. As soon as a job waits for something, claims are limited
//! to the free slots again.

use std::collections::BTreeSet;
use std::sync::Arc;

use odd_contracts::JobType;
use odd_core::ports::{ClaimAhead, ClaimedJob};

/// Largest number of jobs in a claim.
const LARGEST: usize = 2_048;

/// Claims only grow while all jobs of a claim end within this time.
const QUICK: std::time::Duration = std::time::Duration::from_millis(5);

/// The size of the next claim.
#[derive(Debug)]
pub(crate) struct ClaimSize {
    quick: usize,
    quick_types: Arc<[JobType]>,
}

/// How the jobs of a claim ended, by type.
#[derive(Debug, Default)]
pub(crate) struct StartedTypes {
    /// Types with a job that ended without waiting.
    ended: BTreeSet<JobType>,
    /// Types with a job that waits for something.
    waiting: BTreeSet<JobType>,
}

impl StartedTypes {
    /// Adds a job that was started.
    pub(crate) fn add(&mut self, job_type: &JobType, has_ended: bool) {
        let types = match has_ended {
            true => &mut self.ended,
            false => &mut self.waiting,
        };
        if !types.contains(job_type) {
            types.insert(job_type.clone());
        }
    }
}

impl ClaimSize {
    pub(crate) fn new() -> Self {
        Self {
            quick: 0,
            quick_types: Arc::default(),
        }
    }

    /// Returns which jobs to claim ahead when `free` slots are free.
    pub(crate) fn ahead(&self, free: usize) -> ClaimAhead {
        ClaimAhead {
            types: self.quick_types.clone(),
            limit: self.quick.saturating_sub(free),
        }
    }

    /// Returns `true` if all of these jobs are expected to end without waiting.
    pub(crate) fn are_quick(&self, jobs: &[ClaimedJob]) -> bool {
        let mut runs = jobs.chunk_by(|one, next| one.job_type == next.job_type);
        runs.all(|run| self.quick_types.contains(&run[0].job_type))
    }

    /// Returns `true` if claims have grown beyond the free slots.
    pub(crate) fn is_grown(&self) -> bool {
        self.quick > 0
    }

    /// Learns from a claim that requested `requested` jobs and returned `claimed`. `took` is how long they ran, if none of
    /// them waited.
    pub(crate) fn learn(
        &mut self,
        requested: usize,
        claimed: usize,
        took: Option<std::time::Duration>,
        started: StartedTypes,
    ) {
        self.learn_types(started);
        match took {
            Some(took) if took <= QUICK => {
                if claimed == requested {
                    self.quick = (requested * 2).min(LARGEST);
                }
            }
            _ => self.quick = 0,
        }
    }

    fn learn_types(&mut self, StartedTypes { ended, waiting }: StartedTypes) {
        let is_known = |job_type: &JobType| self.quick_types.contains(job_type);
        let is_unchanged = ended
            .iter()
            .all(|job_type| is_known(job_type) || waiting.contains(job_type))
            && !waiting.iter().any(is_known);
        if !is_unchanged {
            let mut types: BTreeSet<JobType> = self.quick_types.iter().cloned().collect();
            types.extend(ended);
            self.quick_types = types.difference(&waiting).cloned().collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const SOON: Option<Duration> = Some(Duration::from_micros(100));

    #[test]
    fn full_quick_claims_double_up_to_the_limit() {
        let mut size = ClaimSize::new();
        for expected in [32, 64, 128, 256, 512, 1_024, 2_048, 2_048] {
            assert_eq!(size.ahead(32).limit, expected - 32);
            size.learn(expected, expected, SOON, StartedTypes::default());
        }
    }

    #[test]
    fn a_waiting_job_limits_claims_to_the_free_slots() {
        let mut size = ClaimSize::new();
        size.learn(32, 32, SOON, StartedTypes::default());
        size.learn(64, 64, None, StartedTypes::default());
        assert_eq!(size.ahead(5).limit, 0);
    }

    #[test]
    fn slow_claims_do_not_grow() {
        let mut size = ClaimSize::new();
        size.learn(
            32,
            32,
            Some(Duration::from_secs(1)),
            StartedTypes::default(),
        );
        assert_eq!(size.ahead(32).limit, 0);
    }

    #[test]
    fn claims_that_are_not_filled_do_not_grow() {
        let mut size = ClaimSize::new();
        size.learn(32, 3, SOON, StartedTypes::default());
        assert_eq!(size.ahead(32).limit, 0);
    }

    #[test]
    fn types_are_quick_while_their_jobs_end_without_waiting() {
        let name = |text: &str| text.parse::<JobType>().expect("a type");
        let mut size = ClaimSize::new();
        let mut learn = |jobs: &[(&str, bool)]| {
            let mut started = StartedTypes::default();
            for (job_type, has_ended) in jobs {
                started.add(&name(job_type), *has_ended);
            }
            size.learn(jobs.len(), jobs.len(), None, started);
            size.ahead(1).types.to_vec()
        };
        assert_eq!(
            learn(&[("a", true), ("b", true), ("c", false)]),
            [name("a"), name("b")]
        );
        assert_eq!(learn(&[("b", true), ("b", false)]), [name("a")]);
        assert_eq!(learn(&[("b", true)]), [name("a"), name("b")]);
        assert_eq!(learn(&[("a", false)]), [name("b")]);
    }
}
