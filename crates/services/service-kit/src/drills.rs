use std::sync::Arc;
use std::time::Duration;

use odd_contracts::{DrillFaults, DrillRequest};

use crate::Fault;

/// The faults that a process can have in a drill. Cheap to clone; the default allows none.
#[derive(Debug, Clone, Default)]
pub struct Drills(Option<Arc<[Fault]>>);

/// Why a fault cannot be started or ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DrillRefusal {
    NotAllowed,
    /// The names of the faults that there are.
    UnknownFault(Vec<&'static str>),
    NotOfOneJobType,
}

impl Drills {
    /// Allows drills with these faults.
    pub fn allowed(faults: impl IntoIterator<Item = Fault>) -> Self {
        Self(Some(faults.into_iter().collect()))
    }

    /// Returns the state of every fault of the process with this id.
    pub(crate) fn report(&self, instance_id: &str) -> DrillFaults {
        let faults = self.0.as_deref().unwrap_or_default();
        DrillFaults {
            instance_id: instance_id.to_owned(),
            allowed: self.0.is_some(),
            faults: faults.iter().map(Fault::report).collect(),
        }
    }

    /// Returns the fault that stops the HTTP interface, if there is one.
    pub(crate) fn stopping_http(&self) -> Option<Fault> {
        let mut faults = self.0.as_deref().unwrap_or_default().iter();
        faults.find(|fault| fault.stops_http).cloned()
    }

    /// Starts a fault, or replaces the end of an active one.
    pub(crate) fn start(
        &self,
        name: &str,
        request: DrillRequest,
        by: Arc<str>,
    ) -> Result<(), DrillRefusal> {
        let fault = self.find(name)?;
        if request.job_type.is_some() && !fault.takes_job_type {
            return Err(DrillRefusal::NotOfOneJobType);
        }
        let seconds = request.seconds.min(DrillRequest::MAX_SECONDS);
        fault.start(Duration::from_secs(seconds), request.job_type, by);
        Ok(())
    }

    /// Ends a fault.
    pub(crate) fn end(&self, name: &str, by: &str) -> Result<(), DrillRefusal> {
        self.find(name)?.end(by);
        Ok(())
    }

    /// Checks that there is a fault with this name.
    pub(crate) fn check(&self, name: &str) -> Result<(), DrillRefusal> {
        self.find(name).map(drop)
    }

    fn find(&self, name: &str) -> Result<&Fault, DrillRefusal> {
        let faults = self.0.as_deref().ok_or(DrillRefusal::NotAllowed)?;
        let found = faults.iter().find(|fault| fault.name == name);
        found.ok_or_else(|| {
            DrillRefusal::UnknownFault(faults.iter().map(|fault| fault.name).collect())
        })
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn drills() -> (Drills, Fault) {
        let fault = Fault::new("failing-jobs").taking_job_type();
        (Drills::allowed([fault.clone(), Fault::new("other")]), fault)
    }

    fn request(seconds: u64, job_type: Option<&str>) -> DrillRequest {
        DrillRequest {
            seconds,
            job_type: job_type.map(|name| name.parse().expect("a type")),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn fault_ends_by_itself_and_can_be_extended() {
        let (drills, fault) = drills();
        let start = |seconds| drills.start("failing-jobs", request(seconds, None), "me".into());
        start(60).expect("supported");
        tokio::time::sleep(MINUTE / 2).await;
        start(60).expect("extended");
        tokio::time::sleep(MINUTE / 2).await;
        assert!(fault.is_active());
        let report = drills.report("1");
        let active = report.faults[0].active.as_ref().expect("active");
        assert_eq!((active.remaining_seconds, &*active.started_by), (30, "me"));
        fault.ended().await;
        assert!(!fault.is_active());
        assert_eq!(drills.report("1").faults[0].active, None);
    }

    #[tokio::test(start_paused = true)]
    async fn fault_lasts_fifteen_minutes_at_most() {
        let (drills, fault) = drills();
        let long = drills.start("failing-jobs", request(u64::MAX, None), "me".into());
        long.expect("supported");
        let begun = Instant::now();
        fault.ended().await;
        assert_eq!(begun.elapsed(), 15 * MINUTE);
    }

    #[tokio::test(start_paused = true)]
    async fn ending_a_fault_twice_and_waiting_for_its_start_again_works() {
        let (drills, fault) = drills();
        drills
            .start("failing-jobs", request(60, None), "me".into())
            .expect("supported");
        fault.started().await;
        for _ in 0..2 {
            drills.end("failing-jobs", "me").expect("supported");
            assert!(!fault.is_active());
        }
        let later = async {
            tokio::time::sleep(MINUTE).await;
            let again = drills.start("failing-jobs", request(60, None), "me".into());
            again.expect("supported");
        };
        tokio::join!(fault.started(), later);
        assert!(fault.is_active());
    }

    #[tokio::test(start_paused = true)]
    async fn only_the_given_job_type_is_affected() {
        let (drills, fault) = drills();
        let (echo, sleep) = (
            "echo".parse().expect("a type"),
            "sleep".parse().expect("a type"),
        );
        assert!(!fault.affects(&echo));
        drills
            .start("failing-jobs", request(60, Some("echo")), "me".into())
            .expect("supported");
        assert!(fault.affects(&echo) && !fault.affects(&sleep));
        drills
            .start("failing-jobs", request(60, None), "me".into())
            .expect("supported");
        assert!(fault.affects(&echo) && fault.affects(&sleep));
    }

    #[tokio::test(start_paused = true)]
    async fn refusals_tell_what_is_wrong() {
        let (drills, _) = drills();
        let start = |drills: &Drills, name, job_type| {
            drills.start(name, request(60, job_type), "me".into())
        };
        assert_eq!(
            start(&Drills::default(), "failing-jobs", None),
            Err(DrillRefusal::NotAllowed)
        );
        assert_eq!(
            start(&drills, "unknown", None),
            Err(DrillRefusal::UnknownFault(vec!["failing-jobs", "other"]))
        );
        assert_eq!(
            start(&drills, "other", Some("echo")),
            Err(DrillRefusal::NotOfOneJobType)
        );
        assert_eq!(
            Drills::default().end("other", "me"),
            Err(DrillRefusal::NotAllowed)
        );
    }
}
