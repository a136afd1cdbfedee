use std::time::Duration;

use odd_contracts::{AlertRule, AlertRules};

use super::jobs::JOB_TYPE;
use super::queues::QUEUE;
use crate::role_name::RoleName;

/// Time until the monitoring sees a change: Prometheus scrapes and evaluates every 15 seconds, `up` every 5.
const MONITORING: Duration = Duration::from_secs(30);

/// Time that the alert may be late, and that the recovery takes.
const MARGIN: Duration = Duration::from_secs(60);

/// Something that a drill breaks, and the alert that has to notice it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scenario {
    pub(super) name: &'static str,
    /// What breaks, in a few words.
    pub(super) breaks: &'static str,
    /// The name of the alert rule.
    pub(super) alert: &'static str,
    /// The page with instructions for the alert.
    pub(super) runbook: &'static str,
    /// The label that distinguishes the alert of the drill from others of the same rule.
    pub(super) label: Option<(&'static str, &'static str)>,
    /// The fault of the roles; `None` if the drill breaks the deployment with jobs alone.
    pub(super) fault: Option<&'static str>,
    /// The job type that the fault is limited to.
    pub(super) job_type: Option<&'static str>,
    /// The roles that have the fault, or have to allow drills.
    pub(super) roles: &'static [RoleName],
    /// The jobs of the drill.
    pub(super) load: Load,
    /// The queue of the jobs.
    pub(super) queue: &'static str,
    /// Time until the condition of the rule begins to hold.
    pub(super) delay: Duration,
}

/// What the jobs of a drill show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Load {
    /// Jobs that complete although the fault is active.
    Unaffected,
    /// Jobs that fail for good, are replayed afterwards, and are followed by many that succeed.
    Failing,
    /// Jobs that run when the fault starts, and jobs that wait for its end.
    Interrupted,
    /// More jobs than the workers can start, cancelled afterwards.
    Flood,
}

pub(super) static SCENARIOS: [Scenario; 5] = [
    Scenario {
        name: "failing-jobs",
        breaks: "attempts of one job type fail",
        alert: "JobFailureRateHigh",
        runbook: include_str!("../../../../../../infra/runbooks/JobFailureRateHigh.md"),
        label: Some(("type", JOB_TYPE)),
        fault: Some("failing-jobs"),
        job_type: Some(JOB_TYPE),
        roles: &[RoleName::Processor],
        load: Load::Failing,
        queue: QUEUE,
        delay: MONITORING,
    },
    Scenario {
        name: "stopped-worker",
        breaks: "the processors neither work nor answer",
        alert: "ServiceDown",
        runbook: include_str!("../../../../../../infra/runbooks/ServiceDown.md"),
        label: Some(("service", "processor")),
        fault: Some("stopped-worker"),
        job_type: None,
        roles: &[RoleName::Processor],
        load: Load::Interrupted,
        queue: QUEUE,
        delay: MONITORING,
    },
    Scenario {
        name: "flood",
        breaks: "more jobs arrive than workers can start",
        alert: "QueueBacklogGrowing",
        runbook: include_str!("../../../../../../infra/runbooks/QueueBacklogGrowing.md"),
        // That of its queue, which is chosen when the drill starts.
        label: None,
        fault: None,
        job_type: None,
        roles: &[RoleName::Gateway],
        load: Load::Flood,
        queue: QUEUE,
        // The queue may have been empty before, and the rule needs a minimum in five minutes.
        delay: Duration::from_secs(330),
    },
    Scenario {
        name: "views-unavailable",
        breaks: "counts and queues cannot be read or written",
        alert: "ViewsUnavailable",
        runbook: include_str!("../../../../../../infra/runbooks/ViewsUnavailable.md"),
        label: None,
        fault: Some("views-unavailable"),
        job_type: None,
        roles: &[RoleName::MetricsEngine, RoleName::ReadModel],
        load: Load::Unaffected,
        queue: QUEUE,
        delay: MONITORING,
    },
    Scenario {
        name: "broker-unavailable",
        breaks: "the broker cannot be reached (cluster only)",
        alert: "BrokerUnavailable",
        runbook: include_str!("../../../../../../infra/runbooks/BrokerUnavailable.md"),
        label: None,
        fault: Some("broker-unavailable"),
        job_type: None,
        roles: &[
            RoleName::Gateway,
            RoleName::ReadModel,
            RoleName::Processor,
            RoleName::MetricsEngine,
        ],
        load: Load::Unaffected,
        queue: QUEUE,
        delay: MONITORING,
    },
];

impl Scenario {
    /// Returns the scenario with this name.
    ///
    /// # Errors
    /// The names that there are.
    pub(super) fn parse(name: &str) -> Result<&'static Self, String> {
        let found = SCENARIOS.iter().find(|scenario| scenario.name == name);
        found.ok_or_else(|| {
            let names = Self::names();
            format!("must be one of: {}", names.join(", "))
        })
    }

    /// Returns the name of every scenario.
    pub(super) fn names() -> Vec<&'static str> {
        SCENARIOS.iter().map(|scenario| scenario.name).collect()
    }

    /// Returns the scenario with its jobs in another queue, and with the alert of that queue.
    pub(super) fn in_queue(self, queue: &'static str) -> Self {
        Self {
            queue,
            label: Some(("queue", queue)),
            ..self
        }
    }

    /// Returns the rule of the alert.
    pub(super) fn rule(&self) -> &'static AlertRule {
        let rule = AlertRules::embedded().get(self.alert);
        rule.expect("a test looks for every rule")
    }

    /// Returns about how long the alert takes to fire.
    pub(super) fn time_to_fire(&self) -> Duration {
        self.delay + self.rule().hold.duration()
    }

    /// Returns about how long the drill takes, and how long it waits for the alert by default.
    pub(super) fn expected(&self) -> Duration {
        self.time_to_fire() + MARGIN
    }
}

#[cfg(test)]
mod tests {
    use odd_contracts::DrillRequest;

    use super::*;

    #[test]
    fn every_scenario_has_a_rule_and_fits_into_the_expected() {
        for scenario in &SCENARIOS {
            assert!(scenario.time_to_fire() > scenario.rule().hold.duration());
            let longest = Duration::from_secs(DrillRequest::MAX_SECONDS);
            assert!(scenario.expected() < longest, "{}", scenario.name);
            let title = format!("# {}\n", scenario.rule().name);
            assert!(scenario.runbook.starts_with(&title), "{}", scenario.name);
        }
    }
}
