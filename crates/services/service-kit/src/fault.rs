use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use odd_contracts::{ActiveFault, DrillFault, JobType};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// A fault that a process has while a drill asks for it. Every fault ends by itself. Cheap to clone; clones share their
/// state.
#[derive(Clone)]
pub struct Fault {
    pub(crate) name: &'static str,
    pub(crate) takes_job_type: bool,
    pub(crate) stops_http: bool,
    active: Arc<watch::Sender<Option<Active>>>,
}

#[derive(Debug, Clone)]
struct Active {
    until: Instant,
    job_type: Option<JobType>,
    by: Arc<str>,
}

impl Active {
    fn has_ended(&self) -> bool {
        self.until <= Instant::now()
    }
}

impl Fault {
    /// Creates a fault that is not active.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            takes_job_type: false,
            stops_http: false,
            active: Arc::new(watch::Sender::new(None)),
        }
    }

    /// Lets a drill limit the fault to one job type.
    #[must_use]
    pub fn taking_job_type(self) -> Self {
        Self {
            takes_job_type: true,
            ..self
        }
    }

    /// Makes the HTTP interface answer 503 on every route except those of drills while the fault is active.
    #[must_use]
    pub fn stopping_http(self) -> Self {
        Self {
            stops_http: true,
            ..self
        }
    }

    /// Returns `true` while the fault is active.
    pub fn is_active(&self) -> bool {
        let active = self.active.borrow();
        active.as_ref().is_some_and(|active| !active.has_ended())
    }

    /// Returns `true` while the fault is active for this job type.
    pub fn affects(&self, job_type: &JobType) -> bool {
        let active = self.active.borrow();
        active.as_ref().is_some_and(|active| {
            let only = active.job_type.as_ref();
            !active.has_ended() && only.is_none_or(|only| only == job_type)
        })
    }

    /// Waits until the fault is active.
    pub async fn started(&self) {
        let mut changes = self.active.subscribe();
        let is_active =
            |active: &Option<Active>| active.as_ref().is_some_and(|active| !active.has_ended());
        // The sender lives as long as `self`.
        let _ = changes.wait_for(is_active).await;
    }

    /// Waits until the fault is not active.
    pub async fn ended(&self) {
        let mut changes = self.active.subscribe();
        loop {
            let until = changes
                .borrow_and_update()
                .as_ref()
                .map(|active| active.until);
            let Some(until) = until.filter(|until| *until > Instant::now()) else {
                return;
            };
            tokio::select! {
                () = sleep_until(until) => {}
                _ = changes.changed() => {}
            }
        }
    }

    /// Starts the fault, or replaces its end. Needs a runtime, which logs its end.
    pub fn start(&self, duration: Duration, job_type: Option<JobType>, by: Arc<str>) {
        let seconds = duration.as_secs();
        tracing::warn!(fault = self.name, seconds, job_type = job_type.as_ref().map(JobType::as_str), %by, "a drill has started a fault");
        let next = Active {
            until: Instant::now() + duration,
            job_type,
            by,
        };
        let previous = self.active.send_replace(Some(next));
        if previous.is_none() {
            tokio::spawn(self.clone().log_end());
        }
    }

    /// Ends the fault. Does nothing if it is not active.
    pub fn end(&self, by: &str) {
        if self.active.send_replace(None).is_some() {
            tracing::warn!(fault = self.name, by, "a drill has ended a fault");
        }
    }

    /// Waits for the end of the fault, and logs it unless a request has ended it.
    async fn log_end(self) {
        loop {
            self.ended().await;
            let mut started_by = None;
            let was_removed = self.active.send_if_modified(|active| {
                let expired = active.take_if(|active| active.has_ended());
                started_by = expired.map(|active| active.by);
                started_by.is_some()
            });
            if let Some(by) = started_by.filter(|_| was_removed) {
                tracing::warn!(fault = self.name, started_by = %by, "a fault of a drill has ended by itself");
            }
            // Another request may have started it again in the meantime.
            if self.active.borrow().is_none() {
                return;
            }
        }
    }

    pub(crate) fn report(&self) -> DrillFault {
        let active = self.active.borrow();
        let active = active.as_ref().filter(|active| !active.has_ended());
        DrillFault {
            name: self.name.to_owned(),
            takes_job_type: self.takes_job_type,
            active: active.map(|active| {
                let remaining = active.until.saturating_duration_since(Instant::now());
                ActiveFault {
                    remaining_seconds: remaining.as_secs()
                        + u64::from(remaining.subsec_nanos() > 0),
                    job_type: active.job_type.clone(),
                    started_by: active.by.to_string(),
                }
            }),
        }
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fault")
            .field("name", &self.name)
            .field("is_active", &self.is_active())
            .finish_non_exhaustive()
    }
}
