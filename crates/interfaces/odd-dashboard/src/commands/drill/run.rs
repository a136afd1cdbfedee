use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::time::Duration;

use odd_contracts::{Alert, AlertState, HealthSummary};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::alerts;
use super::jobs::Jobs;
use super::load::LoadRun;
use super::scenario::{Load, Scenario};
use super::targets::Targets;
use super::timeline::Timeline;
use crate::commands::deployment::{Deployment, until};

/// Longest time until the health summary names an alert that fires. The fault is active in the meantime.
const HEALTH_LIMIT: Duration = Duration::from_secs(30);

/// Longest time for the recovery, from the end of the fault.
const RECOVERY_LIMIT: Duration = Duration::from_secs(120);

/// Time that a fault lasts beyond the wait for its alert, unless it is ended: for the jobs and for the health summary.
const FAULT_MARGIN: Duration = Duration::from_secs(120);

/// Longest time for cancelling jobs and removing dead letters, after the drill.
const CLEANUP_LIMIT: Duration = Duration::from_secs(15);

/// One run of a scenario.
pub(super) struct Drill<'a> {
    pub(super) deployment: &'a Deployment,
    pub(super) scenario: Scenario,
    pub(super) targets: &'a Targets<'a>,
    pub(super) jobs: &'a Jobs<'a>,
    pub(super) timeline: &'a Timeline,
    /// Longest wait for the alert.
    pub(super) limit: Duration,
    pub(super) observed: Observed,
}

/// What a drill has observed.
#[derive(Default)]
pub(super) struct Observed {
    /// The alert as it fired.
    pub(super) alert: RefCell<Option<Alert>>,
    /// The state of the deployment while the alert fired.
    pub(super) health: RefCell<Option<HealthSummary>>,
    broken_at: Cell<Option<Instant>>,
    repaired_at: Cell<Option<Instant>>,
    /// From the start of the fault.
    pub(super) pending_after: Cell<Option<Duration>>,
    /// From the start of the fault.
    pub(super) firing_after: Cell<Option<Duration>>,
    /// From the end of the fault.
    pub(super) resolved_after: Cell<Option<Duration>>,
}

impl Drill<'_> {
    /// Breaks the deployment, waits for the alert, repairs it, and waits for the recovery. What does not happen is recorded in
    /// the timeline.
    pub(super) async fn run(&self) {
        let load = LoadRun {
            load: self.scenario.load,
            queue: self.scenario.queue,
            deployment: self.deployment,
            jobs: self.jobs,
        };
        let is_broken = self.break_it(&load).await;
        let is_broken = self.timeline.step("the deployment breaks", is_broken);
        if is_broken.is_some() && self.await_alert(&load).await.is_some() {
            self.observe_health().await;
        }
        self.recover(&load).await;
    }

    async fn break_it(&self, load: &LoadRun<'_>) -> Result<(), String> {
        if let Some(event) = load.before().await? {
            self.timeline.note(event);
        }
        self.observed.broken_at.set(Some(Instant::now()));
        let longest = self.limit + FAULT_MARGIN;
        if let Some(event) = self.targets.start(longest).await? {
            self.timeline.note(event);
        }
        self.timeline.note(load.during().await?);
        Ok(())
    }

    /// Waits until the alert fires.
    async fn await_alert(&self, load: &LoadRun<'_>) -> Option<()> {
        let rule = self.scenario.rule();
        let waiting = until(Instant::now() + self.limit, async || {
            let alert = alerts::current(self.deployment, &self.scenario).await?;
            match alert {
                Some(alert) if alert.state == AlertState::Firing => Ok(alert),
                Some(_) => {
                    self.note_pending();
                    Err("it is pending".to_owned())
                }
                None => Err("it is not active".to_owned()),
            }
        });
        let stop = CancellationToken::new();
        let mut growing = pin!(load.keep_going(&stop));
        let fired = tokio::select! {
            fired = waiting => {
                stop.cancel();
                growing.await;
                fired
            }
            why = &mut growing => Err(why.unwrap_or_default()),
        };
        let what = format!("the alert {} fires", rule.name);
        let alert = self.timeline.step(&what, fired)?;
        let after = since(&self.observed.broken_at);
        self.observed.firing_after.set(Some(after));
        self.timeline.note(format!(
            "{} fires, {} after the fault",
            rule.name,
            text(after)
        ));
        self.timeline.note(format!("alert: {}", alert.summary));
        let action = alert.action.as_deref().unwrap_or("(not given)");
        self.timeline.note(format!("do first: {action}"));
        let runbook = alert.runbook_url.as_deref().unwrap_or("(not given)");
        self.timeline.note(format!("runbook: {runbook}"));
        self.observed.alert.replace(Some(alert));
        Some(())
    }

    fn note_pending(&self) {
        if self.observed.pending_after.get().is_some() {
            return;
        }
        let after = since(&self.observed.broken_at);
        self.observed.pending_after.set(Some(after));
        let rule = self.scenario.rule();
        self.timeline.note(format!(
            "{} is pending, {} after the fault; it fires after {}",
            rule.name,
            text(after),
            rule.hold
        ));
    }

    /// Records what the read-model says about the state of the deployment. The alert must be a cause of it.
    async fn observe_health(&self) {
        let summary = until(Instant::now() + HEALTH_LIMIT, async || {
            let summary = alerts::health(self.deployment).await?;
            match alerts::is_cause(&summary, &self.scenario) {
                true => Ok(summary),
                false => Err(format!(
                    "it does not name {} as a cause",
                    self.scenario.alert
                )),
            }
        });
        if let Some(summary) = self.timeline.step("the health summary", summary.await) {
            let status = summary.status.as_str();
            self.timeline
                .note(format!("health: {status}: {}", summary.summary));
            self.observed.health.replace(Some(summary));
        }
    }

    /// Ends the fault, repairs the jobs, and waits until the alert is resolved and every job has ended as expected.
    async fn recover(&self, load: &LoadRun<'_>) {
        self.observed.repaired_at.set(Some(Instant::now()));
        self.end_fault().await;
        let deadline = Instant::now() + RECOVERY_LIMIT;
        let repaired = load.repair(deadline).await;
        if let Some(Some(event)) = self.timeline.step("the jobs are repaired", repaired) {
            self.timeline.note(event);
        }
        tokio::join!(
            self.await_jobs(load, deadline),
            self.await_resolution(deadline)
        );
        let healthy = until(deadline, async || {
            let summary = alerts::health(self.deployment).await?;
            match alerts::is_cause(&summary, &self.scenario) {
                true => Err(summary.summary),
                false => Ok(summary),
            }
        });
        if let Some(summary) = self.timeline.step("the health recovers", healthy.await) {
            let status = summary.status.as_str();
            self.timeline
                .note(format!("health: {status}: {}", summary.summary));
        }
    }

    async fn end_fault(&self) {
        let ended = self.targets.end().await.map_err(|why| {
            let rest = self.targets.active_for().unwrap_or_default().as_secs();
            format!("the fault may still be active: {why}; it ends by itself in {rest} s at most")
        });
        if let Some(Some(event)) = self.timeline.step("the fault ends", ended) {
            self.timeline.note(event);
        }
    }

    async fn await_jobs(&self, load: &LoadRun<'_>, deadline: Instant) {
        let ended = self.jobs.wait_for_all(load.final_statuses(), deadline);
        if self
            .timeline
            .step("every job ends as expected", ended.await)
            .is_some()
        {
            let counts = self.jobs.counts().into_iter();
            let counts: Vec<_> = counts
                .map(|(name, count)| format!("{count} {name}"))
                .collect();
            self.timeline
                .note(format!("no job is lost: {}", counts.join(", ")));
        }
    }

    async fn await_resolution(&self, deadline: Instant) {
        let observed = &self.observed;
        if observed.pending_after.get().is_none() && observed.firing_after.get().is_none() {
            // An alert that was never active cannot be resolved; that it did not fire is recorded.
            return;
        }
        let resolved = until(deadline, async || {
            match alerts::current(self.deployment, &self.scenario).await? {
                None => Ok(()),
                Some(_) => Err("it is still active".to_owned()),
            }
        });
        let what = format!("the alert {} is resolved", self.scenario.alert);
        if self.timeline.step(&what, resolved.await).is_none() {
            return;
        }
        let after = since(&self.observed.repaired_at);
        self.observed.resolved_after.set(Some(after));
        self.timeline.note(format!(
            "{} is resolved, {} after the end of the fault",
            self.scenario.alert,
            text(after)
        ));
    }

    /// Ends the fault, cancels the jobs that have not ended, and removes the dead letters of the drill, each within a limited
    /// time.
    pub(super) async fn clean_up(&self) {
        let jobs = async {
            let deadline = Instant::now() + CLEANUP_LIMIT;
            let cancelled = self.jobs.cancel_open(deadline).await;
            if let Some(count @ 1..) = self.timeline.step("open jobs are cancelled", cancelled) {
                self.timeline.note(format!("cancelled {count} open jobs"));
            }
            if self.scenario.load != Load::Failing {
                return;
            }
            let deadline = Instant::now() + CLEANUP_LIMIT;
            let dropped = self.jobs.drop_dead_letters(deadline).await;
            if let Some(count @ 1..) = self.timeline.step("dead letters are removed", dropped) {
                self.timeline.note(format!("removed {count} dead letters"));
            }
        };
        tokio::join!(self.end_fault(), jobs);
    }

    /// Tells what the drill may have left behind.
    pub(super) fn leftovers(&self) -> Vec<String> {
        let fault = self.targets.active_for().map(|rest| {
            format!(
                "the fault may still be active; it ends by itself in {} s at most",
                rest.as_secs()
            )
        });
        fault.into_iter().chain(self.jobs.leftovers()).collect()
    }
}

fn since(instant: &Cell<Option<Instant>>) -> Duration {
    instant.get().map_or(Duration::ZERO, |then| then.elapsed())
}

fn text(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
