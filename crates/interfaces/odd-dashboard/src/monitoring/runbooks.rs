/// The pages with instructions of this build, by file name.
const PAGES: &[(&str, &str)] = &[
    (
        "AttemptsLost.md",
        include_str!("../../../../../infra/runbooks/AttemptsLost.md"),
    ),
    (
        "BrokerUnavailable.md",
        include_str!("../../../../../infra/runbooks/BrokerUnavailable.md"),
    ),
    (
        "ConsumerLagHigh.md",
        include_str!("../../../../../infra/runbooks/ConsumerLagHigh.md"),
    ),
    (
        "ConsumerStalled.md",
        include_str!("../../../../../infra/runbooks/ConsumerStalled.md"),
    ),
    (
        "DatabaseUnavailable.md",
        include_str!("../../../../../infra/runbooks/DatabaseUnavailable.md"),
    ),
    (
        "DeadLettersGrowing.md",
        include_str!("../../../../../infra/runbooks/DeadLettersGrowing.md"),
    ),
    (
        "DiskAlmostFull.md",
        include_str!("../../../../../infra/runbooks/DiskAlmostFull.md"),
    ),
    (
        "GatewayErrorRateHigh.md",
        include_str!("../../../../../infra/runbooks/GatewayErrorRateHigh.md"),
    ),
    (
        "GatewayLatencyHigh.md",
        include_str!("../../../../../infra/runbooks/GatewayLatencyHigh.md"),
    ),
    (
        "GatewayRefusing.md",
        include_str!("../../../../../infra/runbooks/GatewayRefusing.md"),
    ),
    (
        "InstanceDown.md",
        include_str!("../../../../../infra/runbooks/InstanceDown.md"),
    ),
    (
        "JobFailureRateHigh.md",
        include_str!("../../../../../infra/runbooks/JobFailureRateHigh.md"),
    ),
    (
        "MessagesParked.md",
        include_str!("../../../../../infra/runbooks/MessagesParked.md"),
    ),
    (
        "NoLeader.md",
        include_str!("../../../../../infra/runbooks/NoLeader.md"),
    ),
    (
        "NoWorkerForType.md",
        include_str!("../../../../../infra/runbooks/NoWorkerForType.md"),
    ),
    (
        "ObjectiveBurnFast.md",
        include_str!("../../../../../infra/runbooks/ObjectiveBurnFast.md"),
    ),
    (
        "ObjectiveBurnSlow.md",
        include_str!("../../../../../infra/runbooks/ObjectiveBurnSlow.md"),
    ),
    (
        "OldestJobTooOld.md",
        include_str!("../../../../../infra/runbooks/OldestJobTooOld.md"),
    ),
    (
        "OutboxStuck.md",
        include_str!("../../../../../infra/runbooks/OutboxStuck.md"),
    ),
    (
        "QueueBacklogGrowing.md",
        include_str!("../../../../../infra/runbooks/QueueBacklogGrowing.md"),
    ),
    (
        "RetriesSpiking.md",
        include_str!("../../../../../infra/runbooks/RetriesSpiking.md"),
    ),
    (
        "ServiceCrashLoop.md",
        include_str!("../../../../../infra/runbooks/ServiceCrashLoop.md"),
    ),
    (
        "ServiceDown.md",
        include_str!("../../../../../infra/runbooks/ServiceDown.md"),
    ),
    (
        "ViewsStale.md",
        include_str!("../../../../../infra/runbooks/ViewsStale.md"),
    ),
    (
        "ViewsUnavailable.md",
        include_str!("../../../../../infra/runbooks/ViewsUnavailable.md"),
    ),
    (
        "WorkerCrashLoop.md",
        include_str!("../../../../../infra/runbooks/WorkerCrashLoop.md"),
    ),
    (
        "WorkersStuck.md",
        include_str!("../../../../../infra/runbooks/WorkersStuck.md"),
    ),
];

/// Returns the text of a page with instructions.
pub(crate) fn runbook(file: &str) -> Option<&'static str> {
    let mut pages = PAGES.iter();
    pages.find_map(|(name, text)| (*name == file).then_some(*text))
}

#[cfg(test)]
mod tests {
    use odd_contracts::AlertRules;

    use super::*;

    #[test]
    fn every_alert_rule_has_its_page() {
        for rule in &AlertRules::embedded().rules {
            let page = runbook(&rule.runbook).expect(&rule.name);
            assert!(
                page.starts_with(&format!("# {}\n", rule.name)),
                "{}",
                rule.name
            );
        }
    }
}
