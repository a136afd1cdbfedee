use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use odd_contracts::{
    AlertList, AlertRules, HealthCause, HealthStatus, HealthSummary, ServiceList, Timestamp,
};

use super::causes::{FoundCause, causes};

/// Remembers since when each cause that no alert reports has been known.
#[derive(Debug, Default)]
pub(crate) struct HealthSource {
    /// By summary. Causes that have ended are removed.
    first_found: Mutex<BTreeMap<String, Timestamp>>,
}

impl HealthSource {
    /// Summarises the services and the alerts.
    pub(crate) fn summarize(
        &self,
        services: &ServiceList,
        alerts: &AlertList,
        now: Timestamp,
    ) -> HealthSummary {
        let rules = AlertRules::embedded();
        let found = causes(services, alerts, rules);
        let mut causes = self.dated(found, rules, now);
        causes.sort_by_key(|cause| (Reverse(cause.status), cause.since));
        let worst = causes.first().map(|cause| cause.status);
        HealthSummary {
            status: worst.unwrap_or(HealthStatus::Ok),
            summary: in_one_sentence(&causes),
            causes,
            as_of: now,
        }
    }

    fn dated(
        &self,
        found: Vec<FoundCause>,
        rules: &AlertRules,
        now: Timestamp,
    ) -> Vec<HealthCause> {
        let mut first_found = self
            .first_found
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        first_found.retain(|summary, _| found.iter().any(|cause| cause.summary == *summary));
        found
            .into_iter()
            .map(|cause| {
                let since = cause
                    .since
                    .unwrap_or_else(|| *first_found.entry(cause.summary.clone()).or_insert(now));
                let rule = cause.alert.as_deref().and_then(|name| rules.get(name));
                HealthCause {
                    status: cause.status,
                    summary: cause.summary,
                    since,
                    runbook_url: rule.map(|rule| rules.runbook_url(rule)),
                    alert: cause.alert,
                    action: cause.action,
                }
            })
            .collect()
    }
}

fn in_one_sentence(causes: &[HealthCause]) -> String {
    match causes {
        [] => "Every service is up, and no alert fires.".to_owned(),
        [only] => only.summary.clone(),
        [first, others @ ..] => format!("{} And {} more.", first.summary, others.len()),
    }
}

#[cfg(test)]
mod tests {
    use odd_contracts::{
        Alert, AlertSeverity, AlertSource, AlertSourceStatus, AlertState, ServiceHealth,
        ServiceStatus,
    };

    use super::*;

    const fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    fn services(states: &[(&str, ServiceStatus, &str)]) -> ServiceList {
        let service = |(name, status, detail): &(&str, ServiceStatus, &str)| ServiceHealth {
            name: (*name).to_owned(),
            url: "http://127.0.0.1:1".to_owned(),
            status: *status,
            version: None,
            detail: (!detail.is_empty()).then(|| (*detail).to_owned()),
        };
        ServiceList {
            services: states.iter().map(service).collect(),
            as_of: at(0),
        }
    }

    fn alerts(status: AlertSourceStatus, firing: &[(&str, AlertSeverity, &str)]) -> AlertList {
        let alert = |(name, severity, service): &(&str, AlertSeverity, &str)| Alert {
            id: (*name).to_owned(),
            severity: *severity,
            state: AlertState::Firing,
            summary: format!("{name} fires."),
            name: (*name).to_owned(),
            description: None,
            runbook_url: None,
            starts_at: at(5),
            ends_at: None,
            labels: BTreeMap::from([("service".to_owned(), (*service).to_owned())]),
        };
        AlertList {
            alerts: firing.iter().map(alert).collect(),
            source: AlertSource {
                status,
                detail: (status == AlertSourceStatus::Unavailable).then(|| "no answer".to_owned()),
            },
        }
    }

    #[test]
    fn working_system_is_ok() {
        let up = services(&[("gateway", ServiceStatus::Up, "")]);
        for status in [AlertSourceStatus::Ok, AlertSourceStatus::NotConfigured] {
            let summary = HealthSource::default().summarize(&up, &alerts(status, &[]), at(9));
            assert_eq!(
                (summary.status, summary.causes.len()),
                (HealthStatus::Ok, 0)
            );
        }
    }

    #[test]
    fn worst_cause_decides_and_comes_first() {
        let states = services(&[
            (
                "read-model",
                ServiceStatus::Degraded,
                "not available: views",
            ),
            ("processor", ServiceStatus::Down, "connection refused"),
        ]);
        let firing = alerts(
            AlertSourceStatus::Ok,
            &[("RetriesSpiking", AlertSeverity::Warning, "processor")],
        );
        let summary = HealthSource::default().summarize(&states, &firing, at(9));
        let found: Vec<_> = summary
            .causes
            .iter()
            .map(|cause| (cause.status, cause.alert.as_deref().unwrap_or_default()))
            .collect();
        assert_eq!(
            found,
            [
                (HealthStatus::Failing, "ServiceDown"),
                (HealthStatus::Degraded, "RetriesSpiking"),
                (HealthStatus::Degraded, "ViewsUnavailable"),
            ]
        );
        assert_eq!(summary.status, HealthStatus::Failing);
        for cause in &summary.causes {
            let url = cause.runbook_url.as_deref().unwrap_or_default();
            assert!(url.ends_with(&format!(
                "{}.md",
                cause.alert.as_deref().unwrap_or_default()
            )));
            assert!(!cause.action.is_empty());
        }
    }

    #[test]
    fn service_with_a_firing_alert_is_listed_once_with_the_time_of_the_alert() {
        let down = services(&[("gateway", ServiceStatus::Down, "connection refused")]);
        let firing = alerts(
            AlertSourceStatus::Ok,
            &[("ServiceDown", AlertSeverity::Critical, "gateway")],
        );
        let summary = HealthSource::default().summarize(&down, &firing, at(9));
        assert_eq!(summary.causes.len(), 1);
        assert_eq!(summary.causes[0].since, at(5));
    }

    #[test]
    fn cause_lasts_since_it_was_first_found_and_starts_again_after_it_ended() {
        let source = HealthSource::default();
        let (up, down) = (
            services(&[("gateway", ServiceStatus::Up, "")]),
            services(&[("gateway", ServiceStatus::Down, "connection refused")]),
        );
        let none = alerts(AlertSourceStatus::NotConfigured, &[]);
        let since = |services: &ServiceList, now: i64| {
            let summary = source.summarize(services, &none, at(now));
            summary.causes.first().map(|cause| cause.since)
        };
        assert_eq!(since(&down, 10), Some(at(10)));
        assert_eq!(since(&down, 20), Some(at(10)));
        assert_eq!(since(&up, 30), None);
        assert_eq!(since(&down, 40), Some(at(40)));
    }

    #[test]
    fn unknown_alerts_are_a_cause() {
        let up = services(&[("gateway", ServiceStatus::Up, "")]);
        let unknown = alerts(AlertSourceStatus::Unavailable, &[]);
        let summary = HealthSource::default().summarize(&up, &unknown, at(9));
        assert_eq!(summary.status, HealthStatus::Degraded);
        assert!(summary.summary.contains("no answer"), "{}", summary.summary);
    }
}
